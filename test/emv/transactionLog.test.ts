import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { readTransactionLog } from "../../src/emv/transactionLog.js";
import { type Exchange, openScripted, tlv } from "./scriptedCard.js";

const FORMAT: Exchange = ["80CA9F4F00", `${tlv("9F4F", "9A03 9F0206")}9000`];
const read = (record: number): string => `00B2${record.toString(16).padStart(2, "0").toUpperCase()}5C00`;

function open(exchanges: readonly Exchange[], logEntry = tlv("9F4D", "0B0A")) {
	return openScripted({ exchanges, card: { BF0C: logEntry } });
}

// [EMV-LOG-01]
test("EMV 4.4 Book 3, Annex D: records in the card's own format, until there is none", async () => {
	const { t, card } = open([
		FORMAT,
		[read(1), "261122 000000001590 9000"],
		[read(2), "261121 000000000500 9000"],
		[read(3), "6A83"],
	]);
	const log = await readTransactionLog(t);
	expect(log?.map(entry => entry.map(([tag, value]) => `${tag.toString(16)}=${formatHex(value)}`))).toEqual([
		["9a=261122", "9f02=000000001590"],
		["9a=261121", "9f02=000000000500"],
	]);
	expect(card.left).toEqual([]);
});

// [EMV-LOG-01]
test.each<[string, readonly Exchange[], string]>([
	["no log entry", [], tlv("9F36", "0001")],
	["a log outside files 11 to 30", [], tlv("9F4D", "0A0A")],
	["a malformed template", [], "9F4D05"],
	["no log format", [["80CA9F4F00", "6A88"]], tlv("9F4D", "0B0A")],
	["a record of another length", [FORMAT, [read(1), "2611 9000"]], tlv("9F4D", "0B0A")],
	["a record that cannot be read", [FORMAT, [read(1), "6985"]], tlv("9F4D", "0B0A")],
])("%s: no log, and nothing more is asked", async (_name, exchanges, logEntry) => {
	const { t, card } = open(exchanges, logEntry);
	expect(await readTransactionLog(t)).toBeUndefined();
	expect(card.left).toEqual([]);
});
