import { concat, equal, readUint, uintBytes, wipe } from "../bytes/bytes.js";
import { hmac } from "../crypto/hmac.js";
import { openSecretbox, SECRETBOX_NONCE_LENGTH, secretbox } from "../crypto/secretbox.js";
import type { Crypto, Random, TamperCause } from "../ports.js";
import { type KeySlot, SLOT_NAMES } from "./keyAttributes.js";
import { KeyError } from "./keyError.js";

/**
 * The file that everything in the key store hangs on: the store key, and of each slot the generation of its key. Written
 * whole in one step, so that one write makes new keys count and one write makes all keys worthless.
 *
 * In use: `4B 52 03 | nonce (24) | secretbox under the root key`, the box holding body and store key (32).
 * Zeroised: `4B 5A 03 | body | HMAC-SHA-256 under the root key (32)`. Not a box: it has to be written also when the terminal
 * has no random numbers any more, and there is nothing secret in it.
 * Body: sequence (4), boots (4), misuses (4), cause (1) and time (6) of the last zeroisation, whether the logs are without a seal since
 * (1), then for each slot generation (4) and its state (1): bit 1 it has a key, bit 2 the bank may have another one by now.
 */
export interface KeyStoreRoot {
	/** Undefined once the keys were erased. */
	readonly storeKeySecret: Uint8Array | undefined;
	/** Number of the last remote loading of keys; 0 before the first. */
	readonly sequence: number;
	/** How often the terminal was started. */
	readonly boots: number;
	/** How often a key was asked for what it is not for. */
	readonly misuses: number;
	/** The last one, also after new keys were loaded. */
	readonly zeroisation: Zeroisation | undefined;
	/** Since that one nothing has sealed what the logs must hold. */
	readonly logsAreUnsealed: boolean;
	readonly slots: Readonly<Record<KeySlot, SlotState>>;
}

export interface SlotState {
	/** Counts the keys that the slot has had; 0 at first. */
	readonly generation: number;
	readonly isLoaded: boolean;
	/** It has a key, and the bank may have another one by now. */
	readonly isInDoubt: boolean;
}

export const EMPTY_SLOT = Object.freeze({ generation: 0, isLoaded: false, isInDoubt: false }) satisfies SlotState;

/** Why the keys went: what the tamper port reports, or the order of a person with the right to give it. */
export type ZeroisationCause = TamperCause | "order";

export const ZEROISATION_CAUSES: readonly ZeroisationCause[] = Object.freeze([
	"order",
	"case",
	"mesh",
	"voltage",
	"temperature",
] as const);

export interface Zeroisation {
	readonly cause: ZeroisationCause;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
}

const IN_USE = Uint8Array.of(0x4b, 0x52, 0x03);
const ZEROISED = Uint8Array.of(0x4b, 0x5a, 0x03);
const STORE_KEY_LENGTH = 32;
const NEVER = 0xff;
const TIME_LENGTH = 6;
const SEQUENCE_LENGTH = 4;
const GENERATION_LENGTH = 4;
const SLOT_LENGTH = GENERATION_LENGTH + 1;
const STATE_LOADED = 0x01;
const STATE_IN_DOUBT = 0x02;
const BOOTS_LENGTH = 4;
const MISUSES_LENGTH = 4;
const MISUSES_AT = SEQUENCE_LENGTH + BOOTS_LENGTH;
const CAUSE_AT = MISUSES_AT + MISUSES_LENGTH;
const UNSEALED_AT = CAUSE_AT + 1 + TIME_LENGTH;
const SLOTS_AT = UNSEALED_AT + 1;
const BODY_LENGTH = SLOTS_AT + SLOT_NAMES.length * SLOT_LENGTH;

export interface RootPorts {
	readonly random: Random;
	readonly crypto: Crypto;
}

export function encodeRoot(root: KeyStoreRoot, rootKeySecret: Uint8Array, { random, crypto }: RootPorts): Uint8Array {
	const body = encodeBody(root);
	if (!root.storeKeySecret) return concat(ZEROISED, body, zeroisedMac(crypto, body, rootKeySecret));
	const plain = concat(body, root.storeKeySecret);
	const nonce = random.bytes(SECRETBOX_NONCE_LENGTH);
	try {
		return concat(IN_USE, nonce, secretbox(plain, nonce, rootKeySecret));
	} finally {
		wipe(plain); // WIPE
	}
}

