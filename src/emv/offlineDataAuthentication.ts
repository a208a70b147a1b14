import { formatHex } from "../bytes/hex.js";
import { findTlv, TlvError } from "../bytes/tlv.js";
import { SW_9000_OK } from "../card/apdu.js";
import { failed, iccPublicKey, issuerPublicKey, missing, staticDataToBeAuthenticated } from "./cardPublicKeys.js";
import { type Recovered, verifySignedDynamicData, verifySignedStaticData } from "./certificates.js";
import { buildCommandData, decodeDol } from "./dol.js";
import {
	AIP_B1_CDA,
	AIP_B1_DDA,
	AIP_B1_SDA,
	CAPABILITY_B3_CDA,
	CAPABILITY_B3_DDA,
	CAPABILITY_B3_SDA,
	hasBit,
	setBit,
	TSI_B1_ODA_PERFORMED,
	TVR_B1_CDA_FAILED,
	TVR_B1_DDA_FAILED,
	TVR_B1_ODA_NOT_PERFORMED,
	TVR_B1_SDA_FAILED,
	TVR_B1_SDA_SELECTED,
} from "./fields.js";
import { type Outcome, outcome } from "./outcome.js";
import {
	TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
	TAG_9F4C_ICC_DYNAMIC_NUMBER,
	TAG_9F37_UNPREDICTABLE_NUMBER,
	TAG_9F45_DATA_AUTHENTICATION_CODE,
	TAG_9F49_DDOL,
	TAG_77_RESPONSE_FORMAT_2,
	TAG_80_RESPONSE_FORMAT_1,
	TAG_82_AIP,
	TAG_93_SIGNED_STATIC_APPLICATION_DATA,
} from "./tags.js";
import type { Transaction } from "./transaction.js";
import { setTvr } from "./why.js";

/**
 * Offline data authentication (EMV 4.4 Book 3, 10.3): the best method that card and terminal share, CDA before DDA before
 * SDA. A card that fails is not turned away here: the TVR says so, and terminal action analysis decides.
 */
export async function offlineDataAuthentication(t: Transaction): Promise<Outcome | undefined> {
	const method = chooseMethod(t);
	switch (method) {
		case "CDA": {
			// Book 2, 6.6: the signature itself comes with GENERATE AC; without the key it is not even asked for.
			const iccKey = iccPublicKey(t);
			if (iccKey.ok) t.cdaKey = iccKey.value;
			else fail(t, TVR_B1_CDA_FAILED, "Book 2, 6.6", iccKey.reason);
			return undefined;
		}
		case "DDA": {
			const result = await dynamicDataAuthentication(t);
			if ("kind" in result) return result;
			setBit(t.data.tsi, TSI_B1_ODA_PERFORMED);
			if (!result.ok) fail(t, TVR_B1_DDA_FAILED, "Book 2, 6.5", result.reason);
			return undefined;
		}
		case "SDA": {
			setTvr(t, TVR_B1_SDA_SELECTED, "Book 3, 10.3", "SDA is the best common method");
			setBit(t.data.tsi, TSI_B1_ODA_PERFORMED);
			const result = staticDataAuthentication(t);
			if (!result.ok) fail(t, TVR_B1_SDA_FAILED, "Book 2, 5.4", result.reason);
			return undefined;
		}
		case "none":
			setTvr(t, TVR_B1_ODA_NOT_PERFORMED, "Book 3, 10.3", "card and terminal share no method");
			return undefined;
	}
}

function chooseMethod(t: Transaction): "CDA" | "DDA" | "SDA" | "none" {
	const aip = t.data.card(TAG_82_AIP)!;
	const capabilities = t.configuration.terminalCapabilities;
	const shared = (card: number, terminal: number) => hasBit(aip, card) && hasBit(capabilities, terminal);
	const method = shared(AIP_B1_CDA, CAPABILITY_B3_CDA)
		? "CDA"
		: shared(AIP_B1_DDA, CAPABILITY_B3_DDA)
			? "DDA"
			: shared(AIP_B1_SDA, CAPABILITY_B3_SDA)
				? "SDA"
				: "none";
	t.why?.({
		section: "Book 3, 10.3",
		rule: "which offline data authentication do card and terminal share",
		inputs: { "82": formatHex(aip), "9F33": formatHex(capabilities) },
		result: method,
	});
	return method;
}

/** The method was tried and failed. */
function fail(t: Transaction, bit: number, section: string, reason: string): void {
	setBit(t.data.tsi, TSI_B1_ODA_PERFORMED);
	setTvr(t, bit, section, reason);
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
		if (!ddol.tags.includes(TAG_9F37_UNPREDICTABLE_NUMBER)) return failed("the DDOL lacks the unpredictable number");
		ddolData = buildCommandData(ddol, t.data);
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
