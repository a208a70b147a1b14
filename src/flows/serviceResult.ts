import type { Operation } from "../operation.js";

/** How something that is no transaction ended, such as a sign-in or a settlement. */
export interface ServiceResult {
	readonly operation: Operation;
	readonly done: boolean;
	/** One sentence for the person who asked. */
	readonly reason: string;
	/** More lines, e.g. totals. */
	readonly lines: readonly string[];
}
