import { asciiBytes, wipe } from "../bytes/bytes.js";
import { hkdf } from "../crypto/hkdf.js";
import type { Crypto, Random, Storage } from "../ports.js";
import {
	allowsMode,
	type KeySlot,
	type KeyUsage,
	type ModeOfUse,
	SLOT_NAMES,
	WORK_KEY_SLOTS,
} from "./keyAttributes.js";
import { checkKeyCheckValue, keyCheckValue } from "./keyCheckValue.js";
import { KeyError } from "./keyError.js";
import type { KeyEvent } from "./keyEvent.js";
import { decodeSlotFile, encodeSlotFile, type StoredKey, type StoredKeyAttributes } from "./keySlotFile.js";
import {
	decodeRoot,
	EMPTY_SLOT,
	encodeRoot,
	type KeyStoreRoot,
	newStoreKey,
	type SlotState,
	withoutKeys,
	type Zeroisation,
} from "./keyStoreRoot.js";
import { checkAttributes, checkLength, type NewKey, type ReceivedKey } from "./newKey.js";

const ROOT_FILE = "key-root";
const DEVICE_KEY_LENGTH = 32;
/** The device's secret is used for nothing but to derive from it; this is what this key is derived for (RFC 5869, 3.2). */
const ROOT_KEY_INFO = "kassa key store 1";
/**
 * The terminal's secret keys. Each lies in a file of its own, enciphered and authenticated under the store key, which lies
 * under the device's (docs/keys.md), and is in the clear only while one operation runs. The store gives operations with a
 * key to the modules of this folder and key bytes to nobody.
 */
