import { concat, readUint, wipe, xor } from "../../src/bytes/bytes.js";
import type { Crypto } from "../../src/ports.js";
import { oddParity } from "./cryptogram.js";

/**
 * Session keys that payment systems used before, or besides, the common derivation of EMV 4.4 Book 2, A1.3
 * (`sessionKey`). All keys have 16 bytes.
 */

/**
 * Visa's key for secure messaging (VIS, Appendix D): the ATC XORed into one half of the master key, its complement into
 * the other.
 * @param atc 9F36, 2 bytes
 */
export function visaSecureMessagingKey(masterKey: Uint8Array, atc: Uint8Array): Uint8Array {
	checkLengths(masterKey, atc);
	const complement = atc.map(byte => byte ^ 0xff);
	return oddParity(xor(masterKey, concat(new Uint8Array(6), atc, new Uint8Array(6), complement)));
}

/** The tree of the EMV2000 derivation; branchFactor to the power of height must exceed every ATC. */
export interface KeyTree {
	readonly height: number;
	readonly branchFactor: number;
	/** 16 bytes. */
	readonly initialVector: Uint8Array;
}

/**
 * The EMV2000 session key (EMV 4.1 Book 2, A1.3): the ATC chooses the way through a tree of keys, each made from its
 * parent and its grandparent, so that no card key serves twice.
 * @param atc 9F36, 2 bytes
 */
export function emv2000TreeKey(crypto: Crypto, masterKey: Uint8Array, atc: Uint8Array, tree: KeyTree): Uint8Array {
	checkLengths(masterKey, atc);
	const { height, branchFactor, initialVector } = tree;
	if (initialVector.length !== 16) throw new RangeError("the initial vector of the key tree has 16 bytes");
	if (branchFactor ** height < 0xffff) throw new RangeError("the key tree has fewer leaves than there are counters");
	const counter = readUint(atc);
	let grandparent: Uint8Array = initialVector.slice();
	let parent: Uint8Array = masterKey.slice();
	for (let level = 1; level < height; level++) {
		const child = childKey(crypto, parent, grandparent, branchAt(counter, height - level, branchFactor));
		wipe(grandparent);
		grandparent = parent;
		parent = child;
	}
	const leaf = childKey(crypto, parent, grandparent, branchAt(counter, 0, branchFactor));
	try {
		return oddParity(xor(leaf, grandparent));
	} finally {
		wipe(leaf, parent, grandparent);
	}
}

/** A1.3.1, the function F: both halves of the grandparent with the branch in them, enciphered under the parent. */
function childKey(crypto: Crypto, parent: Uint8Array, grandparent: Uint8Array, branch: number): Uint8Array {
	const halves = grandparent.slice();
	halves[7]! ^= branch;
	halves[15]! ^= branch ^ 0xf0;
	try {
		return crypto.desEcb(parent, halves, "encipher");
	} finally {
		wipe(halves);
	}
}

/** The digit of the counter, written in base `branchFactor`, at `place` from the right. */
function branchAt(counter: number, place: number, branchFactor: number): number {
	return Math.floor(counter / branchFactor ** place) % branchFactor;
}

function checkLengths(masterKey: Uint8Array, atc: Uint8Array): void {
	if (masterKey.length !== 16) throw new RangeError("a master key has 16 bytes");
	if (atc.length !== 2) throw new RangeError("the application transaction counter has 2 bytes");
}
