import { encodeSubfields } from "./iso8583/subfields.js";
import type { HostProfile, PosEntryMode } from "./profiles/hostProfile.js";

/** A number as a field of `length` digits. What is no such number does not get past the codec. */
export function digits(value: number, length: number): string {
	return String(value).padStart(length, "0");
}

/** Field 22: how the card was read, and whether a PIN for the host was entered. */
export function posEntryModeCode(profile: HostProfile, mode: PosEntryMode, pinEntered: boolean): string {
	return profile.posEntryModes[mode].code + (pinEntered ? profile.pinEntered : profile.pinNotEntered);
}

/** Field 60 of a financial message: all its parts, no partial approval, default account. */
export function transactionData(
	profile: HostProfile,
	transactionType: string,
	batch: number,
	iccCondition: string,
): string {
	return encodeSubfields(60, profile.transactionData, {
		transactionType,
		batch: digits(batch, 6),
		networkCode: profile.networkCode,
		readerCapability: profile.readerCapability,
		iccCondition,
		partialApproval: "0",
		accountType: "000",
	});
}
