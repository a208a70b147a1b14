import { createRequire } from "node:module";
import { equal } from "../src/bytes/bytes.js";
import { decodeMessage, encodeMessage } from "../src/host/iso8583/message.js";
import { unionPay } from "../src/host/profiles/unionPay.js";
import { saleRequest, saleText } from "./saleRequest.js";

/** What npm `iso_8583`, which ships no types, is used for. */
interface Iso8583 {
	getBufferMessage(): Uint8Array;
	getIsoJSON(bytes: Uint8Array, formats: object): Record<string, string>;
}
type Iso8583Class = new (data: object, formats: object) => Iso8583;

/** Its own table has no 16 digits in field 53 and takes 8 bytes of field 64 for 8 characters. */
const FORMATS = {
	53: { ContentType: "n", Label: "Security control", LenType: "fixed", MaxLen: 16 },
	64: { ContentType: "b", Label: "MAC", LenType: "fixed", MaxLen: 16 },
};

const ROUNDS = 21;
const ROUND_MS = 25;

/**
 * Packs and unpacks one 0200 with field 55 by Kassa's codec and by npm `iso_8583`, by turns in short rounds, so that what else the
 * computer does slows both.
 * @returns messages a second of each, and the median of the rounds' ratios
 */
export function compareMessageCodecs(): { readonly kassa: number; readonly other: number; readonly ratio: number } {
	const Other = createRequire(import.meta.url)("iso_8583") as Iso8583Class;
	const request = saleRequest();
	const text = saleText();
	const kassa = () => decodeMessage(unionPay.message, encodeMessage(unionPay.message, request));
	const other = () => new Other({}, FORMATS).getIsoJSON(new Other(text, FORMATS).getBufferMessage(), FORMATS);
	checkSame(kassa().fields, other());
	const rounds = Array.from({ length: ROUNDS }, () => ({ kassa: rate(kassa), other: rate(other) }));
	const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1]!;
	return {
		kassa: median(rounds.map(round => round.kassa)),
		other: median(rounds.map(round => round.other)),
		ratio: median(rounds.map(round => round.kassa / round.other)),
	};
}

/** Both have understood the whole message. */
function checkSame(fields: ReturnType<typeof decodeMessage>["fields"], other: Record<string, string>): void {
	for (const [number, value] of Object.entries(fields)) {
		const same =
			typeof value === "string" ? value === other[number] : equal(value!, Buffer.from(other[number] ?? "", "hex"));
		if (!same) throw new Error(`the two codecs differ in field ${number}`);
	}
}

function rate(run: () => unknown): number {
	const start = performance.now();
	let count = 0;
	let elapsed = 0;
	do {
		for (let i = 0; i < 10; i++) run();
		count += 10;
		elapsed = performance.now() - start;
	} while (elapsed < ROUND_MS);
	return (1000 * count) / elapsed;
}
