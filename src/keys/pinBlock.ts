/** Clear PIN fields of ISO 9564-1, 8 bytes. `pin` is one digit value (0-9) a byte, 4 to 12 of them; callers wipe what they get. */

/** Format 2, for offline PIN (ISO 9564-1, 9.3.3; EMV 4.4 Book 3, table 25). */
export function encodePinBlockFormat2(pin: Uint8Array): Uint8Array {
	return pinField(0x20, pin);
}

/** Format 0: the PIN field XORed with the 12 rightmost digits of the PAN without its check digit (ISO 9564-1, 9.3.1). */
export function encodePinBlockFormat0(pin: Uint8Array, pan: string): Uint8Array {
	if (!/^[0-9]{8,19}$/.test(pan)) throw new RangeError("a PAN has 8 to 19 digits");
	const block = pinField(0x00, pin);
	const digits = pan.slice(0, -1).slice(-12).padStart(16, "0"); // a shorter PAN has zeros on the left
	for (let i = 0; i < 8; i++) block[i] = block[i]! ^ ((Number(digits[2 * i]) << 4) | Number(digits[2 * i + 1]));
	return block;
}

/** Control nibble, length, digits, filler F. */
function pinField(control: number, pin: Uint8Array): Uint8Array {
	if (pin.length < 4 || pin.length > 12) throw new RangeError("a PIN has 4 to 12 digits");
	const field = new Uint8Array(8).fill(0xff);
	field[0] = control | pin.length;
	for (let i = 0; i < pin.length; i++) {
		const digit = pin[i]!;
		if (digit > 9) throw new RangeError("a PIN has digits only");
		const at = 1 + (i >> 1);
		field[at] = i & 1 ? (field[at]! & 0xf0) | digit : (digit << 4) | 0x0f;
	}
	return field;
}
