import { latin1Text } from "../bytes/bytes.js";
import { OPERATIONS, type Operation } from "../operation.js";
import { operationProfile, placeOfField } from "./buildMessage.js";
import type { Draft } from "./element.js";
import { ELEMENTS } from "./elements.js";
import type { FieldValue } from "./iso8583/field.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";
import { type IsoMessage, responseType } from "./iso8583/message.js";
import { decodeLayout, type Listen } from "./layout.js";
import type { MessageValues } from "./messageValues.js";
import { findField, layoutOf, parseCarried } from "./profiles/carried.js";
import type { ChosenCode, HostProfile, OperationProfile } from "./profiles/hostProfile.js";

/** What a message is. */
export interface MessageKind {
	readonly operation: Operation;
	/** It takes such a request back, or answers one that does. */
	readonly isReversal: boolean;
	readonly isReply: boolean;
}

/**
 * Which operation a message is, by its type and codes. A reply has them as far as it repeats them; a request that lacks some is
 * what it can only be by the others.
 * @returns undefined when it is none of the profile
 */
export function operationOf(profile: HostProfile, message: IsoMessage): MessageKind | undefined {
	const incomplete: MessageKind[] = [];
	for (const operation of OPERATIONS) {
		const found = profile.operations[operation];
		if (!found) continue;
		for (const isReversal of found.reverses ? [false, true] : [false]) {
			const { messageType, carries } = isReversal ? profile.reversal : found;
			const isReply = message.messageType === responseType(messageType);
			if (!isReply && message.messageType !== messageType) continue;
			const codes = compareCodes(profile, found.codes, carries, message);
			const kind = { operation, isReversal, isReply };
			if (codes === "same" || (codes === "incomplete" && isReply)) return kind;
			if (codes === "incomplete") incomplete.push(kind);
		}
	}
	return incomplete.length === 1 ? incomplete[0] : undefined;
}

/**
 * The named values of a message.
 * @throws {Iso8583Error} naming the field that does not hold what it should, or is missing from a request
 */
export function readValues(profile: HostProfile, kind: MessageKind, message: IsoMessage): MessageValues {
	const operation = operationProfile(profile, kind.operation);
	const { carries, answers } = kind.isReversal ? profile.reversal : operation;
	const { codes } = operation;
	const draft: Draft = {};
	// An answer's own arrangement of a field goes before the request's.
	const entries = new Map<number, string>();
	for (const entry of kind.isReply ? [...answers, ...carries] : carries) {
		const carried = parseCarried(entry);
		const { number } = findField(profile, carried.name);
		if (message.fields[number] === undefined && !carried.optional && !kind.isReply)
			throw new Iso8583Error(`field ${number}: ${carried.name} is missing`);
		if (!entries.has(number)) entries.set(number, entry);
	}
	// In the order of the message: the meaning of a code may depend on one that stands before it.
	for (const number of [...entries.keys()].sort((a, b) => a - b)) {
		const value = message.fields[number];
		if (value === undefined) continue;
		forEachPart(profile, entries.get(number)!, value, draft, (place, part, into) => {
			const code = codes[place.name];
			if (code === undefined) ELEMENTS[place.name]?.decode(part, profile, place, into);
			else readChoice(code, asText(part), into);
		});
	}
	if (!kind.isReply && kind.isReversal) {
		const reason = Object.entries(profile.reversal.reasons).find(([, code]) => code === draft.responseCode);
		if (reason) draft.reversalReason = reason[0];
		delete draft.responseCode;
	}
	return draft;
}

function forEachPart(
	profile: HostProfile,
	entry: string,
	value: FieldValue,
	draft: Draft,
	listen: (place: Parameters<Listen>[0], value: FieldValue, into: Draft) => void,
): void {
	const carried = parseCarried(entry);
	const { number, spec } = findField(profile, carried.name);
	const layout = layoutOf(number, spec, carried);
	if (!layout) {
		listen(placeOfField(number, spec), value, draft);
		return;
	}
	const groupListener = (name: string): Listen => {
		draft[name] ??= [];
		const row: Draft = {};
		(draft[name] as Draft[]).push(row);
		return (place, part) => listen(place, part, row);
	};
	decodeLayout(number, spec, layout, value, (place, part) => listen(place, part, draft), groupListener);
}

function compareCodes(
	profile: HostProfile,
	codes: OperationProfile["codes"],
	carries: readonly string[],
	message: IsoMessage,
): "same" | "incomplete" | "other" {
	let agrees = true;
	const heard: string[] = [];
	for (const entry of carries) {
		const { name } = parseCarried(entry);
		const value = message.fields[findField(profile, name).number];
		if (value === undefined) continue;
		try {
			forEachPart(profile, entry, value, {}, (place, part) => {
				const code = codes[place.name];
				if (code === undefined) return;
				heard.push(place.name);
				if (!isCode(code, asText(part))) agrees = false;
			});
		} catch (error) {
			// The codes before the place where the field is wrong still say what was meant.
			if (!(error instanceof Iso8583Error)) throw error;
		}
	}
	if (!agrees) return "other";
	// A code that is chosen by something may be left out with it.
	const missing = Object.keys(codes).some(name => typeof codes[name] === "string" && !heard.includes(name));
	return missing ? "incomplete" : "same";
}

/** A code that says of what kind the uploaded transactions are is read like a value. */
function readChoice(code: string | ChosenCode, content: string, draft: Draft): void {
	if (typeof code === "string" || code.by !== "uploadClass") return;
	const found = Object.entries(code.codes).find(([, each]) => each === content);
	if (found) draft.uploadClass = found[0];
}

function asText(value: FieldValue): string {
	return typeof value === "string" ? value : latin1Text(value);
}

function isCode(code: string | ChosenCode, content: string): boolean {
	if (typeof code === "string") return code === content;
	return code.by === "original" || Object.values(code.codes).includes(content);
}
