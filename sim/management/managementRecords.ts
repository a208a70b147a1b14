import type { MessageBody } from "../../src/management/messageKinds.js";

/** An order to a terminal, as it was signed, and what became of it. */
export interface Order {
	readonly terminalId: string;
	readonly kind: string;
	readonly sequence: number;
	readonly payload: Uint8Array;
	readonly expiresAt: number | undefined;
	/** Undefined until the terminal has answered. */
	readonly answer: { readonly done: boolean; readonly reason: string; readonly lines: readonly string[] } | undefined;
}

export interface TerminalStatus {
	readonly terminalId: string;
	/** The terminal has said so, and its line has not broken since. */
	readonly online: boolean;
	readonly status: MessageBody<"status"> | undefined;
}

export interface KeptAlert {
	/** Milliseconds since 1970. */
	readonly at: number;
	readonly alert: string;
	readonly text: string;
	readonly lines: readonly string[];
	/** Newest entry of the terminal's incident log then, and its hash: what an export must hold. */
	readonly entry: number;
	readonly hash: string;
}
