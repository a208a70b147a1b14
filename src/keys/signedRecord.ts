import { asciiBytes, concat } from "../bytes/bytes.js";
import { ed25519Sign, ed25519Verify } from "../crypto/ed25519.js";
import type { Crypto } from "../ports.js";

/**
 * Bytes under an Ed25519 signature: `signature (64) | payload`. The signature covers the kind of the record too, so that
 * none passes for another: `"kassa " kind 00 payload`. Nothing of a payload is read before its signature is right.
 */
export type RecordKind = "access 1" | "attestation 1" | "incidents 1" | "key loading 1";

const SIGNATURE_LENGTH = 64;

/** @param secretKey 64 bytes; the caller wipes it */
export function signRecord(crypto: Crypto, kind: RecordKind, payload: Uint8Array, secretKey: Uint8Array): Uint8Array {
	return concat(ed25519Sign(crypto, signedBytes(kind, payload), secretKey), payload);
}

/** @returns the payload; undefined when the record is of another signer or kind, or was changed */
export function openSignedRecord(
	crypto: Crypto,
	kind: RecordKind,
	record: Uint8Array,
	publicKey: Uint8Array,
): Uint8Array | undefined {
	const payload = record.subarray(SIGNATURE_LENGTH);
	const signature = record.subarray(0, SIGNATURE_LENGTH);
	return ed25519Verify(crypto, signedBytes(kind, payload), signature, publicKey) ? payload : undefined;
}

function signedBytes(kind: RecordKind, payload: Uint8Array): Uint8Array {
	return concat(asciiBytes(`kassa ${kind}`), Uint8Array.of(0), payload);
}
