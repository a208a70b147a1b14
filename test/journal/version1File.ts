import { concat, uintBytes } from "../../src/bytes/bytes.js";
import { encodeCbor } from "../../src/bytes/cbor.js";
import { crc32 } from "../../src/bytes/crc32.js";

/** The file of a journal of version 1 with these entries, as that version wrote it. */
export function version1File(entries: readonly object[]): Uint8Array {
	return concat(
		...entries.map((entry, i) => {
			const payload = encodeCbor(entry);
			const header = concat(Uint8Array.of(0x4b, 0x4a, 1), uintBytes(payload.length, 2), uintBytes(i + 1, 4));
			const body = concat(header, payload);
			return concat(body, uintBytes(crc32(body), 4));
		}),
	);
}

/** What a sale of version 1 left there. */
export function version1Sale(
	stan: number,
	amountMinor: number,
	end: "approved" | "owed" | "reversed" | "cut",
): object[] {
	const card = { panMasked: "622126******0018", cardLink: Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8) };
	const nothing = { adviceRequired: false, scriptResults: undefined, retrievalReference: undefined };
	const answer = { responseCode: "00", authorisationCode: "123456", ...nothing };
	const outcome = end === "approved" ? "approved" : "declined";
	const closed = { type: "closed", stan, at: 3, outcome, online: true, ...card, ...answer };
	const sent = { type: "sent", stan, at: 2, panMasked: card.panMasked, reversal: Uint8Array.of(stan & 255, 0xaa) };
	const owed = { type: "reversalOwed", stan, at: 3, reason: "noResponse" };
	const begin = [{ type: "opened", stan, at: 1, amountMinor, currency: 156 }, sent];
	if (end === "cut") return begin;
	if (end === "approved") return [...begin, closed];
	return [...begin, owed, closed, ...(end === "reversed" ? [{ type: "reversed", stan, at: 4 }] : [])];
}
