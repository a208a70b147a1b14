import type { Operation } from "../operation.js";
import { operationProfile, requestMessage } from "./buildMessage.js";
import type { HostLink, NoReplyReason } from "./hostLink.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";
import type { IsoMessage } from "./iso8583/message.js";
import { frameOf } from "./messageFrame.js";
import type { MessageKeys } from "./messageMac.js";
import type { MessageValues } from "./messageValues.js";
import { findField } from "./profiles/carried.js";
import type { HostProfile } from "./profiles/hostProfile.js";
import { protectValues } from "./protectedCardData.js";
import { readValues } from "./readValues.js";

/** Who the acquirer knows this terminal as. */
export interface HostTerminal {
	/** 8 characters. */
	readonly terminalId: string;
	/** 15 characters. */
	readonly merchantId: string;
	/** 12 digits. */
	readonly bindingNumber: string;
}

export type HostReply =
	| {
			readonly kind: "answered";
			/** The response code is one of the profile's approvals. */
			readonly approved: boolean;
			/** The host wants the terminal to sign in again before anything else. */
			readonly signInAgain: boolean;
			/** The host could not judge it now. */
			readonly tryLater: boolean;
			/** Field 39 */
			readonly responseCode: string;
			readonly authorisationCode: string | undefined;
			readonly retrievalReference: string | undefined;
			readonly iccData: Uint8Array | undefined;
			/** MMDD */
			readonly hostDate: string | undefined;
			/** hhmmss */
			readonly hostTime: string | undefined;
			/** All that the reply says: batch, workKeys, balanceMinor, originalState, settlementVerdict, records … */
			readonly values: MessageValues;
	  }
	/** Nothing left the terminal: no reversal is owed. */
	| { readonly kind: "notSent"; readonly reason: string }
	/** The host may have acted on the request. */
	| { readonly kind: "noValidReply"; readonly reason: NoReplyReason | WrongEcho };

/** "wrongAmount": the reply lacks, or repeats wrongly, the field of that name. */
export type WrongEcho = `wrong${string}` | "noResponseCode";

/**
 * Asks the acquirer for an operation, once. Every outcome is returned.
 * @param timeoutMs for everything together, from connecting to the last byte of the reply
 * @throws {Iso8583Error} only when the request cannot be encoded; nothing was sent then
 */
export async function request(
	link: HostLink,
	terminal: HostTerminal,
	operation: Operation,
	values: MessageValues,
	keys: MessageKeys,
	timeoutMs: number,
): Promise<HostReply> {
	const { profile } = link;
	const message = requestMessage(profile, operation, valuesToSend(profile, terminal, values, keys));
	const withMac = operationProfile(profile, operation).mac !== false;
	const result = await link.exchange(message, withMac ? keys : undefined, timeoutMs);
	if (result.kind !== "replied") return result;
	const wrong = wrongEcho(profile, message, result.message);
	if (wrong) return { kind: "noValidReply", reason: wrong };
	return readReply(profile, operation, result.message);
}

/** The frame of a request, as `request` sends it. @throws {Iso8583Error} when a value is missing or does not fit its field */
export function encodeRequest(
	profile: HostProfile,
	terminal: HostTerminal,
	operation: Operation,
	values: MessageValues,
	keys: MessageKeys,
): Uint8Array {
	const message = requestMessage(profile, operation, valuesToSend(profile, terminal, values, keys));
	return frameOf(profile, message, operationProfile(profile, operation).mac === false ? undefined : keys);
}

/** The values as they go on the line: with who sends them and under which keys, card data as the profile wants it. */
export function valuesToSend(
	profile: HostProfile,
	{ terminalId, merchantId, bindingNumber }: HostTerminal,
	values: MessageValues,
	keys: MessageKeys,
): MessageValues {
	return {
		...protectValues(profile, values, keys),
		...{ terminalId, merchantId, bindingNumber },
		keySerialNumber: keys.keySerialNumber,
	};
}

/** The reply is the host's own; what it echoes must be what was asked before anybody acts on it. */
export function wrongEcho(profile: HostProfile, message: IsoMessage, reply: IsoMessage): WrongEcho | undefined {
	for (const name of profile.matching.echo) {
		const { number } = findField(profile, name);
		// A reply that lacks one of these is as wrong as one that differs.
		if (message.fields[number] !== undefined && reply.fields[number] !== message.fields[number])
			return `wrong${name[0]!.toUpperCase()}${name.slice(1)}`;
	}
	return undefined;
}

function readReply(profile: HostProfile, operation: Operation, reply: IsoMessage): HostReply {
	let values: MessageValues;
	try {
		values = readValues(profile, { operation, isReversal: false, isReply: true }, reply);
	} catch (error) {
		if (error instanceof Iso8583Error) return { kind: "noValidReply", reason: "garbled" };
		throw error;
	}
	const { responseCode } = values;
	if (responseCode === undefined) return { kind: "noValidReply", reason: "noResponseCode" };
	return {
		kind: "answered",
		approved: profile.approvals.includes(responseCode),
		signInAgain: profile.signInAgain.includes(responseCode),
		tryLater: profile.tryLater.includes(responseCode),
		responseCode,
		authorisationCode: values.authorisationCode,
		retrievalReference: values.retrievalReference,
		iccData: values.iccData,
		hostDate: values.localDate,
		hostTime: values.localTime,
		values,
	};
}
