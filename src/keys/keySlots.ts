import nacl from "tweetnacl";
import { asciiBytes, concat, latin1Text, readUint, uintBytes, wipe } from "../bytes/bytes.js";
import type { Crypto, Random, Storage } from "../ports.js";
import {
	allowsMode,
	type Exportability,
	type KeyAlgorithm,
	type KeyAttributes,
	type KeySlot,
	type KeyUsage,
	type ModeOfUse,
	SLOT_NAMES,
	SLOTS,
} from "./keyAttributes.js";
import { checkKeyCheckValue, keyCheckValue } from "./keyCheckValue.js";
import { KeyError } from "./keyError.js";
import {
	decodeRoot,
	encodeRoot,
	type KeyStoreRoot,
	newStoreKey,
	type SlotState,
	withoutKeys,
	type Zeroisation,
} from "./keyStoreRoot.js";

/** A key on its way into a slot; the caller wipes it. */
export interface NewKey extends KeyAttributes {
	readonly key: Uint8Array;
	/** Told instead of the key's own check value, where the slot holds more than a key. */
	readonly kcv?: Uint8Array;
}

/** A key from outside, with the check value that its sender states. */
export interface ReceivedKey extends NewKey {
	readonly algorithm: "T" | "A";
	readonly kcv: Uint8Array;
}

/** What is known of a key that has its place. */
export interface StoredKeyAttributes extends KeyAttributes {
	readonly kcv: Uint8Array;
}

/** What happened to the keys, for the journal and for who watches the terminal. */
export type KeyEvent =
	| { readonly kind: "loaded"; readonly slots: readonly KeySlot[] }
	/** Somebody asked a key for what it is not for. */
	| { readonly kind: "misused"; readonly slot: KeySlot; readonly usage: KeyUsage; readonly modeOfUse: ModeOfUse }
	/** The file of the slot was changed, exchanged, or is an older one. */
	| { readonly kind: "damaged"; readonly slot: KeySlot }
	| { readonly kind: "erased"; readonly slot: KeySlot }
	| { readonly kind: "zeroised"; readonly cause: Zeroisation["cause"] };

const ROOT_FILE = "key-root";
const DEVICE_KEY_LENGTH = 32;
const NONCE_LENGTH = 24;
const HEADER_LENGTH = 11;
const KEY_LENGTHS: Readonly<Partial<Record<KeyAlgorithm, readonly number[]>>> = Object.freeze({
	T: Object.freeze([8, 16, 24]),
	A: Object.freeze([16, 24, 32]),
});

/**
 * The terminal's secret keys. Each lies in a file of its own, enciphered and authenticated under the store key, which lies
 * under the device's (docs/keys.md), and is in the clear only while one operation runs. The store gives operations with a
 * key to the modules of this folder and key bytes to nobody.
 */
export class KeySlots {
	readonly #storage: Storage;
	readonly #random: Random;
	readonly #crypto: Crypto;
	readonly #deviceKeySecret: Uint8Array;
	readonly #onEvent: (event: KeyEvent) => void;
	readonly #guarded = new Set<Uint8Array>();
	#root: KeyStoreRoot;

