import type { OnlinePinBlockFormat } from "./encipheredPinBlock.js";
import type { MacAlgorithm } from "./hostMac.js";

/**
 * The keys of one message to the host and of its answer: operations, never keys. In a card transaction the same are used
 * for the PIN block and for the request; each repeat, reversal and advice takes its own.
 */
export interface MessageKeys {
	/** What tells the host which keys these are; undefined under session keys, which it knows anyway. */
	readonly keySerialNumber: Uint8Array | undefined;
	/** Of a message to the host, 8 bytes. */
	mac(data: Uint8Array): Uint8Array;
	/** Of the host's answer, compared in constant time. */
	macIsRight(data: Uint8Array, mac: Uint8Array): boolean;
	/** The PIN block for the issuer: 8 bytes, or 16 in format 4. Only `PinEntry` calls it. @param digits one a byte */
	pinBlock(digits: Uint8Array, pan: string): Uint8Array;
	/** Card data for the acquirer alone (docs/keys.md). */
	encipherData(plain: Uint8Array): Uint8Array;
}

/** Where the keys of messages come from. */
export interface HostKeys {
	/**
	 * The keys of one message. Under DUKPT no two calls give the same, even when the power goes in between.
	 * @throws {KeyError} when the keys are not loaded or used up
	 */
	next(): MessageKeys;
}

/** What an acquirer asks of the keys; part of its profile. */
export interface KeySchemeSpec {
	readonly keyScheme: "masterSession" | "dukptTdes" | "dukptAes";
	readonly mac: { readonly algorithm: MacAlgorithm };
	readonly pinBlockFormat: OnlinePinBlockFormat;
}
