import { asciiBytes } from "../bytes/bytes.js";
import { lastHotCard, splitRecordKeys } from "../emv/downloadedRecords.js";
import { ConfigurationError } from "../emv/jsonObject.js";
import type { MessageValues } from "../host/messageValues.js";
import type { Operation } from "../operation.js";
import type { DownloadName } from "./downloads.js";
import type { FlowContext } from "./flowContext.js";
import { manage } from "./networkManagement.js";
import type { ServiceResult } from "./serviceResult.js";

/** How a list at the bank is fetched, record by record. */
type Fetch = (c: FlowContext) => Promise<Uint8Array[]>;

const DOWNLOADS: Readonly<Record<DownloadName, { readonly fetch: Fetch; readonly end?: Operation }>> = Object.freeze({
	parameters: Object.freeze({ fetch: fetchParameters }),
	aids: Object.freeze({ fetch: fetchRecords("aidsQuery", "aids"), end: "aidsEnd" as const }),
	caKeys: Object.freeze({ fetch: fetchRecords("caKeysQuery", "caKeys"), end: "caKeysEnd" as const }),
	hotCards: Object.freeze({ fetch: fetchHotCards, end: "hotCardsEnd" as const }),
});
/** A bank that always says that more follows is believed this often. */
const MOST_MESSAGES = 1_000;
/** What field 62 says before the records: more follow than this message holds. */
const MORE = "2";

/** Fetches parameters, AIDs, CA keys and hot cards; each list is taken over whole, or the old one stays. */
export async function download(c: FlowContext): Promise<ServiceResult> {
	const lines: string[] = [];
	const result = (done: boolean, reason: string): ServiceResult => ({ operation: "parameters", done, reason, lines });
	for (const name of Object.keys(DOWNLOADS) as DownloadName[]) {
		if (!c.link.profile.operations[name]) continue;
		const { fetch, end } = DOWNLOADS[name];
		try {
			const records = await fetch(c);
			c.downloads.keep(name, records);
			lines.push(`${name}: ${records.length}`);
		} catch (error) {
			if (!(error instanceof DownloadError || error instanceof ConfigurationError)) throw error;
			return result(false, `${name}: ${error.message}`);
		}
		if (end && c.link.profile.operations[end]) await manage(c, end);
	}
	return result(true, "parameters are up to date");
}

/** The bank did not give what it was asked for. */
class DownloadError extends Error {
	override readonly name = "DownloadError";
}

async function fetchParameters(c: FlowContext): Promise<Uint8Array[]> {
	const { text } = await ask(c, "parameters", {});
	return text === undefined ? [] : [asciiBytes(text)];
}

/** The query names the keys of all records; each is then loaded by its key. */
function fetchRecords(query: Operation, load: Operation): Fetch {
	return async c => {
		const { records: keys } = await ask(c, query, {});
		const records: Uint8Array[] = [];
		for (const recordKey of splitRecordKeys(keys ?? new Uint8Array(0))) {
			const { records: record } = await ask(c, load, { recordKey });
			if (!record) throw new DownloadError("the bank does not have a record that it named");
			records.push(record.slice());
		}
		return records;
	};
}

/** Message by message, each from behind the last card of the one before. */
async function fetchHotCards(c: FlowContext): Promise<Uint8Array[]> {
	const parts: Uint8Array[] = [];
	let recordKey: Uint8Array | undefined;
	for (let n = 0; n < MOST_MESSAGES; n++) {
		const { records, recordsState } = await ask(c, "hotCards", { recordKey });
		if (!records) return parts;
		parts.push(records.slice());
		if (recordsState !== MORE) return parts;
		recordKey = lastHotCard(records);
	}
	throw new DownloadError("the bank never ends");
}

async function ask(c: FlowContext, operation: Operation, values: MessageValues): Promise<MessageValues> {
	const reply = await manage(c, operation, values);
	if (reply.kind !== "answered") throw new DownloadError(`the bank gave no valid answer: ${reply.reason}`);
	if (!reply.approved) throw new DownloadError(`the bank refused: ${reply.responseCode}`);
	return reply.values;
}
