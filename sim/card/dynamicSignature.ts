import { concat, uintBytes } from "../../src/bytes/bytes.js";
import type { Crypto, Random } from "../../src/ports.js";
import type { ApplicationSession } from "./applicationSession.js";
import { signWithRecovery } from "./digitalSignature.js";
import { SIGNED_RESPONSE_TAGS } from "./personalisation.js";
import { tlv } from "./tlv.js";

/** What a signature needs of the card. */
export interface Signer {
	readonly crypto: Crypto;
	readonly random: Random;
}

/**
 * Signed Dynamic Application Data, 9F4B (EMV 4.4 Book 2, 6.5.1, table 15, and 6.6.1, table 18).
 * @param dynamicData what follows the ICC dynamic number in the ICC dynamic data; empty for DDA
 * @param appended what the terminal has itself: the DDOL data, or for CDA the unpredictable number
 */
export function signDynamicData(
	{ crypto, random }: Signer,
	{ personalisation }: ApplicationSession,
	dynamicData: Uint8Array,
	appended: Uint8Array,
): Uint8Array {
	const dynamicNumber = random.bytes(DYNAMIC_NUMBER_LENGTH);
	const iccDynamicData = concat(Uint8Array.of(dynamicNumber.length), dynamicNumber, dynamicData);
	// Format 05, hash algorithm 01 (SHA-1), length of the ICC dynamic data.
	const signed = concat(Uint8Array.of(0x05, 0x01, iccDynamicData.length), iccDynamicData);
	return signWithRecovery(crypto, personalisation.iccKey, signed, appended);
}

/** 2 to 8 bytes (EMV 4.4 Book 2, 6.5.1). */
const DYNAMIC_NUMBER_LENGTH = 8;

/** An answer to GENERATE AC before it is signed. */
export interface UnsignedResponse {
	/** 9F27. */
	readonly cryptogramInformation: Uint8Array;
	/** 9F26, which travels inside the signature only. */
	readonly cryptogram: Uint8Array;
	/** 9F10. */
	readonly issuerApplicationData: Uint8Array;
	/** 9F37 as the terminal sent it. */
	readonly unpredictableNumber: Uint8Array;
}

/** The template 77 that answers GENERATE AC with a CDA signature (EMV 4.4 Book 2, 6.6.1). */
export function signedResponse(
	signer: Signer,
	application: ApplicationSession,
	response: UnsignedResponse,
): Uint8Array {
	const { cryptogramInformation, cryptogram, issuerApplicationData, unpredictableNumber } = response;
	const objects = {
		"9F27": cryptogramInformation,
		"9F36": uintBytes(application.state.atc, 2),
		"9F10": issuerApplicationData,
	};
	const order = application.personalisation.signedResponseOrder ?? SIGNED_RESPONSE_TAGS;
	// 6.6.1: the hash covers what the terminal sent for PDOL and CDOLs and the answer as it is ordered, without the signature.
	const covered = order.map(tag => (tag === "9F4B" ? new Uint8Array(0) : tlv(tag, objects[tag])));
	const transactionDataHash = signer.crypto.sha1(concat(application.dolData, ...covered));
	const dynamicData = concat(cryptogramInformation, cryptogram, transactionDataHash);
	const signature = signDynamicData(signer, application, dynamicData, unpredictableNumber);
	return tlv("77", ...order.map((tag, i) => (tag === "9F4B" ? tlv(tag, signature) : covered[i]!)));
}
