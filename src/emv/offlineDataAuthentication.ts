import { compressedNumericText } from "../bytes/bcd.js";
import { concat, equal } from "../bytes/bytes.js";
import { SW_9000_OK } from "../card/apdu.js";
import type { RsaPublicKey } from "../crypto/rsa.js";
import {
	type Recovered,
	recoverIccPublicKey,
	recoverIssuerPublicKey,
	verifySignedDynamicData,
	verifySignedStaticData,
} from "./certificates.js";
import { buildCommandData, decodeDol, dolHasTag } from "./dol.js";
import {
	AIP_B1_DDA,
	AIP_B1_SDA,
	CAPABILITY_B3_DDA,
	CAPABILITY_B3_SDA,
	hasBit,
	setBit,
	TSI_B1_ODA_PERFORMED,
	TVR_B1_DDA_FAILED,
	TVR_B1_ICC_DATA_MISSING,
	TVR_B1_ODA_NOT_PERFORMED,
	TVR_B1_SDA_FAILED,
	TVR_B1_SDA_SELECTED,
} from "./fields.js";
import { type Outcome, outcome } from "./outcome.js";
import {
	TAG_5A_APPLICATION_PAN,
	TAG_8F_CA_PUBLIC_KEY_INDEX,
	TAG_9A_TRANSACTION_DATE,
	TAG_9F2D_ICC_PIN_KEY_CERTIFICATE,
	TAG_9F2E_ICC_PIN_KEY_EXPONENT,
	TAG_9F2F_ICC_PIN_KEY_REMAINDER,
	TAG_9F4A_SDA_TAG_LIST,
	TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
	TAG_9F4C_ICC_DYNAMIC_NUMBER,
	TAG_9F06_AID_TERMINAL,
	TAG_9F32_ISSUER_PUBLIC_KEY_EXPONENT,
	TAG_9F37_UNPREDICTABLE_NUMBER,
	TAG_9F45_DATA_AUTHENTICATION_CODE,
	TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE,
	TAG_9F47_ICC_PUBLIC_KEY_EXPONENT,
	TAG_9F48_ICC_PUBLIC_KEY_REMAINDER,
	TAG_9F49_DDOL,
	TAG_77_RESPONSE_FORMAT_2,
	TAG_80_RESPONSE_FORMAT_1,
	TAG_82_AIP,
	TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE,
	TAG_92_ISSUER_PUBLIC_KEY_REMAINDER,
	TAG_93_SIGNED_STATIC_APPLICATION_DATA,
} from "./tags.js";
import { findTlv, TlvError } from "./tlv.js";
import type { Transaction } from "./transaction.js";

/**
 * Offline data authentication (EMV 4.4 Book 3, 10.3): the best method that card and terminal share, DDA before SDA.
 * A card that fails is not turned away here: the TVR says so, and terminal action analysis decides.
 */
export async function offlineDataAuthentication(t: Transaction): Promise<Outcome | undefined> {
	const aip = t.data.card(TAG_82_AIP)!;
	const capabilities = t.configuration.terminalCapabilities;
	if (hasBit(aip, AIP_B1_DDA) && hasBit(capabilities, CAPABILITY_B3_DDA)) {
		const result = await dynamicDataAuthentication(t);
		if ("kind" in result) return result;
		if (!result.ok) setBit(t.data.tvr, TVR_B1_DDA_FAILED);
		setBit(t.data.tsi, TSI_B1_ODA_PERFORMED);
	} else if (hasBit(aip, AIP_B1_SDA) && hasBit(capabilities, CAPABILITY_B3_SDA)) {
		setBit(t.data.tvr, TVR_B1_SDA_SELECTED);
		if (!staticDataAuthentication(t).ok) setBit(t.data.tvr, TVR_B1_SDA_FAILED);
		setBit(t.data.tsi, TSI_B1_ODA_PERFORMED);
	} else {
		setBit(t.data.tvr, TVR_B1_ODA_NOT_PERFORMED);
	}
	return undefined;
}

/** Book 2, 5: SDA. */
function staticDataAuthentication(t: Transaction): Recovered<Uint8Array> {
	const issuerKey = issuerPublicKey(t);
	if (!issuerKey.ok) return issuerKey;
	const signed = t.data.card(TAG_93_SIGNED_STATIC_APPLICATION_DATA);
	if (!signed) return missing(t, "the card lacks its signed static data");
	const staticData = staticDataToBeAuthenticated(t);
	if (!staticData.ok) return staticData;
	const verified = verifySignedStaticData(t.crypto, issuerKey.value, signed, staticData.value);
	if (verified.ok) t.data.setCard(TAG_9F45_DATA_AUTHENTICATION_CODE, verified.value);
	return verified;
}