export class KeySlots {
	readonly #storage: Storage;
	readonly #random: Random;
	readonly #crypto: Crypto;
	readonly #rootKeySecret: Uint8Array;
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
		this.#rootKeySecret = hkdf(ports.crypto, "sha256", {
			inputKey: deviceKeySecret,
			salt: new Uint8Array(0),
			info: asciiBytes(ROOT_KEY_INFO),
			length: 32,
		});
		this.#onEvent = onEvent;
		const size = this.#storage.size(ROOT_FILE);
		if (size === undefined && this.#storage.list().some(isSlotFile)) throw new KeyError(ROOT_MISSING);
		this.#root =
			size === undefined
				? {
						storeKeySecret: newStoreKey(this.#random),
						zeroisation: undefined,
						logsAreUnsealed: false,
						sequence: 0,
						boots: 0,
						misuses: 0,
						slots: withoutKeys(),
					}
				: decodeRoot(this.#storage.read(ROOT_FILE, 0, size), this.#rootKeySecret, this.#crypto);
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

	/** All keys were erased, and nothing has sealed since what the logs must hold: it counts without a seal. */
	get logsAreUnsealed(): boolean {
		return this.#root.logsAreUnsealed;
	}

	/** From now on what the logs must hold counts under its seal alone. */
	logsSealed(): void {
		if (this.logsAreUnsealed) this.#writeRoot({ ...this.#root, logsAreUnsealed: false });
	}

	/** Number of the last remote loading, which outlives even a zeroisation, so that none is accepted twice. */
	get sequence(): number {
		return this.#root.sequence;
	}

	/** How often `countBoot` was called. */
	get boots(): number {
		return this.#root.boots;
	}

	/** How often a key was asked for what it is not for, since the terminal was made. */
	get misuses(): number {
		return this.#root.misuses;
	}

	/** Takes note that the terminal starts. */
	countBoot(): void {
		this.#writeRoot({ ...this.#root, boots: this.#root.boots + 1 });
	}

	has(slot: KeySlot): boolean {
		return this.#root.slots[slot].isLoaded;
	}

	/**
	 * The bank has to give work keys before anything goes under one: there is none for its master key, or the bank may have
	 * others than these by now.
	 */
	get wantsWorkKeys(): boolean {
		const { master, mac } = this.#root.slots;
		return mac.isLoaded ? mac.isInDoubt : master.isLoaded;
	}

	/** Says whether the bank may have other work keys by now; of new ones it is not so. */
	doubtWorkKeys(isInDoubt: boolean): void {
		const { slots } = this.#root;
		const { mac } = slots;
		if (!mac.isLoaded || mac.isInDoubt === isInDoubt) return;
		this.#writeRoot({ ...this.#root, slots: { ...slots, mac: { ...mac, isInDoubt } } });
	}

	/** Tells one key of the slot from the next; undefined for an empty slot. */
	generation(slot: KeySlot): number | undefined {
		const { generation, isLoaded } = this.#root.slots[slot];
		return isLoaded ? generation : undefined;
	}

	/** What the key is for; undefined for an empty slot. */
	usage(slot: KeySlot): KeyUsage | undefined {
		return this.#attributes(slot)?.usage;
	}

	/** Key check value, which is no secret; undefined for an empty slot. */
	kcv(slot: KeySlot): Uint8Array | undefined {
		return this.#attributes(slot)?.kcv;
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

	/**
	 * As `load`, for keys that were made or checked in this device. A new master key erases the work keys of the one before.
	 * @param sequence new value of `sequence`
	 */
	install(keys: Readonly<Partial<Record<KeySlot, NewKey>>>, sequence = this.#root.sequence): void {
		this.#storeKey();
		const { slots } = this.#root;
		const names = SLOT_NAMES.filter(slot => keys[slot]);
		const next: Record<KeySlot, SlotState> = { ...slots };
		for (const slot of names) {
			checkAttributes(slot, keys[slot]!);
			next[slot] = { generation: slots[slot].generation + 1, isLoaded: true, isInDoubt: false };
		}
		const erased = keys.master ? WORK_KEY_SLOTS.filter(slot => slots[slot].isLoaded && !keys[slot]) : [];
		for (const slot of erased) next[slot] = { ...EMPTY_SLOT, generation: slots[slot].generation };
		for (const slot of names) this.#writeSlot(slot, next[slot].generation, keys[slot]!);
		this.#writeRoot({ ...this.#root, slots: next, sequence }); // from here on the new keys count
		for (const slot of [...names, ...erased]) this.#removeFile(slot, slots[slot].generation);
		this.#onEvent({ kind: "loaded", slots: names });
		for (const slot of erased) this.#onEvent({ kind: "erased", slot });
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
				this.#writeRoot({ ...this.#root, misuses: this.#root.misuses + 1 });
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
		this.#writeRoot({ ...this.#root, slots: { ...slots, [slot]: { ...EMPTY_SLOT, generation } } });
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
		this.#root = {
			...this.#root,
			storeKeySecret: undefined,
			zeroisation,
			logsAreUnsealed: true,
			slots: withoutKeys(this.#root.slots),
		};
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

	#attributes(slot: KeySlot): StoredKeyAttributes | undefined {
		if (!this.has(slot)) return undefined;
		const { attributes, key } = this.#open(slot);
		wipe(key); // WIPE
		return attributes;
	}

	#storeKey(): Uint8Array {
		const { storeKeySecret } = this.#root;
		if (!storeKeySecret) throw new KeyError(KEYS_ERASED);
		return storeKeySecret;
	}

	#writeRoot(root: KeyStoreRoot): void {
		this.#storage.replace(
			ROOT_FILE,
			encodeRoot(root, this.#rootKeySecret, { random: this.#random, crypto: this.#crypto }),
		);
		this.#root = root;
	}

	#writeSlot(slot: KeySlot, generation: number, newKey: NewKey): void {
		const { key, ...attributes } = newKey;
		const kcv = newKey.kcv ?? keyCheckValue(this.#crypto, newKey.algorithm, key);
		const stored = { attributes: { ...attributes, kcv }, key };
		const file = encodeSlotFile(stored, { slot, generation }, this.#storeKey(), this.#random);
		this.#storage.replace(fileName(slot, generation), file);
	}

	#open(slot: KeySlot): StoredKey {
		const storeKey = this.#storeKey();
		const { generation, isLoaded } = this.#root.slots[slot];
		if (!isLoaded) throw new KeyError(`no ${slot} key is loaded: ${SLOT_ADVICE[slot] ?? "sign in at the bank first"}`);
		const name = fileName(slot, generation);
		const size = this.#storage.size(name) ?? 0;
		const file = size ? this.#storage.read(name, 0, size) : new Uint8Array(0);
		const stored = decodeSlotFile(file, { slot, generation }, storeKey);
		if (stored) return stored;
		this.#onEvent({ kind: "damaged", slot });
		throw new KeyError(`the ${slot} key is damaged or of another device: have the keys loaded again`);
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

/** For who wants to sell with a terminal that has no keys any more. */
export const KEYS_ERASED = "the keys were erased: have the terminal bound to its bank again";

const SLOT_ADVICE: Readonly<Partial<Record<KeySlot, string>>> = Object.freeze({
	kbpk: "have it loaded by the bank's key custodians",
	master: "have it loaded by the bank's key custodians",
	dukpt: "have the bank load it",
});

const ROOT_MISSING = "the root of the key store is missing: put it back, or have the terminal made anew";

/** The root is written before any slot: without it these are of a store that somebody took apart. */
function isSlotFile(name: string): boolean {
	return SLOT_NAMES.some(slot => name.startsWith(`key-${slot}.`)) && /\.[0-9]+$/.test(name);
}

function fileName(slot: KeySlot, generation: number): string {
	return `key-${slot}.${Math.max(0, generation)}`;
}
