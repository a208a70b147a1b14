import { equal } from "../bytes/bytes.js";
import { failed } from "./cardPublicKeys.js";
import { type Recovered, recoverCombinedData } from "./certificates.js";
import { setBit, TSI_B1_ODA_PERFORMED, TVR_B1_CDA_FAILED } from "./fields.js";
import {
	TAG_8A_AUTHORISATION_RESPONSE_CODE,
	TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
	TAG_9F4C_ICC_DYNAMIC_NUMBER,
	TAG_9F26_APPLICATION_CRYPTOGRAM,
	TAG_9F27_CID,
	TAG_9F37_UNPREDICTABLE_NUMBER,
} from "./tags.js";
import type { CryptogramType, Transaction } from "./transaction.js";
import { setTvr } from "./why.js";

const NOTHING = new Uint8Array(0);
const UNABLE_TO_GO_ONLINE = Uint8Array.of(0x59, 0x33); // "Y3"

/**
 * Whether GENERATE AC asks for a combined signature (EMV 4.4 Book 4, 6.3.2.1): never for an AAC, always for a TC that no
 * issuer has seen; for an ARQC in modes 1 and 2, for the TC after an online approval in modes 1 and 4.
 */
export function asksForCombinedSignature(t: Transaction, type: CryptogramType, isSecond: boolean): boolean {
	if (!t.cdaKey || type === "AAC") return false;
	const { cdaMode } = t.configuration;
	if (type === "ARQC") return cdaMode <= 2;
	const answer = t.data.get(TAG_8A_AUTHORISATION_RESPONSE_CODE);
	const isOnlineApproval = isSecond && !(answer && equal(answer, UNABLE_TO_GO_ONLINE));
	return isOnlineApproval ? cdaMode === 1 || cdaMode === 4 : true;
}

/**
 * Checks the combined signature of a TC or an ARQC (EMV 4.4 Book 2, 6.6.2) and takes the cryptogram from it.
 * @param template value of the response's template 77; @param objects what `tlvObjects` says of it
 * @returns whether it holds; if not, the TVR says so
 */
export function combinedSignatureHolds(t: Transaction, template: Uint8Array, objects: readonly number[]): boolean {
	const verified = verify(t, template, objects);
	setBit(t.data.tsi, TSI_B1_ODA_PERFORMED);
	if (!verified.ok) {
		setTvr(t, TVR_B1_CDA_FAILED, "Book 2, 6.6.2", verified.reason);
		return false;
	}
	t.data.setCard(TAG_9F26_APPLICATION_CRYPTOGRAM, verified.value);
	return true;
}

function verify(t: Transaction, template: Uint8Array, objects: readonly number[]): Recovered<Uint8Array> {
	const signed = t.data.card(TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA);
	if (!signed) return failed("the cryptogram came without the signature that was asked for");
	const recovered = recoverCombinedData(t.crypto, t.cdaKey!, signed, t.data.get(TAG_9F37_UNPREDICTABLE_NUMBER)!);
	if (!recovered.ok) return recovered;
	const { cid, applicationCryptogram, iccDynamicNumber, transactionDataHash } = recovered.value;
	if (cid !== t.data.card(TAG_9F27_CID)![0]) return failed("the signature is over another cryptogram information");
	const { pdol, cdol1, cdol2 } = t.sent;
	const hash = t.crypto.sha1(pdol!, cdol1!, cdol2 ?? NOTHING, ...withoutSignature(template, objects));
	if (!equal(hash, transactionDataHash)) return failed("the signature is over another transaction");
	t.data.setCard(TAG_9F4C_ICC_DYNAMIC_NUMBER, iccDynamicNumber);
	return { ok: true, value: applicationCryptogram };
}

/** Every object of the response as the card encoded it, in its order, except the signature. */
function withoutSignature(template: Uint8Array, objects: readonly number[]): Uint8Array[] {
	const parts: Uint8Array[] = [];
	let start = 0;
	for (let i = 0; i < objects.length; i += 3) {
		while (template[start] === 0x00) start++; // filler belongs to no object
		const end = objects[i + 1]! + objects[i + 2]!;
		if (objects[i] !== TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA) parts.push(template.subarray(start, end));
		start = end;
	}
	return parts;
}