/** @throws {KeyError} when it is damaged or of another device */
export function decodeRoot(file: Uint8Array, rootKeySecret: Uint8Array, crypto: Crypto): KeyStoreRoot {
	if (startsWith(file, ZEROISED)) {
		const bodyEnd = ZEROISED.length + BODY_LENGTH;
		const body = file.subarray(ZEROISED.length, bodyEnd);
		if (!equal(zeroisedMac(crypto, body, rootKeySecret), file.subarray(bodyEnd))) throw damaged();
		return { ...decodeBody(body), storeKeySecret: undefined };
	}
	const nonce = file.subarray(IN_USE.length, IN_USE.length + SECRETBOX_NONCE_LENGTH);
	const box = file.subarray(IN_USE.length + SECRETBOX_NONCE_LENGTH);
	const isWhole = startsWith(file, IN_USE) && nonce.length === SECRETBOX_NONCE_LENGTH;
	const plain = isWhole ? openSecretbox(box, nonce, rootKeySecret) : undefined;
	if (plain?.length !== BODY_LENGTH + STORE_KEY_LENGTH) throw damaged();
	try {
		return { ...decodeBody(plain.subarray(0, BODY_LENGTH)), storeKeySecret: plain.slice(BODY_LENGTH) };
	} finally {
		wipe(plain); // WIPE
	}
}

export function newStoreKey(random: Random): Uint8Array {
	return random.bytes(STORE_KEY_LENGTH);
}

/** All slots empty; their generations count on. */
export function withoutKeys(before?: KeyStoreRoot["slots"]): KeyStoreRoot["slots"] {
	const empty = SLOT_NAMES.map(name => [name, { ...EMPTY_SLOT, generation: before?.[name].generation ?? 0 }]);
	return Object.fromEntries(empty) as KeyStoreRoot["slots"];
}

/** So that nobody passes a zeroisation off for another, or for none. */
function zeroisedMac(crypto: Crypto, body: Uint8Array, rootKeySecret: Uint8Array): Uint8Array {
	return hmac(crypto, "sha256", rootKeySecret, concat(ZEROISED, body));
}

function encodeBody({ sequence, boots, misuses, zeroisation, logsAreUnsealed, slots }: KeyStoreRoot): Uint8Array {
	return concat(
		uintBytes(sequence, SEQUENCE_LENGTH),
		uintBytes(boots, BOOTS_LENGTH),
		uintBytes(misuses, MISUSES_LENGTH),
		Uint8Array.of(zeroisation ? ZEROISATION_CAUSES.indexOf(zeroisation.cause) : NEVER),
		uintBytes(zeroisation?.at ?? 0, TIME_LENGTH),
		Uint8Array.of(logsAreUnsealed ? 1 : 0),
		...SLOT_NAMES.map(name =>
			concat(uintBytes(slots[name].generation, GENERATION_LENGTH), Uint8Array.of(stateOf(slots[name]))),
		),
	);
}

function stateOf({ isLoaded, isInDoubt }: SlotState): number {
	return (isLoaded ? STATE_LOADED : 0) | (isInDoubt ? STATE_IN_DOUBT : 0);
}

function decodeBody(body: Uint8Array): Omit<KeyStoreRoot, "storeKeySecret"> {
	const code = body[CAUSE_AT] ?? NEVER;
	const cause = ZEROISATION_CAUSES[code];
	if (body.length !== BODY_LENGTH || (!cause && code !== NEVER)) throw damaged();
	const slots = SLOT_NAMES.map((name, i) => {
		const at = SLOTS_AT + i * SLOT_LENGTH;
		const state = body[at + GENERATION_LENGTH]!;
		const isLoaded = (state & STATE_LOADED) !== 0;
		const isInDoubt = (state & STATE_IN_DOUBT) !== 0;
		return [name, { generation: readUint(body, at, GENERATION_LENGTH), isLoaded, isInDoubt }];
	});
	return {
		sequence: readUint(body, 0, SEQUENCE_LENGTH),
		boots: readUint(body, SEQUENCE_LENGTH, BOOTS_LENGTH),
		misuses: readUint(body, MISUSES_AT, MISUSES_LENGTH),
		zeroisation: cause && { cause, at: readUint(body, CAUSE_AT + 1, TIME_LENGTH) },
		logsAreUnsealed: body[UNSEALED_AT] !== 0,
		slots: Object.fromEntries(slots) as KeyStoreRoot["slots"],
	};
}

function startsWith(file: Uint8Array, start: Uint8Array): boolean {
	return start.every((byte, i) => file[i] === byte);
}

function damaged(): KeyError {
	return new KeyError("the key store is damaged or of another device: have the keys loaded again");
}
