import { KEPT_AROUND_MONEY } from "./keptAroundMoney.js";
import type { KeptData } from "./keptKind.js";
import { KEPT_OF_TRUST } from "./keptOfTrust.js";
import { KEPT_OF_WATCHING } from "./keptOfWatching.js";

/** Everything that a terminal keeps. A file that is in no row is a fault (test/privacy/keptData.test.ts). */
export const KEPT_DATA: readonly KeptData[] = Object.freeze([
	...KEPT_AROUND_MONEY,
	...KEPT_OF_TRUST,
	...KEPT_OF_WATCHING,
]);

/** The row of a file; undefined: nobody has said why it is kept. */
export function keptDataOf(file: string): KeptData | undefined {
	return KEPT_DATA.find(({ files }) => files.test(file));
}
