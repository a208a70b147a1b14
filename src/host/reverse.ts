import type { AuthorisationRequest, HostTerminal } from "./authorise.js";
import { encodeRequest, exchange, type HostLink } from "./exchange.js";
import { type IsoMessage, textField } from "./iso8583/message.js";
import { encodeSubfields } from "./iso8583/subfields.js";
import type { MessageKeys } from "./messageMac.js";
import type { HostProfile, ReversalReason } from "./profiles/hostProfile.js";
import { digits, posEntryModeCode, transactionData } from "./transactionFields.js";

/**
 * All that a reversal needs of its request, plain values: the journal keeps it before the request leaves the terminal.
 * Carries no track data and no PIN block.
 */
export interface ReversalData {
	readonly stan: number;
	readonly batch: number;
	readonly amountMinor: number;
	readonly currency: number;
	readonly pan: string;
	readonly expiryYymm: string;
	readonly panSequence: number | undefined;
	readonly processingCode: string;
	readonly posEntryModeCode: string;
	readonly posConditionCode: string;
	readonly transactionType: string;
	readonly iccCondition: string;
	/** Field 55 of the reversal; empty for none. */
	readonly iccData: Uint8Array;
}

/** @param iccData field 55 of the reversal, a subset of the request's */
export function reversalOf(
	profile: HostProfile,
	terminal: HostTerminal,
	request: AuthorisationRequest,
	iccData: Uint8Array,
): ReversalData {
	const { processingCode, posConditionCode, transactionType } = profile.sale;
	return {
		stan: request.stan,
		batch: terminal.batch,
		amountMinor: request.amountMinor,
		currency: request.currency,
		pan: request.pan,
		expiryYymm: request.expiryYymm,
		panSequence: request.panSequence,
		processingCode,
		posEntryModeCode: posEntryModeCode(profile, request.posEntryMode, request.pinBlock !== undefined),
		posConditionCode,
		transactionType,
		iccCondition: profile.posEntryModes[request.posEntryMode].iccCondition,
		iccData,
	};
}

/**
 * Takes a request back. Safe to repeat: the host undoes one request once.
 * "notAcknowledged" means that the reversal is still owed.
 */
export async function reverse(
	link: HostLink,
	terminal: HostTerminal,
	original: ReversalData,
	reason: ReversalReason,
	keys: MessageKeys,
	timeoutMs: number,
): Promise<"acknowledged" | "notAcknowledged"> {
	const message = reversalMessage(link.profile, terminal, original, reason);
	const result = await exchange(link, message, keys, timeoutMs);
	if (result.kind !== "replied") return "notAcknowledged";
	return textField(result.message, 39) === link.profile.reversalAccepted ? "acknowledged" : "notAcknowledged";
}

/** The frame of a reversal, as `reverse` sends it. @throws {Iso8583Error} when a value does not fit its field */
export function encodeReversal(
	profile: HostProfile,
	terminal: HostTerminal,
	original: ReversalData,
	reason: ReversalReason,
	keys: MessageKeys,
): Uint8Array {
	return encodeRequest(profile, reversalMessage(profile, terminal, original, reason), keys);
}

/** UnionPay style: the reversal repeats the original's STAN, its reason stands in field 39. */
function reversalMessage(
	profile: HostProfile,
	terminal: HostTerminal,
	original: ReversalData,
	reason: ReversalReason,
): IsoMessage {
	return {
		messageType: profile.reversalMessageType,
		fields: {
			2: original.pan,
			3: original.processingCode,
			4: digits(original.amountMinor, 12),
			11: digits(original.stan, 6),
			14: original.expiryYymm,
			22: original.posEntryModeCode,
			23: original.panSequence === undefined ? undefined : digits(original.panSequence, 3),
			25: original.posConditionCode,
			39: profile.reversalReasons[reason],
			41: terminal.terminalId,
			42: terminal.merchantId,
			49: digits(original.currency, 3),
			55: original.iccData.length ? original.iccData : undefined,
			60: transactionData(profile, original.transactionType, terminal.batch, original.iccCondition),
			61: encodeSubfields(61, profile.originalData, {
				batch: digits(original.batch, 6),
				stan: digits(original.stan, 6),
			}),
		},
	};
}
