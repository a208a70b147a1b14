import { asciiBytes, concat, equal, uintBytes, wipe } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import { hmac } from "../crypto/hmac.js";
import type { Crypto, Random, Storage } from "../ports.js";

/** Who has a passcode. The custodians are two persons of the bank: neither knows the other's passcode or key component. */
export const ROLES = Object.freeze(["supervisor", "custodian1", "custodian2"] as const);
export type Role = (typeof ROLES)[number];

interface Kept {
	readonly salt: Uint8Array;
	readonly rounds: number;
	readonly verifier: Uint8Array;
	readonly wrong: number;
	/** Milliseconds since 1970; 0 when it is not locked. */
	readonly lockedUntil: number;
}

const SALT_LENGTH = 16;
const MOST_WRONG = 5;
const LOCK_MS = 15 * 60_000;

/**
 * Passcodes of persons, each kept as PBKDF2 of it (RFC 8018, 5.2, HMAC-SHA-256) with a salt. A passcode has few digits:
 * what protects it is the lock after five wrong ones, whose count is on the medium before the answer is given.
 */
export class Passcodes {
	readonly #storage: Storage;
	readonly #crypto: Crypto;
	readonly #random: Random;
	readonly #rounds: number;

	/** @param rounds of PBKDF2 for new passcodes: as many as the device does in a second */
	constructor(ports: { storage: Storage; crypto: Crypto; random: Random }, rounds: number) {
		this.#storage = ports.storage;
		this.#crypto = ports.crypto;
		this.#random = ports.random;
		this.#rounds = rounds;
	}

	isSet(role: Role): boolean {
		const kept = this.#read(role);
		return kept !== undefined && kept !== "damaged";
	}

	/** @param passcode ASCII digits, one a byte; the caller wipes them */
	set(role: Role, passcode: Uint8Array): void {
		const salt = this.#random.bytes(SALT_LENGTH);
		const verifier = this.#derive(passcode, salt, this.#rounds);
		this.#write(role, { salt, rounds: this.#rounds, verifier, wrong: 0, lockedUntil: 0 });
	}

	/** @param now milliseconds since 1970 */
	verify(role: Role, passcode: Uint8Array, now: number): "right" | "wrong" | "locked" | "notSet" | "damaged" {
		const kept = this.#read(role);
		if (!kept) return "notSet";
		if (kept === "damaged") return kept;
		if (kept.lockedUntil > now) return "locked";
		const wrong = (kept.lockedUntil ? 0 : kept.wrong) + 1;
		const lockedUntil = wrong >= MOST_WRONG ? now + LOCK_MS : 0;
		this.#write(role, { ...kept, wrong, lockedUntil }); // counted first: pulling the plug must not give another try
		const derived = this.#derive(passcode, kept.salt, kept.rounds);
		const isRight = equal(derived, kept.verifier);
		if (isRight) this.#write(role, { ...kept, wrong: 0, lockedUntil: 0 });
		return isRight ? "right" : lockedUntil ? "locked" : "wrong";
	}

	/** PBKDF2 with one block of output. */
	#derive(passcode: Uint8Array, salt: Uint8Array, rounds: number): Uint8Array {
		let block = hmac(this.#crypto, "sha256", passcode, concat(salt, uintBytes(1, 4)));
		const derived = block.slice();
		for (let round = 1; round < rounds; round++) {
			const next = hmac(this.#crypto, "sha256", passcode, block);
			wipe(block); // WIPE
			block = next;
			for (let i = 0; i < derived.length; i++) derived[i]! ^= block[i]!;
		}
		wipe(block); // WIPE
		return derived;
	}

	#read(role: Role): Kept | "damaged" | undefined {
		const size = this.#storage.size(fileName(role));
		if (size === undefined) return undefined;
		const bytes = this.#storage.read(fileName(role), 0, size);
		const [body, check] = [bytes.subarray(0, size - CHECK_LENGTH), bytes.subarray(size - CHECK_LENGTH)];
		return equal(this.#check(body), check) ? (decodeCbor(body) as Kept) : "damaged";
	}

	#write(role: Role, kept: Kept): void {
		const body = encodeCbor(kept);
		this.#storage.replace(fileName(role), concat(body, this.#check(body)));
	}

	#check(body: Uint8Array): Uint8Array {
		return this.#crypto.sha256(concat(asciiBytes("passcode"), body)).slice(0, CHECK_LENGTH);
	}
}

const CHECK_LENGTH = 8;

function fileName(role: Role): string {
	return `passcode-${role}`;
}
