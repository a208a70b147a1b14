import { decodeMessage, textField } from "../../src/host/iso8583/message.js";
import { encodeWithMac, type MessageKeys } from "../../src/host/messageMac.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";

/** What the bank can be told to do wrong. The request is processed all the same: only the answer suffers. */
export const FAULTS = [
	"noReply",
	"lateReply",
	"wrongMac",
	"wrongAmount",
	"wrongStan",
	"garbled",
	"closeAfterRequest",
] as const;
export type Fault = (typeof FAULTS)[number];

/** The faults that change the bytes of an answer. */
export type AnswerFault = "wrongMac" | "wrongAmount" | "wrongStan" | "garbled";

/** @param answer a right answer, MAC included */
export function spoil(profile: HostProfile, keys: MessageKeys, fault: AnswerFault, answer: Uint8Array): Uint8Array {
	switch (fault) {
		case "wrongMac": {
			const spoiled = answer.slice();
			spoiled[spoiled.length - 1]! ^= 0x01;
			return spoiled;
		}
		case "garbled":
			return answer.map(byte => byte ^ 0xff);
		case "wrongAmount":
			return withNext(profile, keys, answer, 4);
		case "wrongStan":
			return withNext(profile, keys, answer, 11);
	}
}

/** The answer with one more in a numeric field, and a MAC that is right for it. */
function withNext(profile: HostProfile, keys: MessageKeys, answer: Uint8Array, number: number): Uint8Array {
	const message = decodeMessage(profile.message, answer);
	const text = textField(message, number)!;
	const next = String((Number(text) + 1) % 10 ** text.length).padStart(text.length, "0");
	return encodeWithMac(profile, { ...message, fields: { ...message.fields, [number]: next } }, keys);
}
