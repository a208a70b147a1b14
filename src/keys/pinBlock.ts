import type { Random } from "../ports.js";

/**
 * Clear PIN blocks of 8 bytes (ISO 9564-1, 9.3). `pin` is one digit value (0-9) a byte, 4 to 12 of them; a PAN is its
 * digits with the check digit, 8 to 19 of them. Callers wipe what they give and what they get. What is not a PIN, a PAN
 * or a block of the format is refused with a RangeError that says nothing of its content.
 */

export const PIN_BLOCK_LENGTH = 8;

const SHORTEST_PIN = 4;
const LONGEST_PIN = 12;

/** Format 0: PIN field with filler F, XORed with the PAN field (9.3.2). */
export function encodePinBlockFormat0(pin: Uint8Array, pan: string): Uint8Array {
	return xorPanField(
		encodePinField(0, pin, PIN_BLOCK_LENGTH, () => 0xf),
		pan,
	);
}

/** @returns the PIN, from a block of format 0 */
export function decodePinBlockFormat0(block: Uint8Array, pan: string): Uint8Array {
	const field = xorPanField(block.slice(), pan);
	try {
		return decodePinField(0, field, PIN_BLOCK_LENGTH, fill => fill === 0xf);
	} finally {
		field.fill(0); // WIPE
	}
}

/** Format 2, for offline PIN (9.3.4; EMV 4.4 Book 3, table 25). */
export function encodePinBlockFormat2(pin: Uint8Array): Uint8Array {
	return encodePinField(2, pin, PIN_BLOCK_LENGTH, () => 0xf);
}

/** @returns the PIN, from a block of format 2 */
export function decodePinBlockFormat2(block: Uint8Array): Uint8Array {
	return decodePinField(2, block, PIN_BLOCK_LENGTH, fill => fill === 0xf);
}

/** Format 3: as format 0, but with random filler A to F, so that equal PINs give different blocks (9.3.5). */
export function encodePinBlockFormat3(random: Random, pin: Uint8Array, pan: string): Uint8Array {
	return xorPanField(
		encodePinField(3, pin, PIN_BLOCK_LENGTH, () => randomFill(random)),
		pan,
	);
}

/** @returns the PIN, from a block of format 3 */
export function decodePinBlockFormat3(block: Uint8Array, pan: string): Uint8Array {
	const field = xorPanField(block.slice(), pan);
	try {
		return decodePinField(3, field, PIN_BLOCK_LENGTH, fill => fill >= 0xa);
	} finally {
		field.fill(0); // WIPE
	}
}

/**
 * Control nibble, length nibble, digits, filler to 8 bytes; the same in all formats.
 * @param length of the array returned; what is behind the first 8 bytes stays zero
 * @param fill the nibbles after the PIN
 */
export function encodePinField(control: number, pin: Uint8Array, length: number, fill: () => number): Uint8Array {
	if (pin.length < SHORTEST_PIN || pin.length > LONGEST_PIN) throw new RangeError("a PIN has 4 to 12 digits");
	if (pin.some(digit => digit > 9)) throw new RangeError("a PIN has digits only");
	const field = new Uint8Array(length);
	field[0] = (control << 4) | pin.length;
	for (let i = 0; i < 2 * PIN_BLOCK_LENGTH - 2; i++) {
		const nibble = i < pin.length ? pin[i]! : fill();
		field[1 + (i >> 1)]! |= i & 1 ? nibble : nibble << 4;
	}
	return field;
}

/** @param isFill tells a filler of the format by its nibble */
export function decodePinField(
	control: number,
	field: Uint8Array,
	length: number,
	isFill: (nibble: number) => boolean,
): Uint8Array {
	if (field.length !== length) throw new RangeError(`such a PIN block has ${length} bytes`);
	const pinLength = field[0]! & 15;
	if (field[0]! >> 4 !== control) throw new RangeError(`not a PIN block of format ${control}`);
	if (pinLength < SHORTEST_PIN || pinLength > LONGEST_PIN) throw new RangeError("a PIN has 4 to 12 digits");
	const pin = new Uint8Array(pinLength);
	for (let i = 0; i < 2 * PIN_BLOCK_LENGTH - 2; i++) {
		const byte = field[1 + (i >> 1)]!;
		const nibble = i & 1 ? byte & 15 : byte >> 4;
		if (i < pinLength) pin[i] = nibble;
		if (i < pinLength ? nibble > 9 : !isFill(nibble)) {
			pin.fill(0); // WIPE
			throw new RangeError(`not a PIN block of format ${control}`);
		}
	}
	return pin;
}

/** The 12 rightmost digits of the PAN without its check digit, zeros on the left of a shorter one (9.3.2.3); changes `field`. */
function xorPanField(field: Uint8Array, pan: string): Uint8Array {
	if (!/^[0-9]{8,19}$/.test(pan)) throw new RangeError("a PAN has 8 to 19 digits");
	const digits = pan.slice(0, -1).slice(-12).padStart(16, "0");
	for (let i = 0; i < field.length; i++) field[i]! ^= (Number(digits[2 * i]) << 4) | Number(digits[2 * i + 1]);
	return field;
}

/** A to F, each equally likely. */
function randomFill(random: Random): number {
	for (;;) {
		const byte = random.bytes(1)[0]!;
		if (byte < 252) return 0xa + (byte % 6);
	}
}
