import { readTlvObjects } from "../src/bytes/tlv.js";
import { numberOf, parseNaively, textOf } from "./naiveTlv.js";
import { cardRecord } from "./record.js";
import { repeat } from "./repeat.js";
import { tell } from "./tell.js";

const record = cardRecord();
const objects = new Int32Array(2 * record.length);

/** Template and content. @returns objects in the template */
function parseFlat(): number {
	readTlvObjects(record, 0, record.length, objects);
	return readTlvObjects(record, objects[1]!, objects[1]! + objects[2]!, objects) / 3;
}

/** What `bench/suites/tlv.ts` calls by name. */
Object.assign(globalThis, {
	nothing: (times: number) => repeat(times, () => record.length),
	flat: (times: number) => repeat(times, parseFlat),
	naiveText: (times: number) => repeat(times, () => parseNaively(record, textOf)[0]!.children.length),
	naiveNumber: (times: number) => repeat(times, () => parseNaively(record, numberOf)[0]!.children.length),
	tellObjects: () =>
		tell({
			length: record.length,
			counts: [
				parseFlat(),
				parseNaively(record, textOf)[0]!.children.length,
				parseNaively(record, numberOf)[0]!.children.length,
			],
		}),
});
