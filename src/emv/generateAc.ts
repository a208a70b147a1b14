import { SW_9000_OK } from "../card/apdu.js";
import { buildCommandData, buildDolData, decodeDol, dolHasTag } from "./dol.js";
import { setBit, TSI_B1_CARD_RISK_MANAGEMENT_PERFORMED, TVR_B5_DEFAULT_TDOL_USED } from "./fields.js";
import { type Outcome, outcome } from "./outcome.js";
import {
	TAG_8C_CDOL1,
	TAG_8D_CDOL2,
	TAG_9F10_ISSUER_APPLICATION_DATA,
	TAG_9F26_APPLICATION_CRYPTOGRAM,
	TAG_9F27_CID,
	TAG_9F36_ATC,
	TAG_77_RESPONSE_FORMAT_2,
	TAG_80_RESPONSE_FORMAT_1,
	TAG_97_TDOL,
	TAG_98_TC_HASH_VALUE,
} from "./tags.js";
import { findTlv, TlvError, tlvObjects } from "./tlv.js";
import type { CryptogramType, Transaction } from "./transaction.js";

/** P1 of GENERATE AC and bits 8-7 of the CID (EMV 4.4 Book 3, 6.5.5, tables 12 and 15). */
const TYPE_BITS: Readonly<Record<CryptogramType, number>> = { AAC: 0x00, TC: 0x40, ARQC: 0x80 };
// What the card may answer: what was asked for or something lower, never higher (9.3)
const RANK: Readonly<Record<CryptogramType, number>> = { AAC: 0, ARQC: 1, TC: 2 };

/** Card action analysis (EMV 4.4 Book 3, 10.8): the first GENERATE AC. Sets `cryptogram`. */
export async function generateFirstAc(t: Transaction): Promise<Outcome | undefined> {
	return generateAc(t, TAG_8C_CDOL1, t.requestedCryptogram!);
}

/** Completion (Book 3, 10.11): the second and last GENERATE AC, only after an ARQC. */
export async function generateSecondAc(t: Transaction, type: "TC" | "AAC"): Promise<Outcome | undefined> {
	const ended = await generateAc(t, TAG_8D_CDOL2, type);
	if (!ended && t.cryptogram === "ARQC") return outcome("cardError", "the card asks for the issuer a second time");
	return ended;
}

async function generateAc(t: Transaction, dolTag: number, type: CryptogramType): Promise<Outcome | undefined> {
	try {
		const dol = decodeDol(t.data.card(dolTag)!);
		if (dolHasTag(dol, TAG_98_TC_HASH_VALUE)) t.data.set(TAG_98_TC_HASH_VALUE, tcHashValue(t));
		const data = buildCommandData(dol, tag => t.data.get(tag));
		if (dolTag === TAG_8C_CDOL1) t.sent.cdol1 = data;
		else t.sent.cdol2 = data;
		const response = await t.card.transmit({ cla: 0x80, ins: 0xae, p1: TYPE_BITS[type], p2: 0, data, le: 256 });
		if (response.sw !== SW_9000_OK) return outcome("cardError", "GENERATE AC failed");
		if (!acceptResponse(t, response.data)) return outcome("cardError", "GENERATE AC gave incomplete data");
		const given = typeOf(t.data.card(TAG_9F27_CID)![0]!);
		if (!given || RANK[given] > RANK[type]) return outcome("cardError", "the card gave more than was asked for");
		t.cryptogram = given;
		setBit(t.data.tsi, TSI_B1_CARD_RISK_MANAGEMENT_PERFORMED);
		return undefined;
	} catch (error) {
		if (error instanceof TlvError) return outcome("cardError", `GENERATE AC: ${error.message}`);
		throw error;
	}
}

/** 6.5.5.4: format 1 is CID, ATC, AC and perhaps issuer application data without tags; format 2 a template. */
function acceptResponse(t: Transaction, data: Uint8Array): boolean {
	const format1 = findTlv(data, TAG_80_RESPONSE_FORMAT_1);
	if (format1) {
		if (format1.length < 11 || format1.length > 43) return false;
		t.data.setCard(TAG_9F27_CID, format1.slice(0, 1));
		t.data.setCard(TAG_9F36_ATC, format1.slice(1, 3));
		t.data.setCard(TAG_9F26_APPLICATION_CRYPTOGRAM, format1.slice(3, 11));
		if (format1.length > 11) t.data.setCard(TAG_9F10_ISSUER_APPLICATION_DATA, format1.slice(11));
		return true;
	}
	const format2 = findTlv(data, TAG_77_RESPONSE_FORMAT_2);
	if (!format2) return false;
	const objects = tlvObjects(format2);
	const given = new Set<number>();
	for (let i = 0; i < objects.length; i += 3) {
		given.add(objects[i]!);
		t.data.setCard(objects[i]!, format2.slice(objects[i + 1]!, objects[i + 1]! + objects[i + 2]!));
	}
	return (
		[TAG_9F27_CID, TAG_9F36_ATC, TAG_9F26_APPLICATION_CRYPTOGRAM].every(tag => given.has(tag)) &&
		t.data.card(TAG_9F27_CID)!.length === 1 &&
		t.data.card(TAG_9F36_ATC)!.length === 2 &&
		t.data.card(TAG_9F26_APPLICATION_CRYPTOGRAM)!.length === 8
	);
}

/** Table 15; 11 in bits 8-7 is not a cryptogram that Book 3 knows. */
function typeOf(cid: number): CryptogramType | undefined {
	return (["AAC", "TC", "ARQC"] as const)[cid >> 6];
}

/** Book 3, 10.8: SHA-1 over the data of the card's TDOL or else the terminal's default. */
function tcHashValue(t: Transaction): Uint8Array {
	const own = t.data.card(TAG_97_TDOL);
	if (!own) setBit(t.data.tvr, TVR_B5_DEFAULT_TDOL_USED);
	const tdol = own ?? t.application!.defaultTdol ?? new Uint8Array(0);
	return t.crypto.sha1(buildDolData(decodeDol(tdol), tag => t.data.get(tag)));
}
