import { formatHex } from "../bytes/hex.js";
import type { Outcome } from "./outcome.js";
import { TAG_9F0D_IAC_DEFAULT, TAG_9F0E_IAC_DENIAL, TAG_9F0F_IAC_ONLINE, TAG_9F35_TERMINAL_TYPE } from "./tags.js";
import type { CryptogramType, Transaction } from "./transaction.js";
import { explain } from "./why.js";

// Book 3, 10.7: an issuer that gives no code denies nothing, and sends everything that is not perfect online.
const NO_BITS = new Uint8Array(5);
const ALL_BITS = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff);

/** Terminal action analysis (EMV 4.4 Book 3, 10.7): what the first GENERATE AC asks for. */
export function terminalActionAnalysis(t: Transaction): Outcome | undefined {
	t.requestedCryptogram = analyse(t);
	if (t.why)
		explain(t, "Book 3, 10.7", "what the first GENERATE AC asks for", [TAG_9F35_TERMINAL_TYPE], t.requestedCryptogram);
	return undefined;
}

function analyse(t: Transaction): CryptogramType {
	const { tacDenial, tacOnline } = t.application!;
	if (matches(t, "denial", TAG_9F0E_IAC_DENIAL, NO_BITS, tacDenial)) return "AAC";
	switch (onlineCapability(t.configuration.terminalType)) {
		case "onlineOnly":
			return "ARQC";
		case "offlineOnly":
			return unableToGoOnline(t);
		case "both":
			if (!t.offlineApprovals(t)) return "ARQC";
			return matches(t, "online", TAG_9F0F_IAC_ONLINE, ALL_BITS, tacOnline) ? "ARQC" : "TC";
	}
}

/** 10.7 and 10.9: the default codes decide where no issuer can be asked, also after the attempt failed. */
export function unableToGoOnline(t: Transaction): "AAC" | "TC" {
	if (!t.offlineApprovals(t)) return "AAC";
	return matches(t, "default", TAG_9F0D_IAC_DEFAULT, ALL_BITS, t.application!.tacDefault) ? "AAC" : "TC";
}

/** Second digit of the Terminal Type (Book 4, Annex A1). */
function onlineCapability(terminalType: number): "onlineOnly" | "both" | "offlineOnly" {
	const digit = terminalType & 0x0f;
	return digit === 1 || digit === 4 ? "onlineOnly" : digit === 3 || digit === 6 ? "offlineOnly" : "both";
}

/** Whether a bit of the TVR is set that issuer or acquirer named. An issuer's code of another length than the TVR is none. */
function matches(t: Transaction, name: string, tag: number, absent: Uint8Array, terminalCode: Uint8Array): boolean {
	const code = t.data.card(tag);
	const issuerCode = code?.length === 5 ? code : absent;
	const { tvr } = t.data;
	let isMatch = false;
	for (let i = 0; i < tvr.length; i++) if (tvr[i]! & (issuerCode[i]! | terminalCode[i]!)) isMatch = true;
	t.why?.({
		section: "Book 3, 10.7",
		rule: `does the TVR have a bit of the ${name} codes`,
		inputs: { TVR: formatHex(tvr), IAC: formatHex(issuerCode), TAC: formatHex(terminalCode) },
		result: isMatch ? `yes: ${formatHex(tvr.map((byte, i) => byte & (issuerCode[i]! | terminalCode[i]!)))}` : "no",
	});
	return isMatch;
}
