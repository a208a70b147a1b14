import type { Operation } from "../operation.js";
import { operationProfile, reversalMessage } from "./buildMessage.js";
import type { HostLink } from "./hostLink.js";
import { textField } from "./iso8583/message.js";
import { frameOf } from "./messageFrame.js";
import type { MessageKeys } from "./messageMac.js";
import type { MessageValues, ReversalReason } from "./messageValues.js";
import { findField } from "./profiles/carried.js";
import type { HostProfile } from "./profiles/hostProfile.js";
import { type HostTerminal, valuesToSend, wrongEcho } from "./request.js";

/**
 * All that a reversal needs of its request, plain values: the journal keeps it before the request leaves the terminal.
 * Carries no track data and no PIN block.
 */
export interface ReversalData {
	readonly operation: Operation;
	readonly values: MessageValues;
}

/** @param iccData field 55 of the reversal, a subset of the request's; empty for none */
export function reversalOf(
	profile: HostProfile,
	operation: Operation,
	values: MessageValues,
	iccData: Uint8Array,
): ReversalData {
	const { track2: _track2, pinBlock, keySerialNumber: _keySerialNumber, ...kept } = values;
	const { stan, batch, localDate, localTime, transmissionDateTime } = values;
	return {
		operation,
		values: {
			...kept,
			pinEntered: values.pinEntered ?? pinBlock !== undefined,
			iccData: iccData.length ? iccData : undefined,
			original: {
				batch,
				stan,
				date: localDate,
				time: localTime,
				transmissionDateTime,
				messageType: operationProfile(profile, operation).messageType,
			},
		},
	};
}

/**
 * Takes a request back. Safe to repeat: the host undoes one request once.
 * "notAcknowledged": no valid answer came. "refused": the host answered that it does not take it back. "signInAgain": it wants
 * the terminal to sign in first, or its work keys are others. After each of these the reversal is still owed.
 */
export async function reverse(
	link: HostLink,
	terminal: HostTerminal,
	data: ReversalData,
	reason: ReversalReason,
	keys: MessageKeys,
	timeoutMs: number,
): Promise<"acknowledged" | "notAcknowledged" | "refused" | "signInAgain"> {
	const { profile } = link;
	const message = messageOf(profile, terminal, data, reason, keys);
	const result = await link.exchange(message, keys, timeoutMs);
	const isWrongMac = result.kind === "noValidReply" && result.reason === "wrongMac";
	if (isWrongMac && profile.security.keyScheme === "masterSession") return "signInAgain";
	if (result.kind !== "replied" || wrongEcho(profile, message, result.message)) return "notAcknowledged";
	const responseCode = textField(result.message, findField(profile, "responseCode").number);
	if (responseCode === undefined) return "notAcknowledged";
	if (profile.signInAgain.includes(responseCode)) return "signInAgain";
	return profile.reversal.accepted.includes(responseCode) ? "acknowledged" : "refused";
}

/** The frame of a reversal, as `reverse` sends it. @throws {Iso8583Error} when a value is missing or does not fit its field */
export function encodeReversal(
	profile: HostProfile,
	terminal: HostTerminal,
	data: ReversalData,
	reason: ReversalReason,
	keys: MessageKeys,
): Uint8Array {
	return frameOf(profile, messageOf(profile, terminal, data, reason, keys), keys);
}

function messageOf(
	profile: HostProfile,
	terminal: HostTerminal,
	{ operation, values }: ReversalData,
	reversalReason: ReversalReason,
	keys: MessageKeys,
) {
	const sent = valuesToSend(profile, terminal, values, keys);
	return reversalMessage(profile, operation, { ...sent, reversalReason });
}
