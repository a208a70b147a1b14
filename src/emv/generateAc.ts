import { findTlv, TlvError, tlvObjects } from "../bytes/tlv.js";
import { SW_9000_OK } from "../card/apdu.js";
import { asksForCombinedSignature, combinedSignatureHolds } from "./combinedDataAuthentication.js";
import { buildCommandData, buildDolData, decodeDol } from "./dol.js";
import {
	hasBit,
	setBit,
	TSI_B1_CARD_RISK_MANAGEMENT_PERFORMED,
	TVR_B1_CDA_FAILED,
	TVR_B5_DEFAULT_TDOL_USED,
} from "./fields.js";
import { type Outcome, outcome } from "./outcome.js";
import {
	TAG_8A_AUTHORISATION_RESPONSE_CODE,
	TAG_8C_CDOL1,
	TAG_8D_CDOL2,
	TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
	TAG_9F10_ISSUER_APPLICATION_DATA,
	TAG_9F26_APPLICATION_CRYPTOGRAM,
	TAG_9F27_CID,
	TAG_9F36_ATC,
	TAG_77_RESPONSE_FORMAT_2,
	TAG_80_RESPONSE_FORMAT_1,
	TAG_97_TDOL,
	TAG_98_TC_HASH_VALUE,
} from "./tags.js";
import type { CryptogramType, Transaction } from "./transaction.js";
import { explain, setTvr } from "./why.js";

/** P1 of GENERATE AC and bits 8-7 of the CID (EMV 4.4 Book 3, 6.5.5, tables 12 and 15). */
const TYPE_BITS: Readonly<Record<CryptogramType, number>> = Object.freeze({ AAC: 0x00, TC: 0x40, ARQC: 0x80 });
// What the card may answer: what was asked for or something lower, never higher (9.3)
const RANK: Readonly<Record<CryptogramType, number>> = Object.freeze({ AAC: 0, ARQC: 1, TC: 2 });

const OFFLINE_DECLINED = Uint8Array.of(0x5a, 0x31); // "Z1"
/** Bit 5 of P1: with a combined signature (table 12). */
const P1_COMBINED_SIGNATURE = 0x10;

/**
 * Card action analysis (EMV 4.4 Book 3, 10.8): the first GENERATE AC. Sets `cryptogram`.
 * A TC or ARQC whose combined signature does not hold ends in a decline (Book 2, 6.6.2); after an ARQC the card is told so.
 */
export async function generateFirstAc(t: Transaction): Promise<Outcome | undefined> {
	const ended = await generateAc(t, TAG_8C_CDOL1, t.requestedCryptogram!);
	if (ended || !hasBit(t.data.tvr, TVR_B1_CDA_FAILED) || !t.cdaKey) return ended;
	if (t.cryptogram === "ARQC") {
		t.data.set(TAG_8A_AUTHORISATION_RESPONSE_CODE, OFFLINE_DECLINED);
		await generateAc(t, TAG_8D_CDOL2, "AAC");
	}
	return outcome("declined", "the card's signature over its cryptogram does not hold");
}

/** Completion (Book 3, 10.11): the second and last GENERATE AC, only after an ARQC. */
export async function generateSecondAc(t: Transaction, type: "TC" | "AAC"): Promise<Outcome | undefined> {
	const ended = await generateAc(t, TAG_8D_CDOL2, type);
	if (ended) return ended;
	if (t.cryptogram === "ARQC") return outcome("cardError", "the card asks for the issuer a second time");
	const signatureFailed = t.cdaKey && hasBit(t.data.tvr, TVR_B1_CDA_FAILED);
	if (t.cryptogram === "TC" && signatureFailed)
		return outcome("declined", "the card's signature over its cryptogram does not hold");
	return undefined;
}

async function generateAc(t: Transaction, dolTag: number, type: CryptogramType): Promise<Outcome | undefined> {
	const isSecond = dolTag === TAG_8D_CDOL2;
	try {
		const dol = decodeDol(t.data.card(dolTag)!);
		if (dol.tags.includes(TAG_98_TC_HASH_VALUE)) t.data.set(TAG_98_TC_HASH_VALUE, tcHashValue(t));
		const data = buildCommandData(dol, t.data);
		if (isSecond) t.sent.cdol2 = data;
		else t.sent.cdol1 = data;
		const isSigned = asksForCombinedSignature(t, type, isSecond);
		const p1 = TYPE_BITS[type] | (isSigned ? P1_COMBINED_SIGNATURE : 0);
		const response = await t.card.transmit({ cla: 0x80, ins: 0xae, p1, p2: 0, data, le: 256 });
		if (response.sw !== SW_9000_OK)
			return outcome("cardError", `GENERATE AC failed with ${response.sw.toString(16).toUpperCase()}`);
		return acceptResponse(t, response.data, type, isSigned);
	} catch (error) {
		if (error instanceof TlvError) return outcome("cardError", `GENERATE AC: ${error.message}`);
		throw error;
	}
}

