import { concat, equal, uintBytes, wipe } from "../bytes/bytes.js";
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

/** Closes and opens what lies on the medium under a key of this device: see `Seal`. */
export interface PasscodeSeal {
	close(plain: Uint8Array): Uint8Array;
	/** @returns undefined when it was not sealed by this device or was changed since */
	open(sealed: Uint8Array): Uint8Array | undefined;
}

/**
 * Passcodes of persons, each kept as PBKDF2 of it (RFC 8018, 5.2, HMAC-SHA-256) with a salt. A passcode has few digits:
 * what protects it is the lock after five wrong ones, whose count is on the medium before the answer is given, and the
 * device's seal: whoever has the medium can neither try digits against it nor put a passcode of their own there.
 */
export class Passcodes {
	readonly #storage: Storage;
	readonly #crypto: Crypto;
	readonly #random: Random;
	readonly #seal: PasscodeSeal;
	readonly #rounds: number;

	/** @param rounds of PBKDF2 for new passcodes: as many as the device does in a second */
	constructor(ports: { storage: Storage; crypto: Crypto; random: Random; seal: PasscodeSeal }, rounds: number) {
		this.#storage = ports.storage;
		this.#crypto = ports.crypto;
		this.#random = ports.random;
		this.#seal = ports.seal;
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
		const plain = this.#seal.open(this.#storage.read(fileName(role), 0, size));
		if (!plain) return "damaged";
		const [sealedFor, kept] = decodeCbor(plain) as [Role, Kept];
		return sealedFor === role ? kept : "damaged";
	}

	/** Whose it is stands inside: a custodian's file in the supervisor's place is worth nothing. */
	#write(role: Role, kept: Kept): void {
		this.#storage.replace(fileName(role), this.#seal.close(encodeCbor([role, kept])));
	}
}

function fileName(role: Role): string {
	return `passcode-${role}`;
}
