import { readTlvObjects } from "../src/bytes/tlv.js";
import { softwareCrypto } from "../src/crypto/software.js";
import { decodeConfiguration } from "../src/emv/decodeConfiguration.js";
import { decodeMessage, encodeMessage } from "../src/host/iso8583/message.js";
import { unionPay } from "../src/host/profiles/unionPay.js";
import { parseNaively } from "./naiveTlv.js";
import { cardRecord } from "./record.js";
import { type RecordedSale, ReplayedSale } from "./replayedSale.js";
import { saleRequest } from "./saleRequest.js";

/** Sends one JSON value from XS to the process around it. */
declare const issueCommand: (message: ArrayBuffer) => ArrayBuffer;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

const record = cardRecord();
const request = saleRequest();
const packed = encodeMessage(unionPay.message, request);
const objects = new Int32Array(2 * record.length);
const sales: ReplayedSale[] = [];
let recorded: { sale: RecordedSale; configuration: unknown };

/** What `bench/run.ts` calls by name; each call is metered by itself. */
Object.assign(globalThis, {
	parseNothing: (times: number) => repeat(times, () => record.length),
	parseFlat: (times: number) =>
		repeat(times, () => {
			readTlvObjects(record, 0, record.length, objects);
			return readTlvObjects(record, objects[1]!, objects[1]! + objects[2]!, objects) / 3;
		}),
	parseNaive: (times: number) => repeat(times, () => parseNaively(record)[0]!.children.length),
	packMessage: (times: number) => repeat(times, () => encodeMessage(unionPay.message, request).length),
	unpackMessage: (times: number) => repeat(times, () => decodeMessage(unionPay.message, packed).messageType.length),
	prepare(input: typeof recorded) {
		recorded = input;
		for (let i = 0; i < 2; i++)
			sales.push(
				new ReplayedSale(input.sale, decodeConfiguration(input.configuration, softwareCrypto), softwareCrypto),
			);
	},
	runSale: (index: number) => sales[index]!.run(),
	noteRsa: (index: number) => sales[index]!.noteRsa(),
	runOperations(index: number) {
		for (const operation of [...sales[index]!.operations]) operation();
	},
	tellSale(index: number) {
		const { transaction, differences, operations } = sales[index]!;
		tell({
			cryptogram: transaction.cryptogram,
			tvr: [...transaction.data.tvr],
			differences,
			operations: operations.length,
		});
	},
	tellObjects: () => {
		const flat = readTlvObjects(record, 4, record.length, objects) / 3;
		tell({ length: record.length, flat, naive: parseNaively(record)[0]!.children.length });
	},
});

function repeat(times: number, run: () => number): number {
	let sum = 0;
	for (let i = 0; i < times; i++) sum += run();
	return sum;
}

function tell(value: unknown): void {
	issueCommand(new TextEncoder().encode(JSON.stringify(value)).buffer as ArrayBuffer);
}