/** The card may give what was asked for or something lower; what it gives, signed or not, is complete. */
function acceptResponse(
	t: Transaction,
	data: Uint8Array,
	type: CryptogramType,
	isSigned: boolean,
): Outcome | undefined {
	t.data.dropCard(GIVEN_BY_GENERATE_AC); // of an earlier one, which does not stand in for what this one lacks
	const format2 = findTlv(data, TAG_77_RESPONSE_FORMAT_2);
	const objects = format2 ? tlvObjects(format2) : [];
	const given = format2 ? takeFormat2(t, format2, objects) : takeFormat1(t, findTlv(data, TAG_80_RESPONSE_FORMAT_1));
	if (!given) return outcome("cardError", "GENERATE AC gave incomplete data");
	if (RANK[given] > RANK[type]) return outcome("cardError", "the card gave more than was asked for");
	const needsSignature = isSigned && given !== "AAC"; // Book 2, 6.6.1: an AAC is never signed
	if (!needsSignature && t.data.card(TAG_9F26_APPLICATION_CRYPTOGRAM)?.length !== 8)
		return outcome("cardError", "GENERATE AC gave no cryptogram");
	t.cryptogram = given;
	setBit(t.data.tsi, TSI_B1_CARD_RISK_MANAGEMENT_PERFORMED);
	if (needsSignature) combinedSignatureHolds(t, format2 ?? new Uint8Array(0), objects);
	if (t.why) {
		const rule = `what does the card give where ${type} was asked for`;
		explain(t, "Book 3, 10.8", rule, [TAG_9F27_CID, TAG_9F10_ISSUER_APPLICATION_DATA], given);
	}
	return undefined;
}

const GIVEN_BY_GENERATE_AC: readonly number[] = Object.freeze([
	TAG_9F27_CID,
	TAG_9F36_ATC,
	TAG_9F26_APPLICATION_CRYPTOGRAM,
	TAG_9F10_ISSUER_APPLICATION_DATA,
	TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
]);

/** 6.5.5.4, format 1: CID, ATC, AC and perhaps issuer application data, without tags. */
function takeFormat1(t: Transaction, value: Uint8Array | undefined): CryptogramType | undefined {
	if (!value || value.length < 11 || value.length > 43) return undefined;
	t.data.setCard(TAG_9F27_CID, value.subarray(0, 1));
	t.data.setCard(TAG_9F36_ATC, value.subarray(1, 3));
	t.data.setCard(TAG_9F26_APPLICATION_CRYPTOGRAM, value.subarray(3, 11));
	if (value.length > 11) t.data.setCard(TAG_9F10_ISSUER_APPLICATION_DATA, value.subarray(11));
	return typeOf(value[0]!);
}

/** 6.5.5.4, format 2: data objects in a template. */
function takeFormat2(t: Transaction, template: Uint8Array, objects: readonly number[]): CryptogramType | undefined {
	// What the card said before stands: the number that was checked is the number that is sent.
	t.data.addCard(template, objects);
	const cid = t.data.card(TAG_9F27_CID);
	const iad = t.data.card(TAG_9F10_ISSUER_APPLICATION_DATA);
	if (iad && iad.length > 32) return undefined; // Annex A1
	return cid?.length === 1 && t.data.card(TAG_9F36_ATC)?.length === 2 ? typeOf(cid[0]!) : undefined;
}

const CRYPTOGRAM_TYPES = Object.freeze(["AAC", "TC", "ARQC"] as const);

/** Table 15; 11 in bits 8-7 is not a cryptogram that Book 3 knows. */
function typeOf(cid: number): CryptogramType | undefined {
	return CRYPTOGRAM_TYPES[cid >> 6];
}

/** Book 3, 10.8: SHA-1 over the data of the card's TDOL or else the terminal's default. */
function tcHashValue(t: Transaction): Uint8Array {
	const own = t.data.card(TAG_97_TDOL);
	if (!own) setTvr(t, TVR_B5_DEFAULT_TDOL_USED, "Book 3, 10.8", "the card has no TDOL");
	const tdol = own ?? t.application!.defaultTdol ?? new Uint8Array(0);
	return t.crypto.sha1(buildDolData(decodeDol(tdol), t.data));
}
