import { concat, wipe } from "../bytes/bytes.js";
import type { Crypto, Random } from "../ports.js";
import { encipherCardData } from "./cardDataCipher.js";
import { AES_DUKPT, type AesKeyUsage, deriveAesWorkingKey, ownType } from "./dukptAes.js";
import { type DukptKind, type FutureKeys, firstFutureKeys, takeTransactionKey, USED_UP } from "./dukptFutureKeys.js";
import { deriveTdesWorkingKey, TDES_DUKPT, type TdesWorkingKey } from "./dukptTdes.js";
import { encipheredPinBlock } from "./encipheredPinBlock.js";
import type { HostKeys, KeySchemeSpec, MessageKeys } from "./hostKeys.js";
import { hostMac, isLeftOf } from "./hostMac.js";
import type { Exportability } from "./keyAttributes.js";
import { checkKeyCheckValue } from "./keyCheckValue.js";
import { KeyError } from "./keyError.js";
import type { KeySlots } from "./keySlots.js";
import type { NewKey } from "./newKey.js";

export type DukptScheme = Exclude<KeySchemeSpec["keyScheme"], "masterSession">;

type Purpose = "pin" | "mac" | "answerMac" | "data";

interface Scheme extends DukptKind {
	readonly algorithm: "T" | "A";
	readonly ksnLength: number;
	workingKey(crypto: Crypto, transactionKey: Uint8Array, purpose: Purpose, ksn: Uint8Array): Uint8Array;
}

const TDES_PURPOSES: Readonly<Record<Purpose, TdesWorkingKey>> = Object.freeze({
	pin: "pin",
	mac: "macRequest",
	answerMac: "macResponse",
	data: "dataRequest",
});
const AES_PURPOSES: Readonly<Record<Purpose, AesKeyUsage>> = Object.freeze({
	pin: "pinEncryption",
	mac: "macGeneration",
	answerMac: "macVerification",
	data: "dataEncryption",
});

const SCHEMES: Readonly<Record<DukptScheme, Scheme>> = Object.freeze({
	dukptTdes: Object.freeze({
		...TDES_DUKPT,
		algorithm: "T",
		ksnLength: 10,
		workingKey: (crypto, key, purpose) => deriveTdesWorkingKey(crypto, key, TDES_PURPOSES[purpose]),
	} satisfies Scheme),
	dukptAes: Object.freeze({
		...AES_DUKPT,
		algorithm: "A",
		ksnLength: 12,
		workingKey: (crypto, key, purpose, ksn) =>
			deriveAesWorkingKey(crypto, key, AES_PURPOSES[purpose], ownType(key), ksn),
	} satisfies Scheme),
});

/** Transactions for which one write to the medium pays in advance; a power cut loses at most so many keys, unused. */
const RESERVED = 16;
/** More messages than are ever under way at a time; the keys of older ones are wiped. */
const MOST_UNDER_WAY = 8;

/** Puts an initial key into its slot, as `dukptSlotKey`. */
export function loadDukptKey(slots: KeySlots, crypto: Crypto, keyScheme: DukptScheme, initial: DukptInitialKey): void {
	const key = dukptSlotKey(crypto, keyScheme, initial);
	try {
		slots.install({ dukpt: key });
	} finally {
		wipe(key.key); // WIPE
	}
}

/**
 * What the slot holds of an initial key: its future keys. The initial key itself is not kept (X9.24-1:2009, A.2).
 * @param initialKey the caller wipes it, and what it gets
 * @param ksn as the sender states it: its counter does not matter; for AES the initial key ID of 8 bytes will do
 * @throws {KeyError} when a length or the check value is wrong
 */
export function dukptSlotKey(
	crypto: Crypto,
	keyScheme: DukptScheme,
	{ initialKey, ksn, kcv, exportability }: DukptInitialKey,
): NewKey {
	const scheme = SCHEMES[keyScheme];
	if (ksn.length !== scheme.ksnLength && !(scheme.algorithm === "A" && ksn.length === AES_INITIAL_KEY_ID_LENGTH))
		throw new KeyError(`the key serial number must be ${scheme.ksnLength} bytes`);
	const lengths = scheme.algorithm === "A" ? [16, 24, 32] : [16];
	if (!lengths.includes(initialKey.length)) throw new KeyError("the dukpt key has a wrong length");
	checkKeyCheckValue(crypto, scheme.algorithm, initialKey, kcv, "the dukpt key");
	const whole = scheme.ksn(concat(ksn, new Uint8Array(scheme.ksnLength - ksn.length)), 0);
	const first = firstFutureKeys(crypto, scheme, initialKey, whole);
	try {
		const key = encodeContent(scheme, whole, first);
		return { usage: "B1", algorithm: scheme.algorithm, modeOfUse: "X", exportability, key, kcv };
	} finally {
		wipe(first.registers); // WIPE
	}
}

export interface DukptInitialKey {
	readonly initialKey: Uint8Array;
	readonly ksn: Uint8Array;
	readonly kcv: Uint8Array;
	readonly exportability: Exportability;
}

const AES_INITIAL_KEY_ID_LENGTH = 8;

