import { encodeRequest, exchange, type HostLink, type NoReplyReason } from "./exchange.js";
import { binaryField, type IsoMessage, textField } from "./iso8583/message.js";
import type { MessageKeys } from "./messageMac.js";
import type { HostProfile, PosEntryMode } from "./profiles/hostProfile.js";
import { digits, posEntryModeCode, transactionData } from "./transactionFields.js";

/** Who the acquirer knows this terminal as. */
export interface HostTerminal {
	/** 8 characters. */
	readonly terminalId: string;
	/** 15 characters. */
	readonly merchantId: string;
	/** Of the open batch, at most 6 digits. */
	readonly batch: number;
}

export interface AuthorisationRequest {
	/** System trace audit number, 1 to 999999. */
	readonly stan: number;
	readonly amountMinor: number;
	/** ISO 4217 numeric, 156 for the yuan. */
	readonly currency: number;
	readonly pan: string;
	readonly expiryYymm: string;
	readonly panSequence: number | undefined;
	/** Digits with the separator "D" or "=", as in tag 57 without filler; empty when the card gave none. */
	readonly track2: string | undefined;
	readonly posEntryMode: PosEntryMode;
	/** 8 bytes under the PIN key; undefined when no PIN goes to the host. */
	readonly pinBlock: Uint8Array | undefined;
	/** Field 55 as it is to be sent; empty without a chip. */
	readonly iccData: Uint8Array;
}

export type AuthorisationReply =
	| {
			readonly kind: "answered";
			/** Field 39; "00" is an approval. */
			readonly responseCode: string;
			readonly authorisationCode: string | undefined;
			readonly retrievalReference: string | undefined;
			readonly iccData: Uint8Array | undefined;
			/** MMDD */
			readonly hostDate: string | undefined;
			/** hhmmss */
			readonly hostTime: string | undefined;
	  }
	/** Nothing left the terminal: no reversal is owed. */
	| { readonly kind: "notSent"; readonly reason: string }
	/** The host may have approved: a reversal is owed. */
	| { readonly kind: "noValidReply"; readonly reason: NoReplyReason | WrongEcho };

export type WrongEcho = "wrongProcessingCode" | "wrongAmount" | "wrongMerchant" | "wrongCurrency" | "noResponseCode";

/** Asks the issuer for a sale, once. Every outcome is returned. */
export async function authorise(
	link: HostLink,
	terminal: HostTerminal,
	request: AuthorisationRequest,
	keys: MessageKeys,
	timeoutMs: number,
): Promise<AuthorisationReply> {
	const message = authorisationMessage(link.profile, terminal, request);
	const result = await exchange(link, message, keys, timeoutMs);
	if (result.kind !== "replied") return result;
	return readReply(message, result.message);
}

/** The frame of a sale, as `authorise` sends it. @throws {Iso8583Error} when a value does not fit its field */
export function encodeAuthorisation(
	profile: HostProfile,
	terminal: HostTerminal,
	request: AuthorisationRequest,
	keys: MessageKeys,
): Uint8Array {
	return encodeRequest(profile, authorisationMessage(profile, terminal, request), keys);
}

function authorisationMessage(profile: HostProfile, terminal: HostTerminal, request: AuthorisationRequest): IsoMessage {
	const { sale } = profile;
	const posEntryMode = profile.posEntryModes[request.posEntryMode];
	return {
		messageType: sale.messageType,
		fields: {
			2: request.pan,
			3: sale.processingCode,
			4: digits(request.amountMinor, 12),
			11: digits(request.stan, 6),
			14: request.expiryYymm,
			22: posEntryModeCode(profile, request.posEntryMode, request.pinBlock !== undefined),
			23: request.panSequence === undefined ? undefined : digits(request.panSequence, 3),
			25: sale.posConditionCode,
			26: request.pinBlock && profile.pinCaptureCode,
			35: request.track2 ? request.track2.replace("=", "D") : undefined,
			41: terminal.terminalId,
			42: terminal.merchantId,
			49: digits(request.currency, 3),
			52: request.pinBlock,
			53: request.pinBlock && profile.securityControl,
			55: request.iccData.length ? request.iccData : undefined,
			60: transactionData(profile, sale.transactionType, terminal.batch, posEntryMode.iccCondition),
		},
	};
}

/** The reply is the host's own; what it echoes must be what was asked before anybody acts on it. */
function readReply(request: IsoMessage, reply: IsoMessage): AuthorisationReply {
	for (const [field, reason] of ECHOED)
		if (reply.fields[field] !== request.fields[field]) return { kind: "noValidReply", reason };
	const responseCode = textField(reply, 39);
	if (responseCode === undefined) return { kind: "noValidReply", reason: "noResponseCode" };
	return {
		kind: "answered",
		responseCode,
		authorisationCode: textField(reply, 38),
		retrievalReference: textField(reply, 37),
		iccData: binaryField(reply, 55),
		hostDate: textField(reply, 13),
		hostTime: textField(reply, 12),
	};
}

/** A reply that lacks one of these is as wrong as one that differs. */
const ECHOED: readonly (readonly [field: number, reason: WrongEcho])[] = Object.freeze([
	Object.freeze([3, "wrongProcessingCode"] as const),
	Object.freeze([4, "wrongAmount"] as const),
	Object.freeze([42, "wrongMerchant"] as const),
	Object.freeze([49, "wrongCurrency"] as const),
]);
