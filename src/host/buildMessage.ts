import { asciiBytes } from "../bytes/bytes.js";
import type { Operation } from "../operation.js";
import type { Draft, Place } from "./element.js";
import { ELEMENTS, GROUPS } from "./elements.js";
import type { FieldSpec, FieldValue } from "./iso8583/field.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";
import type { IsoMessage } from "./iso8583/message.js";
import { encodeLayout, type Speak } from "./layout.js";
import type { MessageValues } from "./messageValues.js";
import { findField, layoutOf, parseCarried } from "./profiles/carried.js";
import type { ChosenCode, HostProfile, OperationProfile } from "./profiles/hostProfile.js";

/** @throws {Iso8583Error} when the profile does not know the operation */
export function operationProfile(profile: HostProfile, operation: Operation): OperationProfile {
	const found = profile.operations[operation];
	if (!found) throw new Iso8583Error(`the profile ${profile.name} has no ${operation}`);
	return found;
}

/** The request of an operation. @throws {Iso8583Error} naming the field whose value is missing or does not fit */
export function requestMessage(profile: HostProfile, operation: Operation, values: MessageValues): IsoMessage {
	const { messageType, carries, codes } = operationProfile(profile, operation);
	return buildMessage(profile, messageType, carries, codes, values);
}

/** What takes the request of an operation back: its codes in a message of another type. @throws {Iso8583Error} as `requestMessage` */
export function reversalMessage(profile: HostProfile, operation: Operation, values: MessageValues): IsoMessage {
	const { messageType, carries } = profile.reversal;
	return buildMessage(profile, messageType, carries, operationProfile(profile, operation).codes, values);
}

/** A message of the fields that `carries` names. @throws {Iso8583Error} naming the field whose value is missing or does not fit */
export function buildMessage(
	profile: HostProfile,
	messageType: string,
	carries: readonly string[],
	codes: OperationProfile["codes"],
	values: MessageValues,
): IsoMessage {
	const speaker =
		(said: MessageValues): Speak =>
		place => {
			const code = codeFor(profile, codes, place.name, values);
			if (code !== undefined) return { value: place.encoding === "binary" ? asciiBytes(code) : code, isCode: true };
			const value = ELEMENTS[place.name]?.encode(said, profile, place);
			return value === undefined ? undefined : { value, isCode: false };
		};
	const speakGroups = (name: string): Speak[] | undefined =>
		(GROUPS as readonly string[]).includes(name)
			? ((values as Draft)[name] as readonly MessageValues[] | undefined)?.map(speaker)
			: undefined;
	const fields: Record<number, FieldValue> = {};
	for (const entry of carries) {
		const carried = parseCarried(entry);
		const { number, spec } = findField(profile, carried.name);
		const layout = layoutOf(number, spec, carried);
		const value = layout
			? encodeLayout(number, spec, layout, speaker(values), speakGroups)
			: speaker(values)(placeOfField(number, spec))?.value;
		if (value !== undefined) fields[number] = value;
		else if (!carried.optional) throw new Iso8583Error(`field ${number}: ${carried.name} is missing`);
	}
	return { messageType, fields };
}

export function placeOfField(field: number, spec: FieldSpec): Place {
	return { field, name: spec.name, encoding: spec.encoding, length: spec.prefix ? undefined : spec.length };
}

function codeFor(
	profile: HostProfile,
	codes: OperationProfile["codes"],
	name: string,
	values: MessageValues,
): string | undefined {
	const code = codes[name] ?? profile.constants[name] ?? (values.pinBlock && profile.pinConstants[name]);
	return code === undefined || typeof code === "string" ? code : chosen(profile, code, name, values);
}

function chosen(profile: HostProfile, code: ChosenCode, name: string, values: MessageValues): string | undefined {
	switch (code.by) {
		case "uploadClass":
			return values.uploadClass && code.codes[values.uploadClass];
		case "posEntryMode":
			return values.posEntryMode && code.codes[values.posEntryMode];
		case "original": {
			const operation = values.original?.operation;
			const original = operation && profile.operations[operation]?.codes[name];
			return typeof original === "string" ? original : undefined;
		}
	}
}
