import { Iso8583Error } from "./iso8583Error.js";

/** The fixed-width parts of a private field, in order. A message may stop after any of them. */
export type SubfieldSpec = readonly (readonly [name: string, length: number])[];
export type Subfields = Readonly<Record<string, string>>;

/** @throws {Iso8583Error} when a part has a wrong length, is unknown, or follows a missing one */
export function encodeSubfields(number: number, spec: SubfieldSpec, values: Subfields): string {
	let text = "";
	let used = 0;
	for (const [name, length] of spec) {
		const value = values[name];
		if (value === undefined) break;
		if (value.length !== length) throw new Iso8583Error(`field ${number}: ${name} must have length ${length}`);
		text += value;
		used++;
	}
	if (used !== Object.keys(values).length) throw new Iso8583Error(`field ${number}: a part is unknown or out of order`);
	return text;
}

/** @throws {Iso8583Error} when the text ends inside a part or goes on after the last */
export function decodeSubfields(number: number, spec: SubfieldSpec, text: string): Subfields {
	const values: Record<string, string> = {};
	let at = 0;
	for (const [name, length] of spec) {
		if (at === text.length) break;
		const value = text.slice(at, at + length);
		if (value.length < length) throw new Iso8583Error(`field ${number}: it ends inside ${name}`);
		values[name] = value;
		at += length;
	}
	if (at < text.length) throw new Iso8583Error(`field ${number}: longer than its parts`);
	return values;
}
