import type { FieldSpec, Layout } from "../iso8583/field.js";
import { Iso8583Error } from "../iso8583/iso8583Error.js";
import type { HostProfile } from "./hostProfile.js";

/** One entry of `carries`: "panSequence?", "transactionData:management". */
export interface Carried {
	readonly name: string;
	/** Which of the field's layouts; undefined for its only one. */
	readonly layout: string | undefined;
	readonly optional: boolean;
}

export function parseCarried(entry: string): Carried {
	const optional = entry.endsWith("?");
	const [name, layout] = (optional ? entry.slice(0, -1) : entry).split(":");
	return { name: name!, layout, optional };
}

/** @throws {Iso8583Error} when no field of the message table has that name */
export function findField(profile: HostProfile, name: string): { readonly number: number; readonly spec: FieldSpec } {
	const { fields } = profile.message;
	for (const number in fields)
		if (fields[number]!.name === name) return { number: Number(number), spec: fields[number]! };
	throw new Iso8583Error(`the profile ${profile.name} has no field ${name}`);
}

/** How the field is arranged in this message; undefined when it is one value. @throws {Iso8583Error} when there is no such layout */
export function layoutOf(number: number, spec: FieldSpec, { layout }: Carried): Layout | undefined {
	if (!spec.layouts) return undefined;
	const found = layout === undefined ? Object.values(spec.layouts)[0] : spec.layouts[layout];
	if (!found) throw new Iso8583Error(`field ${number}: ${spec.name} has no layout ${layout}`);
	return found;
}
