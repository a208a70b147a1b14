import { asciiBytes, latin1Text } from "../bytes/bytes.js";
import type { Encoding, FieldValue } from "./iso8583/field.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";
import type { MessageValues } from "./messageValues.js";
import type { HostProfile } from "./profiles/hostProfile.js";

/** Where a value stands: a whole field or a part of one. */
export interface Place {
	readonly field: number;
	readonly name: string;
	readonly encoding: Encoding;
	/** Of a fixed field or part; undefined when the length is free. */
	readonly length: number | undefined;
}

/** Values on their way out of a message. */
export type Draft = Record<string, unknown>;

/** A named thing that a message may say: how it is spelled in a place, and read there. */
export interface Element {
	/** @returns undefined when the values do not have it @throws {Iso8583Error} when it cannot be spelled */
	encode(values: MessageValues, profile: HostProfile, place: Place): FieldValue | undefined;
	/** @throws {Iso8583Error} when the place does not hold such a thing */
	decode(value: FieldValue, profile: HostProfile, place: Place, draft: Draft): void;
}

export function element(
	encode: (values: MessageValues, profile: HostProfile, place: Place) => FieldValue | undefined,
	decode: (text: string, profile: HostProfile, place: Place, draft: Draft) => void,
): Element {
	return Object.freeze({
		encode(values: MessageValues, profile: HostProfile, place: Place) {
			const value = encode(values, profile, place);
			if (typeof value !== "string" || place.encoding !== "binary") return value;
			if (/[^\0-\x7f]/.test(value)) throw refusal(place, "is not ASCII");
			return asciiBytes(value);
		},
		decode(value: FieldValue, profile: HostProfile, place: Place, draft: Draft) {
			decode(typeof value === "string" ? value : latin1Text(value), profile, place, draft);
		},
	});
}

export function number(...path: readonly string[]): Element {
	return element(
		(values, _profile, place) => {
			const value = valueAt(values, path);
			return value === undefined ? undefined : encodeNumber(value, place);
		},
		(digits, _profile, place, draft) => put(draft, path, decodeNumber(digits, place)),
	);
}

export function exact(...path: readonly string[]): Element {
	return element(
		values => valueAt(values, path) as string | undefined,
		(content, _profile, _place, draft) => put(draft, path, content),
	);
}

/** In a fixed place filled with spaces on the right. */
export function text(...path: readonly string[]): Element {
	return element(
		(values, _profile, { length = 0 }) => (valueAt(values, path) as string | undefined)?.padEnd(length),
		(content, _profile, _place, draft) => {
			const trimmed = content.replace(/ +$/, "");
			if (trimmed) put(draft, path, trimmed);
		},
	);
}

/** Digits that do not begin with a zero, in a fixed place filled with zeros on the left. */
export function zeroFilled(...path: readonly string[]): Element {
	return element(
		(values, _profile, { length = 0 }) => (valueAt(values, path) as string | undefined)?.padStart(length, "0"),
		(content, _profile, { length }, draft) => put(draft, path, length ? content.replace(/^0+/, "") : content),
	);
}

export function bytes(...path: readonly string[]): Element {
	return Object.freeze({
		encode(values: MessageValues) {
			const value = valueAt(values, path) as Uint8Array | undefined;
			return value?.length ? value : undefined;
		},
		decode(value: FieldValue, _profile: HostProfile, place: Place, draft: Draft) {
			if (typeof value === "string") throw refusal(place, "is no binary field");
			put(draft, path, value);
		},
	});
}

export function code(
	table: (profile: HostProfile) => Readonly<Record<string, string>>,
	...path: readonly string[]
): Element {
	return element(
		(values, profile) => {
			const value = valueAt(values, path);
			return value === undefined ? undefined : table(profile)[value as string];
		},
		(content, profile, place, draft) => {
			const known = Object.entries(table(profile)).find(([, each]) => each === content);
			if (!known) throw refusal(place, `${place.name} has an unknown code`);
			put(draft, path, known[0]);
		},
	);
}

export function encodeNumber(value: unknown, place: Place): string {
	if (!Number.isSafeInteger(value) || (value as number) < 0) throw refusal(place, "is not decimal");
	return String(value).padStart(place.length ?? 0, "0");
}

export function decodeNumber(digits: string, place: Place): number {
	const value = /^[0-9]+$/.test(digits) ? Number(digits) : Number.NaN;
	if (!Number.isSafeInteger(value)) throw refusal(place, `${place.name} is not a number`);
	return value;
}

function valueAt(values: MessageValues, path: readonly string[]): unknown {
	let value: unknown = values;
	for (const name of path) {
		if (value === undefined) return undefined;
		value = (value as Draft)[name];
	}
	return value;
}

export function put(draft: Draft, path: readonly string[], value: unknown): void {
	let inner = draft;
	for (const name of path.slice(0, -1)) {
		inner[name] ??= {};
		inner = inner[name] as Draft;
	}
	inner[path[path.length - 1]!] = value;
}

export function refusal(place: Place, what: string): Iso8583Error {
	return new Iso8583Error(`field ${place.field}: ${what}`);
}