/** A key of its own for each message (ANSI X9.24). */
export class DukptKeys implements HostKeys {
	readonly #slots: KeySlots;
	readonly #ports: { readonly crypto: Crypto; readonly random: Random };
	readonly #spec: KeySchemeSpec;
	readonly #scheme: Scheme;
	#ready: Ready | undefined;
	readonly #underWay: (() => void)[] = [];

	/** @throws {KeyError} when the PIN block format or the MAC does not go with the scheme's cipher */
	constructor(slots: KeySlots, ports: { readonly crypto: Crypto; readonly random: Random }, spec: KeySchemeSpec) {
		if (spec.keyScheme === "masterSession") throw new KeyError("not a scheme of DUKPT");
		this.#slots = slots;
		this.#ports = ports;
		this.#spec = spec;
		this.#scheme = SCHEMES[spec.keyScheme];
		if ((spec.pinBlockFormat === 4) !== (spec.keyScheme === "dukptAes"))
			throw new KeyError(`PIN block format ${spec.pinBlockFormat} does not go with ${spec.keyScheme}`);
	}

	next(): MessageKeys {
		// Paid for, and not erased or loaded anew since.
		const isReady = this.#ready?.left && this.#ready.generation === this.#slots.generation("dukpt");
		if (!isReady) this.#reserve();
		const ready = this.#ready!;
		const { ksn, key, rest } = takeTransactionKey(this.#ports.crypto, this.#scheme, ready.keys, ready.ksn);
		this.#ready = { ...ready, keys: rest, left: ready.left - 1 };
		this.#underWay.push(this.#slots.guard(key));
		if (this.#underWay.length > MOST_UNDER_WAY) this.#underWay.shift()!();
		return this.#messageKeys(ksn, key);
	}

	/**
	 * The medium is brought so many transactions ahead before the first of them is used: whenever the power goes, it
	 * holds no key that was used, and none that leads to one.
	 */
	#reserve(): void {
		const { crypto } = this.#ports;
		const scheme = this.#scheme;
		this.#ready?.release();
		this.#ready = undefined;
		this.#ready = this.#slots.use("dukpt", "B1", "X", (content, attributes) => {
			if (attributes.algorithm !== scheme.algorithm) throw new KeyError("the dukpt key is of the other kind of DUKPT");
			const { ksn, keys } = decodeContent(scheme, content);
			let ahead: FutureKeys = { ...keys, registers: keys.registers.slice() };
			let left = 0;
			try {
				for (; left < RESERVED && ahead.counter !== undefined; left++) {
					const taken = takeTransactionKey(crypto, scheme, ahead, ksn);
					wipe(taken.key); // WIPE
					ahead = taken.rest;
				}
				if (left === 0) throw new KeyError(USED_UP);
				const next = encodeContent(scheme, ksn, ahead);
				try {
					this.#slots.install({ dukpt: { ...attributes, key: next } });
				} finally {
					wipe(next); // WIPE
				}
			} finally {
				wipe(ahead.registers); // WIPE
			}
			const generation = this.#slots.generation("dukpt");
			return { ksn, keys, left, generation, release: this.#slots.guard(keys.registers) };
		});
	}

	#messageKeys(ksn: Uint8Array, transactionKey: Uint8Array): MessageKeys {
		const { crypto } = this.#ports;
		const { algorithm, workingKey } = this.#scheme;
		const { mac, pinBlockFormat } = this.#spec;
		const working = <T>(purpose: Purpose, operation: (key: Uint8Array) => T): T => {
			// Wiped keys must not encipher anything: everybody knows them.
			if (transactionKey.every(byte => byte === 0)) throw new KeyError("the keys of this message are gone");
			const key = workingKey(crypto, transactionKey, purpose, ksn);
			try {
				return operation(key);
			} finally {
				wipe(key); // WIPE
			}
		};
		return {
			keySerialNumber: ksn,
			mac: data => working("mac", key => hostMac(crypto, mac.algorithm, algorithm, key, data)),
			macIsRight: (data, expected) =>
				working("answerMac", key => isLeftOf(hostMac(crypto, mac.algorithm, algorithm, key, data), expected)),
			pinBlock: (digits, pan) =>
				working("pin", key => encipheredPinBlock(this.#ports, pinBlockFormat, algorithm, key, digits, pan)),
			encipherData: plain => working("data", key => encipherCardData(crypto, algorithm, key, plain)),
		};
	}
}

/** What has been paid for on the medium and may be used. */
interface Ready {
	readonly ksn: Uint8Array;
	readonly keys: FutureKeys;
	readonly left: number;
	/** Of the slot, when it was paid. */
	readonly generation: number | undefined;
	release(): void;
}

/** KSN of the next transaction, or with counter 0 when there is none; then the future keys. */
function encodeContent(scheme: Scheme, ksn: Uint8Array, { counter, registers }: FutureKeys): Uint8Array {
	return concat(scheme.ksn(ksn, counter ?? 0), registers);
}

function decodeContent(scheme: Scheme, content: Uint8Array): { readonly ksn: Uint8Array; readonly keys: FutureKeys } {
	const ksn = content.slice(0, scheme.ksnLength);
	const counter = scheme.counter(ksn) || undefined;
	return { ksn, keys: { counter, registers: content.slice(scheme.ksnLength) } };
}