/** Book 2, 6.5: DDA. */
async function dynamicDataAuthentication(t: Transaction): Promise<Recovered<Uint8Array> | Outcome> {
	const iccKey = iccPublicKey(t);
	if (!iccKey.ok) return iccKey;
	const cardDdol = t.data.card(TAG_9F49_DDOL);
	let ddolData: Uint8Array;
	try {
		// 6.5.1: without a DDOL of the card the terminal's default; either must ask for the unpredictable number
		const ddol = decodeDol(cardDdol ?? t.application!.defaultDdol);
		if (!dolHasTag(ddol, TAG_9F37_UNPREDICTABLE_NUMBER)) return failed("the DDOL lacks the unpredictable number");
		ddolData = buildCommandData(ddol, tag => t.data.get(tag));
	} catch (error) {
		if (error instanceof TlvError) return failed("the DDOL is malformed");
		throw error;
	}
	const response = await t.card.transmit({ cla: 0x00, ins: 0x88, p1: 0, p2: 0, data: ddolData, le: 256 });
	if (response.sw !== SW_9000_OK) return outcome("cardError", "INTERNAL AUTHENTICATE failed"); // Book 3, 6.5.9.5
	try {
		const template = findTlv(response.data, TAG_77_RESPONSE_FORMAT_2);
		const signed =
			findTlv(response.data, TAG_80_RESPONSE_FORMAT_1) ??
			(template && findTlv(template, TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA));
		if (!signed) return outcome("cardError", "INTERNAL AUTHENTICATE gave no signature"); // Book 3, 6.5.9.4
		t.data.setCard(TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA, signed);
		const verified = verifySignedDynamicData(t.crypto, iccKey.value, signed, ddolData);
		if (!verified.ok) return verified;
		const numberLength = verified.value[0] ?? 0;
		if (numberLength < 2 || numberLength > 8 || numberLength >= verified.value.length)
			return failed("the ICC dynamic number has a wrong length"); // 6.5.1, table 15
		t.data.setCard(TAG_9F4C_ICC_DYNAMIC_NUMBER, verified.value.slice(1, 1 + numberLength));
		return verified;
	} catch (error) {
		if (error instanceof TlvError) return outcome("cardError", `INTERNAL AUTHENTICATE: ${error.message}`);
		throw error;
	}
}

/** Book 2, 6.3: once per transaction. */
export function issuerPublicKey(t: Transaction): Recovered<RsaPublicKey> {
	if (t.issuerPublicKey) return { ok: true, value: t.issuerPublicKey };
	const index = t.data.card(TAG_8F_CA_PUBLIC_KEY_INDEX)?.[0];
	const rid = t.data.get(TAG_9F06_AID_TERMINAL)!.subarray(0, 5);
	if (index === undefined) return missing(t, "the card names no CA key");
	const caKey = t.configuration.caPublicKeys.find(key => key.index === index && equal(key.rid, rid));
	if (!caKey) return failed("the terminal does not have the CA key that the card names");
	const objects = {
		certificate: t.data.card(TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE),
		remainder: t.data.card(TAG_92_ISSUER_PUBLIC_KEY_REMAINDER),
		exponent: t.data.card(TAG_9F32_ISSUER_PUBLIC_KEY_EXPONENT),
	};
	if (!objects.certificate || !objects.exponent) return missing(t, "the card lacks its issuer's certificate");
	const recovered = recoverIssuerPublicKey(t.crypto, caKey, objects, pan(t), t.data.get(TAG_9A_TRANSACTION_DATE)!);
	if (recovered.ok) t.issuerPublicKey = recovered.value;
	return recovered;
}

function iccPublicKey(t: Transaction): Recovered<RsaPublicKey> {
	const issuerKey = issuerPublicKey(t);
	if (!issuerKey.ok) return issuerKey;
	const staticData = staticDataToBeAuthenticated(t);
	if (!staticData.ok) return staticData;
	const objects = {
		certificate: t.data.card(TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE),
		remainder: t.data.card(TAG_9F48_ICC_PUBLIC_KEY_REMAINDER),
		exponent: t.data.card(TAG_9F47_ICC_PUBLIC_KEY_EXPONENT),
	};
	if (!objects.certificate || !objects.exponent) return missing(t, "the card lacks its own certificate");
	const date = t.data.get(TAG_9A_TRANSACTION_DATE)!;
	return recoverIccPublicKey(t.crypto, issuerKey.value, objects, staticData.value, pan(t), date);
}

/** Book 2, 7.1: the key for an enciphered offline PIN is the PIN encipherment key, or else the card's own key. */
export function pinEnciphermentKey(t: Transaction): Recovered<RsaPublicKey> {
	const certificate = t.data.card(TAG_9F2D_ICC_PIN_KEY_CERTIFICATE);
	if (!certificate) return iccPublicKey(t);
	const issuerKey = issuerPublicKey(t);
	if (!issuerKey.ok) return issuerKey;
	const objects = {
		certificate,
		remainder: t.data.card(TAG_9F2F_ICC_PIN_KEY_REMAINDER),
		exponent: t.data.card(TAG_9F2E_ICC_PIN_KEY_EXPONENT),
	};
	const date = t.data.get(TAG_9A_TRANSACTION_DATE)!;
	return recoverIccPublicKey(t.crypto, issuerKey.value, objects, new Uint8Array(0), pan(t), date);
}

/** Book 3, 10.3: the marked records, then what the SDA Tag List names, which may only be the AIP. */
function staticDataToBeAuthenticated(t: Transaction): Recovered<Uint8Array> {
	if (!t.staticData) return failed("a record for offline data authentication is not a template 70");
	const list = t.data.card(TAG_9F4A_SDA_TAG_LIST);
	if (!list) return { ok: true, value: t.staticData };
	if (list.length !== 1 || list[0] !== TAG_82_AIP) return failed("the SDA tag list names more than the AIP");
	return { ok: true, value: concat(t.staticData, t.data.card(TAG_82_AIP)!) };
}

function pan(t: Transaction): string {
	return compressedNumericText(t.data.card(TAG_5A_APPLICATION_PAN)!);
}

/** Book 3, 7.5: an object that the chosen method needs is missing; the method has failed and the TVR says why. */
function missing(t: Transaction, reason: string): { ok: false; reason: string } {
	setBit(t.data.tvr, TVR_B1_ICC_DATA_MISSING);
	return failed(reason);
}

function failed(reason: string): { ok: false; reason: string } {
	return { ok: false, reason };
}
