import { asciiBytes, concat, latin1Text } from "../bytes/bytes.js";
import { parseHex } from "../bytes/hex.js";
import type { Place } from "./element.js";
import type { FieldSpec, FieldValue, Layout, NamedPart, Part } from "./iso8583/field.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";

/** What is to stand in a place; a code stands there whatever the message is about. */
export interface Spoken {
	readonly value: FieldValue;
	readonly isCode: boolean;
}
export type Speak = (place: Place) => Spoken | undefined;
export type Listen = (place: Place, value: FieldValue) => void;

/**
 * The content of a field that is made up of parts. Parts at the end of which there is nothing to say are left out.
 * @param speakGroups one speaker for each group of the repeating part of that name
 * @returns undefined when there is no value for any part
 * @throws {Iso8583Error} when a part has a wrong length, or is missing before one that is there
 */
export function encodeLayout(
	field: number,
	spec: FieldSpec,
	layout: Layout,
	speak: Speak,
	speakGroups: (name: string) => readonly Speak[] | undefined,
): FieldValue | undefined {
	const spoken = layout.map(part =>
		"fixed" in part
			? { value: spec.encoding === "binary" ? parseHex(part.fixed) : part.fixed, isCode: true }
			: "each" in part
				? encodeGroups(field, spec, part, speakGroups(part.name))
				: encodePart(field, spec, part, speak),
	);
	if (spoken.some(part => part === undefined) && !spoken.some(part => part && !part.isCode)) return undefined;
	const missing = spoken.indexOf(undefined);
	const end = missing < 0 ? spoken.length : missing;
	for (let i = end; i < spoken.length; i++)
		if (spoken[i]) throw new Iso8583Error(`field ${field}: ${(layout[missing] as NamedPart).name} is missing`);
	return join(
		spec,
		spoken.slice(0, end).map(part => part!.value),
	);
}

/**
 * Tells `listen` what stands in each part; `listenTo` gives the listener for each group of the repeating part of that name.
 * @throws {Iso8583Error} when the content ends inside a part, goes on after the last or has another fixed text
 */
export function decodeLayout(
	field: number,
	spec: FieldSpec,
	layout: Layout,
	content: FieldValue,
	listen: Listen,
	listenTo: (name: string) => Listen,
): void {
	let at = 0;
	const take = (length: number, name: string): FieldValue => {
		if (at + length > content.length) throw new Iso8583Error(`field ${field}: it ends inside ${name}`);
		at += length;
		return content.slice(at - length, at);
	};
	for (const part of layout) {
		if (at === content.length) break;
		if ("fixed" in part) {
			const expected = spec.encoding === "binary" ? parseHex(part.fixed) : part.fixed;
			if (String(take(expected.length, "a fixed part")) !== String(expected))
				throw new Iso8583Error(`field ${field}: has another fixed part`);
		} else if ("each" in part) {
			const count = asText(take(part.countLength, part.name));
			if (!/^[0-9]+$/.test(count)) throw new Iso8583Error(`field ${field}: ${part.name} has no count`);
			for (let i = 0; i < Number(count); i++) {
				const heard = listenTo(part.name);
				for (const each of part.each) heard(placeOf(field, spec, each), take(each.length, each.name));
			}
		} else listen(placeOf(field, spec, part), take(part.length ?? content.length - at, part.name));
	}
	if (at < content.length) throw new Iso8583Error(`field ${field}: longer than its parts`);
}

function encodeGroups(
	field: number,
	spec: FieldSpec,
	part: Extract<Part, { each: unknown }>,
	groups: readonly Speak[] | undefined,
): Spoken | undefined {
	if (groups === undefined) return undefined;
	const count = String(groups.length).padStart(part.countLength, "0");
	if (count.length > part.countLength) throw new Iso8583Error(`field ${field}: too many ${part.name}`);
	const parts: FieldValue[] = [spec.encoding === "binary" ? asciiBytes(count) : count];
	for (const speak of groups)
		for (const each of part.each) {
			const spoken = encodePart(field, spec, each, speak);
			if (!spoken) throw new Iso8583Error(`field ${field}: ${each.name} is missing in ${part.name}`);
			parts.push(spoken.value);
		}
	return { value: join(spec, parts), isCode: false };
}

function encodePart(
	field: number,
	spec: FieldSpec,
	part: { readonly name: string; readonly length?: number },
	speak: Speak,
): Spoken | undefined {
	const spoken = speak(placeOf(field, spec, part));
	if (spoken && part.length !== undefined && spoken.value.length !== part.length)
		throw new Iso8583Error(`field ${field}: ${part.name} must have length ${part.length}`);
	return spoken;
}

function placeOf(field: number, spec: FieldSpec, { name, length }: { name: string; length?: number }): Place {
	return { field, name, encoding: spec.encoding, length };
}

function join(spec: FieldSpec, parts: readonly FieldValue[]): FieldValue {
	return spec.encoding === "binary" ? concat(...(parts as readonly Uint8Array[])) : parts.join("");
}

function asText(value: FieldValue): string {
	return typeof value === "string" ? value : latin1Text(value);
}
