import { concat, equal, uintBytes, wipe } from "../bytes/bytes.js";
import { hmac, hmacPads } from "../crypto/hmac.js";
import type { Crypto, Random } from "../ports.js";

/** A passcode as it is kept: PBKDF2 of it (RFC 8018, 5.2, HMAC-SHA-256, one block of output) with a salt. */
export interface KeptPasscode {
	readonly salt: Uint8Array;
	readonly rounds: number;
	readonly verifier: Uint8Array;
}

/** CHOICE: what a person waits for when a passcode is judged, one to two seconds on a board (docs/operators.md). */
export const PASSCODE_ROUNDS = 2_000;

const SALT_LENGTH = 16;
/** Digits of a passcode that a person chooses. */
export const LEAST_DIGITS = 6;
export const MOST_DIGITS = 12;
const INITIAL_DIGITS = 6;
const ZERO = 0x30;

/** @param passcode ASCII digits, one a byte; the caller wipes them @param rounds `PASSCODE_ROUNDS` on a board */
export function keepPasscode(
	{ crypto, random }: { readonly crypto: Crypto; readonly random: Random },
	passcode: Uint8Array,
	rounds: number,
): KeptPasscode {
	const salt = random.bytes(SALT_LENGTH);
	return { salt, rounds, verifier: derive(crypto, passcode, salt, rounds) };
}

export function isPasscode(crypto: Crypto, { salt, rounds, verifier }: KeptPasscode, passcode: Uint8Array): boolean {
	const derived = derive(crypto, passcode, salt, rounds);
	try {
		return equal(derived, verifier);
	} finally {
		wipe(derived); // WIPE
	}
}

/**
 * What is wrong with a passcode that somebody has chosen: too short or long, one digit again and again, digits one after
 * another in either direction (9 and 0 are neighbours). Undefined when nothing is.
 */
export function whyWeak(passcode: Uint8Array): "length" | "trivial" | undefined {
	if (passcode.length < LEAST_DIGITS || passcode.length > MOST_DIGITS) return "length";
	for (let step = 9; step <= 11; step++) {
		let isRow = true;
		for (let i = 1; i < passcode.length; i++)
			if ((passcode[i]! - passcode[i - 1]! + 10) % 10 !== step % 10) isRow = false;
		if (isRow) return "trivial";
	}
	return undefined;
}

/** Random digits to begin with. @returns ASCII; the caller wipes them */
export function initialPasscode(random: Random): Uint8Array {
	for (;;) {
		const digits: number[] = [];
		while (digits.length < INITIAL_DIGITS)
			// Of a byte only what is below 250, so that each digit is as likely as any other.
			for (const byte of random.bytes(INITIAL_DIGITS))
				if (byte < 250 && digits.length < INITIAL_DIGITS) digits.push(ZERO + (byte % 10));
		const passcode = Uint8Array.from(digits);
		if (!whyWeak(passcode)) return passcode;
	}
}

function derive(crypto: Crypto, passcode: Uint8Array, salt: Uint8Array, rounds: number): Uint8Array {
	let block = hmac(crypto, "sha256", passcode, concat(salt, uintBytes(1, 4)));
	const derived = block.slice();
	const [inner, outer] = hmacPads(crypto, "sha256", passcode);
	// Each round is one HMAC of the block before. Bytes that move take a small engine longer than native hashes do.
	const [first, second] = [concat(inner, block), concat(outer, block)];
	for (let round = 1; round < rounds; round++) {
		first.set(block, inner.length);
		wipe(block); // WIPE
		second.set(crypto.sha256(first), outer.length);
		block = crypto.sha256(second);
		for (let i = 0; i < derived.length; i++) derived[i]! ^= block[i]!;
	}
	wipe(block, inner, outer, first, second); // WIPE
	return derived;
}
