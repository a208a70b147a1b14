import type { CborMap, CborValue } from "../bytes/cbor.js";
import { BindingError } from "./bindingError.js";

/** How one kind of value stands in CBOR; `where` names it in a refusal, e.g. "binding certificate: merchant.name". */
export interface Codec<T> {
	encode(value: T): CborValue;
	/** @throws {BindingError} naming the claim */
	decode(value: CborValue, where: string): T;
}

export type Decoded<C> = C extends Codec<infer T> ? T : never;

/** @param pattern of the whole text @param what it must be, in words */
export function text(pattern: RegExp, what: string): Codec<string> {
	return codec((value, where) => {
		if (typeof value !== "string" || !pattern.test(value)) throw new BindingError(`${where} must be ${what}`);
		return value;
	});
}

export function bytes(least: number, most = least): Codec<Uint8Array> {
	return codec((value, where) => {
		if (!(value instanceof Uint8Array) || value.length < least || value.length > most)
			throw new BindingError(`${where} must be ${least === most ? least : `${least} to ${most}`} bytes`);
		return value;
	});
}

export function integer(least: number, most: number): Codec<number> {
	return codec((value, where) => {
		if (typeof value !== "number" || value < least || value > most)
			throw new BindingError(`${where} must be a whole number from ${least} to ${most}`);
		return value;
	});
}

/** Seconds since 1970, as NumericDate of CWT (RFC 8392, 2). */
export const time: Codec<number> = integer(1_500_000_000, 0xffff_ffff);

export const boolean: Codec<boolean> = codec((value, where) => {
	if (typeof value !== "boolean") throw new BindingError(`${where} must be true or false`);
	return value;
});

export function list<T>(each: Codec<T>, least: number, most: number): Codec<readonly T[]> {
	return Object.freeze({
		encode: (values: readonly T[]) => values.map(value => each.encode(value)),
		decode(value: CborValue, where: string) {
			if (!Array.isArray(value) || value.length < least || value.length > most)
				throw new BindingError(`${where} must be a list of ${least} to ${most}`);
			return (value as readonly CborValue[]).map((item, i) => each.decode(item, `${where}[${i}]`));
		},
	});
}

/** A claim of a map: its label, what its value is, and whether it may be absent. */
type Claim<T> = readonly [label: number, codec: Codec<T>, presence?: "optional"];
type Claims = Readonly<Record<string, Claim<unknown>>>;
type ValueOf<C> = C extends readonly [number, Codec<infer T>, ...unknown[]] ? T : never;
type OptionalName<C extends Claims> = {
	[K in keyof C]: C[K] extends readonly [number, unknown, "optional"] ? K : never;
}[keyof C];
export type RecordOf<C extends Claims> = { readonly [K in Exclude<keyof C, OptionalName<C>>]: ValueOf<C[K]> } & {
	readonly [K in OptionalName<C>]?: ValueOf<C[K]> | undefined;
};

/** A map with integer labels. A claim that is missing, wrong or unknown is refused by its name. */
export function record<const C extends Claims>(claims: C): Codec<RecordOf<C>> & { readonly claims: C } {
	const rows = Object.entries(claims) as [string, Claim<unknown>][];
	return Object.freeze({
		claims,
		encode(value: RecordOf<C>) {
			const map = new Map<number, CborValue>();
			for (const [name, [label, each]] of rows) {
				const member = (value as Readonly<Record<string, unknown>>)[name];
				if (member !== undefined) map.set(label, each.encode(member));
			}
			return map;
		},
		decode(value: CborValue, where: string) {
			if (!(value instanceof Map)) throw new BindingError(`${where} must be a map`);
			const map = value as CborMap;
			const found: Record<string, unknown> = {};
			const prefix = where.includes(": ") ? `${where}.` : `${where}: `;
			for (const [name, [label, each, presence]] of rows) {
				const member = map.get(label);
				if (member !== undefined) found[name] = each.decode(member, prefix + name);
				else if (presence !== "optional") throw new BindingError(`${prefix}${name} is missing`);
			}
			for (const label of map.keys())
				if (!rows.some(([, [known]]) => known === label))
					throw new BindingError(`${prefix}the claim ${label} is not known`);
			return found as RecordOf<C>;
		},
	});
}

function codec<T extends CborValue>(decode: (value: CborValue, where: string) => T): Codec<T> {
	return Object.freeze({
		encode(value: T) {
			return decode(value, "what is to be signed"); // nobody signs what nobody would take
		},
		decode,
	});
}
