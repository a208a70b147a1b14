import { concat, wipe } from "../../src/bytes/bytes.js";
import { padMethod2 } from "../../src/crypto/mac.js";
import type { Crypto } from "../../src/ports.js";

/**
 * How a payment system makes whole blocks of an issuer script's secret data (EMV 4.4 Book 2, 9.3):
 * `visa` puts the length in front, pads always, ECB; `mastercard` pads only what does not fill its blocks, CBC;
 * `emv` pads always, CBC.
 */
export type ScriptCoding = "visa" | "mastercard" | "emv";

/** @param key session key for confidentiality, 16 bytes @param data at most 255 bytes */
export function encipherScriptData(
	crypto: Crypto,
	key: Uint8Array,
	data: Uint8Array,
	coding: ScriptCoding,
): Uint8Array {
	if (key.length !== 16) throw new RangeError("a session key has 16 bytes");
	if (data.length > 255) throw new RangeError("the data of a command have at most 255 bytes");
	const plain = wholeBlocks(data, coding);
	try {
		return coding === "visa"
			? crypto.desEcb(key, plain, "encipher")
			: crypto.desCbc(key, new Uint8Array(8), plain, "encipher");
	} finally {
		wipe(plain);
	}
}

function wholeBlocks(data: Uint8Array, coding: ScriptCoding): Uint8Array {
	switch (coding) {
		case "visa":
			return padMethod2(concat(Uint8Array.of(data.length), data));
		case "mastercard":
			return data.length % 8 ? padMethod2(data) : data.slice();
		case "emv":
			return padMethod2(data);
	}
}
