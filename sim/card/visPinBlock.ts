import { xor } from "../../src/bytes/bytes.js";

/**
 * The PIN block of PIN CHANGE in Visa's cards (VIS, Appendix E.2): length, new PIN and filler F, XORed with half a key that the
 * card has, and with the PIN so far where the command carries it.
 * @param iccMasterKey for application cryptograms, 16 bytes
 * @param pin and `currentPin`: digit values, 4 to 12 of them
 * @returns 8 bytes
 */
export function visPinBlock(iccMasterKey: Uint8Array, pin: Uint8Array, currentPin?: Uint8Array): Uint8Array {
	if (iccMasterKey.length !== 16) throw new RangeError("an ICC master key has 16 bytes");
	const block = Uint8Array.of(pin.length, ...packedPin(pin, 0xf).subarray(0, 7));
	for (let i = 4; i < 8; i++) block[i]! ^= iccMasterKey[i]!;
	if (currentPin) return xor(block, packedPin(currentPin, 0));
	return block;
}

function packedPin(pin: Uint8Array, fill: number): Uint8Array {
	if (pin.length < 4 || pin.length > 12) throw new RangeError("a PIN has 4 to 12 digits");
	if (pin.some(digit => digit > 9)) throw new RangeError("a PIN has digits only");
	return Uint8Array.from({ length: 8 }, (_, i) => ((pin[2 * i] ?? fill) << 4) | (pin[2 * i + 1] ?? fill));
}
