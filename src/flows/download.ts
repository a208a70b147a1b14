import { concat } from "../bytes/bytes.js";
import type { Operation } from "../operation.js";
import type { FlowContext } from "./flowContext.js";
import { manage } from "./networkManagement.js";
import type { ServiceResult } from "./serviceResult.js";

/** A list at the bank: how it is asked for, how one record is loaded, how the end is told. */
interface Download {
	readonly name: string;
	readonly query: Operation | undefined;
	readonly load: Operation;
	readonly end: Operation | undefined;
}

const DOWNLOADS: readonly Download[] = Object.freeze([
	{ name: "parameters", query: undefined, load: "parameters", end: undefined },
	{ name: "aids", query: "aidsQuery", load: "aids", end: "aidsEnd" },
	{ name: "ca-keys", query: "caKeysQuery", load: "caKeys", end: "caKeysEnd" },
	{ name: "hot-cards", query: undefined, load: "hotCards", end: "hotCardsEnd" },
]);
/** A bank that always says that more follows is believed this often. */
const MOST_MESSAGES = 100;
/** "3": there are more than this message holds (field 62 of UnionPay-style hosts). */
const MORE = "2";

/** Fetches parameters, AIDs, CA keys and hot cards; each list is kept whole, or the old one stays. */
export async function download(c: FlowContext): Promise<ServiceResult> {
	const lines: string[] = [];
	for (const each of DOWNLOADS) {
		if (!c.link.profile.operations[each.load]) continue;
		const got = await fetchList(c, each);
		if (typeof got === "string") return { operation: "parameters", done: false, reason: got, lines };
		c.keepDownload(each.name, got);
		lines.push(`${each.name}: ${got.length} bytes`);
	}
	return { operation: "parameters", done: true, reason: "parameters are up to date", lines };
}

/** @returns what the bank has, or why it could not be had */
async function fetchList(c: FlowContext, { name, query, load, end }: Download): Promise<Uint8Array | string> {
	const parts: Uint8Array[] = [];
	let key: Uint8Array | undefined;
	for (let n = 0; n < MOST_MESSAGES; n++) {
		const reply = await manage(c, query ?? load, { recordKey: key });
		if (reply.kind !== "answered") return `${name}: the bank gave no valid answer: ${reply.reason}`;
		if (!reply.approved) return `${name}: the bank refused: ${reply.responseCode}`;
		const { records, recordsState, text } = reply.values;
		if (text !== undefined) parts.push(Uint8Array.from(text, character => character.charCodeAt(0) & 255));
		if (records) parts.push(records.slice());
		if (recordsState !== MORE || !records) {
			if (end) await manage(c, end);
			return concat(...parts);
		}
		key = records.slice(-8);
	}
	return `${name}: the bank never ends`;
}
