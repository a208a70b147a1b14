import { concat, readUint } from "../../src/bytes/bytes.js";
import { padMethod2, retailMac } from "../../src/crypto/mac.js";
import type { Crypto } from "../../src/ports.js";

/**
 * The dynamic card verification code of contactless magnetic stripe data (EMV Contactless Book C-2, "CVC3"): 0 to 65535,
 * of which a terminal sends the rightmost decimal digits that its track has room for.
 * @param key ICC derived key for CVC3, 16 bytes
 * @param trackData the static template of track 1 (ASCII) or track 2 (as in tag 57)
 * @param unpredictableNumber 4 bytes
 * @param atc 2 bytes
 */
export function cvc3(
	crypto: Crypto,
	key: Uint8Array,
	trackData: Uint8Array,
	unpredictableNumber: Uint8Array,
	atc: Uint8Array,
): number {
	if (unpredictableNumber.length !== 4 || atc.length !== 2)
		throw new RangeError("a CVC3 is made of 4 bytes unpredictable number and 2 bytes transaction counter");
	const ivCvc3 = retailMac(crypto, key, padMethod2(trackData)).subarray(6);
	const enciphered = crypto.desEcb(key, concat(ivCvc3, unpredictableNumber, atc), "encipher");
	return readUint(enciphered, 6, 2);
}
