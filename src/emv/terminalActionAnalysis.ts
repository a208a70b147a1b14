import type { Outcome } from "./outcome.js";
import { TAG_9F0D_IAC_DEFAULT, TAG_9F0E_IAC_DENIAL, TAG_9F0F_IAC_ONLINE } from "./tags.js";
import type { CryptogramType, Transaction } from "./transaction.js";

// Book 3, 10.7: an issuer that gives no code denies nothing, and sends everything that is not perfect online.
const NO_BITS = new Uint8Array(5);
const ALL_BITS = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff);

/** Terminal action analysis (EMV 4.4 Book 3, 10.7): what the first GENERATE AC asks for. */
export async function terminalActionAnalysis(t: Transaction): Promise<Outcome | undefined> {
	t.requestedCryptogram = analyse(t);
	return undefined;
}

function analyse(t: Transaction): CryptogramType {
	const { tacDenial, tacOnline } = t.application!;
	if (matches(t, issuerActionCode(t, TAG_9F0E_IAC_DENIAL, NO_BITS), tacDenial)) return "AAC";
	switch (onlineCapability(t.configuration.terminalType)) {
		case "onlineOnly":
			return "ARQC";
		case "offlineOnly":
			return unableToGoOnline(t);
		case "both":
			return matches(t, issuerActionCode(t, TAG_9F0F_IAC_ONLINE, ALL_BITS), tacOnline) ? "ARQC" : "TC";
	}
}

/** 10.7 and 10.9: the default codes decide where no issuer can be asked, also after the attempt failed. */
export function unableToGoOnline(t: Transaction): "AAC" | "TC" {
	const code = issuerActionCode(t, TAG_9F0D_IAC_DEFAULT, ALL_BITS);
	return matches(t, code, t.application!.tacDefault) ? "AAC" : "TC";
}

/** Second digit of the Terminal Type (Book 4, Annex A1). */
export function onlineCapability(terminalType: number): "onlineOnly" | "both" | "offlineOnly" {
	const digit = terminalType & 0x0f;
	return digit === 1 || digit === 4 ? "onlineOnly" : digit === 3 || digit === 6 ? "offlineOnly" : "both";
}

/** A code of another length than the TVR is none. */
function issuerActionCode(t: Transaction, tag: number, absent: Uint8Array): Uint8Array {
	const code = t.data.card(tag);
	return code?.length === 5 ? code : absent;
}

function matches(t: Transaction, issuerCode: Uint8Array, terminalCode: Uint8Array): boolean {
	return t.data.tvr.some((byte, i) => (byte & (issuerCode[i]! | terminalCode[i]!)) !== 0);
}