	/**
	 * Opens the store, or makes an empty one when there is none.
	 * @param deviceKeySecret 32 bytes that belong to this device alone
	 * @throws {KeyError} on a store that is damaged or another device's; nothing has been changed then
	 */
	constructor(
		ports: { storage: Storage; random: Random; crypto: Crypto },
		deviceKeySecret: Uint8Array,
		onEvent: (event: KeyEvent) => void = () => {},
	) {
		if (deviceKeySecret.length !== DEVICE_KEY_LENGTH) throw new KeyError("the device key must be 32 bytes");
		this.#storage = ports.storage;
		this.#random = ports.random;
		this.#crypto = ports.crypto;
		this.#deviceKeySecret = deviceKeySecret.slice();
		this.#onEvent = onEvent;
		const size = this.#storage.size(ROOT_FILE);
		this.#root =
			size === undefined
				? { storeKeySecret: newStoreKey(this.#random), zeroisation: undefined, slots: withoutKeys() }
				: decodeRoot(this.#storage.read(ROOT_FILE, 0, size), this.#deviceKeySecret);
		if (size === undefined) this.#writeRoot(this.#root);
		this.#removeLeftovers();
	}

	/** The keys were erased and nobody has bound the terminal again: nothing but `renew` is possible. */
	get isZeroised(): boolean {
		return this.#root.storeKeySecret === undefined;
	}

	/** The last time that all keys were erased, also after the terminal was bound again. */
	get zeroisation(): Zeroisation | undefined {
		return this.#root.zeroisation;
	}

	has(slot: KeySlot): boolean {
		return this.#root.slots[slot].isLoaded;
	}

	/** Tells one key of the slot from the next; undefined for an empty slot. */
	generation(slot: KeySlot): number | undefined {
		const { generation, isLoaded } = this.#root.slots[slot];
		return isLoaded ? generation : undefined;
	}

	/** Key check value, which is no secret; undefined for an empty slot. */
	kcv(slot: KeySlot): Uint8Array | undefined {
		if (!this.has(slot)) return undefined;
		const { attributes, key } = this.#open(slot);
		wipe(key); // WIPE
		return attributes.kcv;
	}

	/**
	 * Puts keys from outside into their slots, all of them or none, also when the power goes.
	 * @throws {KeyError} when a length, a usage or a check value is wrong; the slots keep what they had
	 */
	load(keys: Readonly<Partial<Record<KeySlot, ReceivedKey>>>): void {
		for (const [slot, { algorithm, key, kcv }] of Object.entries(keys)) {
			checkLength(slot, algorithm, key);
			checkKeyCheckValue(this.#crypto, algorithm, key, kcv, `the ${slot} key`);
		}
		this.install(keys);
	}

	/** As `load`, for keys that were made or checked in this device. */
	install(keys: Readonly<Partial<Record<KeySlot, NewKey>>>): void {
		this.#storeKey();
		const { slots } = this.#root;
		const names = SLOT_NAMES.filter(slot => keys[slot]);
		const next: Record<KeySlot, SlotState> = { ...slots };
		for (const slot of names) {
			const { usage, algorithm } = keys[slot]!;
			if (!SLOTS[slot].usages.includes(usage) || !SLOTS[slot].algorithms.includes(algorithm))
				throw new KeyError(`the ${slot} slot takes no key for ${usage} of algorithm ${algorithm}`);
			if (keys[slot]!.key.length === 0) throw new KeyError(`the ${slot} key is empty`);
			next[slot] = { generation: slots[slot].generation + 1, isLoaded: true };
		}
		for (const slot of names)
			this.#storage.replace(
				fileName(slot, next[slot].generation),
				this.#seal(slot, next[slot].generation, keys[slot]!),
			);
		this.#writeRoot({ ...this.#root, slots: next }); // from here on the new keys count
		for (const slot of names) this.#removeFile(slot, slots[slot].generation);
		this.#onEvent({ kind: "loaded", slots: names });
	}

	/**
	 * Runs one operation with the key in the clear, then wipes it.
	 * @throws {KeyError} on an empty slot, a damaged or older file, another usage or mode of use
	 */
	use<T>(
		slot: KeySlot,
		usage: KeyUsage,
		modeOfUse: ModeOfUse,
		operation: (key: Uint8Array, attributes: StoredKeyAttributes) => T,
	): T {
		const { key, attributes } = this.#open(slot);
		try {
			if (attributes.usage !== usage || !allowsMode(attributes.modeOfUse, modeOfUse)) {
				this.#onEvent({ kind: "misused", slot, usage, modeOfUse });
				throw new KeyError(`the ${slot} key must not be used for ${usage} ${modeOfUse}`);
			}
			return operation(key, attributes);
		} finally {
			wipe(key); // WIPE
		}
	}

	/** Erases one key, for good also when the power goes. */
	erase(slot: KeySlot): void {
		const { slots } = this.#root;
		const { generation } = slots[slot];
		this.#writeRoot({ ...this.#root, slots: { ...slots, [slot]: { generation, isLoaded: false } } });
		this.#removeFile(slot, generation);
		this.#onEvent({ kind: "erased", slot });
	}

	/**
	 * Erases all keys: those in memory before anything else, then, with one write, those on the medium. A power cut in the
	 * middle leaves either the keys as they were or none.
	 */
	zeroise(zeroisation: Zeroisation): void {
		wipe(...this.#guarded, this.#root.storeKeySecret); // WIPE
		this.#guarded.clear();
		this.#root = { storeKeySecret: undefined, zeroisation, slots: withoutKeys(this.#root.slots) };
		this.#writeRoot(this.#root);
		this.#removeLeftovers();
		this.#onEvent({ kind: "zeroised", cause: zeroisation.cause });
	}

	/** Opens an empty store after a zeroisation, which stays on record. Part of binding the terminal again. */
	renew(): void {
		if (!this.isZeroised) throw new KeyError("the keys are in use: they need not be renewed");
		this.#writeRoot({ ...this.#root, storeKeySecret: newStoreKey(this.#random) });
	}

	/** Has a secret in memory wiped at once when the keys go. @returns a function that wipes it now */
	guard(secret: Uint8Array): () => void {
		this.#guarded.add(secret);
		return () => {
			wipe(secret); // WIPE
			this.#guarded.delete(secret);
		};
	}

	#storeKey(): Uint8Array {
		const { storeKeySecret } = this.#root;
		if (!storeKeySecret) throw new KeyError(ZEROISED);
		return storeKeySecret;
	}

	#writeRoot(root: KeyStoreRoot): void {
		this.#storage.replace(ROOT_FILE, encodeRoot(root, this.#deviceKeySecret, this.#random));
		this.#root = root;
	}

	/** Slot number and generation are under the seal too, so that no file passes for another or for a newer one. */
	#seal(
		slot: KeySlot,
		generation: number,
		{ usage, algorithm, modeOfUse, exportability, key, kcv }: NewKey,
	): Uint8Array {
		const stated = kcv ?? keyCheckValue(this.#crypto, algorithm, key);
		const plain = concat(
			slotId(slot, generation),
			asciiBytes(usage + algorithm + modeOfUse + exportability),
			Uint8Array.of(stated.length),
			stated,
			key,
		);
		const nonce = this.#random.bytes(NONCE_LENGTH);
		try {
			return concat(nonce, nacl.secretbox(plain, nonce, this.#storeKey()));
		} finally {
			wipe(plain); // WIPE
		}
	}

	#open(slot: KeySlot): { readonly attributes: StoredKeyAttributes; readonly key: Uint8Array } {
		const storeKey = this.#storeKey();
		const { generation, isLoaded } = this.#root.slots[slot];
		if (!isLoaded) throw new KeyError(`no ${slot} key is loaded: ${SLOT_ADVICE[slot] ?? "sign in at the bank first"}`);
		const name = fileName(slot, generation);
		const size = this.#storage.size(name) ?? 0;
		const file = size > NONCE_LENGTH ? this.#storage.read(name, 0, size) : new Uint8Array(NONCE_LENGTH);
		const plain = nacl.secretbox.open(file.subarray(NONCE_LENGTH), file.subarray(0, NONCE_LENGTH), storeKey);
		const id = slotId(slot, generation);
		if (!plain || !id.every((byte, i) => plain[i] === byte)) {
			wipe(plain ?? undefined); // WIPE
			this.#onEvent({ kind: "damaged", slot });
			throw new KeyError(`the ${slot} key is damaged or of another device: have the keys loaded again`);
		}
		const letters = latin1Text(plain.subarray(id.length, HEADER_LENGTH - 1));
		const kcvEnd = HEADER_LENGTH + readUint(plain, HEADER_LENGTH - 1, 1);
		return {
			attributes: {
				usage: letters.slice(0, 2) as KeyUsage,
				algorithm: letters[2] as KeyAlgorithm,
				modeOfUse: letters[3] as ModeOfUse,
				exportability: letters[4] as Exportability,
				kcv: plain.slice(HEADER_LENGTH, kcvEnd),
			},
			key: plain.subarray(kcvEnd),
		};
	}

	/** What a power cut kept from being removed: keys before and after those that count. */
	#removeLeftovers(): void {
		for (const slot of SLOT_NAMES) {
			const { generation, isLoaded } = this.#root.slots[slot];
			this.#removeFile(slot, generation - 1);
			this.#removeFile(slot, generation + 1);
			if (!isLoaded) this.#removeFile(slot, generation);
		}
	}

	#removeFile(slot: KeySlot, generation: number): void {
		const name = fileName(slot, generation);
		if (this.#storage.size(name) !== undefined) this.#storage.remove(name);
	}
}

const ZEROISED = "the keys were erased: have the terminal bound to its bank again";

const SLOT_ADVICE: Readonly<Partial<Record<KeySlot, string>>> = Object.freeze({
	kbpk: "have it loaded by the bank's key custodians",
	master: "have it loaded by the bank's key custodians",
	dukpt: "have the bank load it",
});

function checkLength(slot: string, algorithm: KeyAlgorithm, key: Uint8Array): void {
	const lengths = KEY_LENGTHS[algorithm]!;
	if (!lengths.includes(key.length)) throw new KeyError(`the ${slot} key must be ${lengths.join(", ")} bytes`);
}

function slotId(slot: KeySlot, generation: number): Uint8Array {
	return concat(Uint8Array.of(SLOT_NAMES.indexOf(slot)), uintBytes(generation, 4));
}

function fileName(slot: KeySlot, generation: number): string {
	return `key-${slot}.${Math.max(0, generation)}`;
}
