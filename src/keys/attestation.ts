import { decodeCbor } from "../bytes/cbor.js";
import type { Crypto } from "../ports.js";
import { ZEROISATION_CAUSES, type Zeroisation } from "./keyStoreRoot.js";
import { openSignedRecord } from "./signedRecord.js";

/** What a terminal says of itself (docs/keys.md, "Attestation"): written by `TerminalIdentity.attest`. */
export interface Attestation {
	readonly serial: string;
	readonly firmwareVersion: string;
	/** Ed25519 and X25519, 32 bytes. */
	readonly signingKey: Uint8Array;
	readonly agreementKey: Uint8Array;
	readonly boots: number;
	readonly misuses: number;
	/** Slot to check value, hexadecimal. */
	readonly keys: Readonly<Record<string, string>>;
	/** The last time that all keys were erased. */
	readonly zeroised?: Zeroisation;
}

/**
 * For the bank: reads what a terminal attests.
 * @param signingKey of the terminal, Ed25519
 * @returns undefined when it is not signed with that key, or is no attestation
 */
export function openAttestation(crypto: Crypto, record: Uint8Array, signingKey: Uint8Array): Attestation | undefined {
	const payload = openSignedRecord(crypto, "attestation 1", record, signingKey);
	if (!payload) return undefined;
	let told: unknown;
	try {
		told = decodeCbor(payload);
	} catch {
		return undefined;
	}
	return isAttestation(told) ? told : undefined;
}

function isAttestation(told: unknown): told is Attestation {
	if (!isMap(told)) return false;
	const { serial, firmwareVersion, signingKey, agreementKey, boots, misuses, keys, zeroised } = told;
	return (
		typeof serial === "string" &&
		typeof firmwareVersion === "string" &&
		isKey(signingKey) &&
		isKey(agreementKey) &&
		isCount(boots) &&
		isCount(misuses) &&
		isMap(keys) &&
		Object.values(keys).every(kcv => typeof kcv === "string") &&
		(zeroised === undefined || isZeroisation(zeroised))
	);
}

function isZeroisation(value: unknown): value is Zeroisation {
	return isMap(value) && ZEROISATION_CAUSES.some(cause => cause === value.cause) && isCount(value.at);
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function isKey(value: unknown): value is Uint8Array {
	return value instanceof Uint8Array && value.length === 32;
}

function isCount(value: unknown): value is number {
	return Number.isSafeInteger(value) && (value as number) >= 0;
}
