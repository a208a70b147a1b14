import { BindingError } from "../binding/bindingError.js";
import { boolean, bytes, type Decoded, integer, record, text, time } from "../binding/codec.js";
import { CoseError, type CoseSigner, coseSign1, kidOf, openCoseSign1 } from "../binding/cose.js";
import { equal } from "../bytes/bytes.js";
import { decodeDeterministic, encodeDeterministic } from "../bytes/cbor.js";
import type { Crypto } from "../ports.js";
import { UpdateError } from "./updateError.js";

const DIGEST_LENGTH = 32;
/** A manifest of so many chunks still fits into one message to a board. */
const MOST_CHUNKS = 440;
const LEAST_CHUNK = 512;
/** A message with one chunk fits into a board's memory twice, signed and not. */
const MOST_CHUNK = 12_288;

const name = text(/^[0-9A-Za-z-]{1,20}$/, "1 to 20 letters, digits and hyphens");
const VERSION = /^(?:0|[1-9][0-9]{0,4})(?:\.(?:0|[1-9][0-9]{0,4})){2}$/;
const version = text(VERSION, "three numbers with dots between");
const digest = bytes(DIGEST_LENGTH);

/** Three numbers of up to 5 digits with dots between, as versions of the firmware are. */
export function isVersion(text: string): boolean {
	return VERSION.test(text);
}

/** What an image of the firmware is, for whom, and by when it must run (docs/update.cddl). */
const manifest = record({
	product: [1, name],
	/** The kind of board that it runs on. */
	target: [2, name],
	version: [3, version],
	/** Of security fixes: an image with a lower one than the terminal has had is never installed. */
	rollbackCounter: [4, integer(1, 0xffff_ffff)],
	/** Older firmware does not know how to go on to this one. */
	minimumVersion: [5, version],
	/** In bytes. */
	size: [6, integer(1, MOST_CHUNKS * MOST_CHUNK)],
	/** Of every chunk but the last. */
	chunkSize: [7, integer(LEAST_CHUNK, MOST_CHUNK)],
	/** SHA-256 of each chunk, one after another. */
	chunks: [8, bytes(DIGEST_LENGTH, DIGEST_LENGTH * MOST_CHUNKS)],
	/** SHA-256 of the whole image. */
	digest: [9, digest],
	issuedAt: [10, time],
	/** Not to be installed from this time on. */
	validUntil: [11, time],
	/** By when it must run; absent: whenever the merchant likes. */
	requiredBy: [12, time, "optional"],
	/** From that time on nothing is approved offline without it. */
	requiredForOffline: [13, boolean],
	/** One line for people. */
	notes: [14, text(/^[\x20-\x7e]{1,120}$/, "1 to 120 ASCII characters")],
});
export type UpdateManifest = Decoded<typeof manifest>;
/** The labels of all claims, by name. */
export const MANIFEST_CLAIMS = manifest.claims;

/** The external data of the signature. */
const CONTEXT = "kassa update manifest 1";
const WHERE = "update manifest";

/** @returns the signed manifest @throws {TypeError} on one that contradicts itself */
export function signManifest(claims: UpdateManifest, signer: CoseSigner): Uint8Array {
	const problem = contradiction(claims);
	if (problem) throw new TypeError(problem);
	return coseSign1(encodeDeterministic(manifest.encode(claims)), signer, CONTEXT);
}

/**
 * @param keys Ed25519, 32 bytes each: who may sign updates, pinned at manufacture
 * @throws {UpdateError} when none of them has signed it, or it is not in its form
 */
export function openManifest(crypto: Crypto, message: Uint8Array, keys: readonly Uint8Array[]): UpdateManifest {
	try {
		const payload = openCoseSign1(crypto, message, kid => keys.find(key => equal(kidOf(crypto, key), kid)), CONTEXT);
		const claims = manifest.decode(decodeDeterministic(payload), WHERE);
		const problem = contradiction(claims);
		if (problem) throw new UpdateError(problem);
		return claims;
	} catch (error) {
		if (error instanceof CoseError) throw new UpdateError(`${WHERE}: ${error.message}`);
		if (error instanceof BindingError) throw new UpdateError(error.message);
		throw error;
	}
}

/** Where a chunk lies in the image. */
export function chunkAt({ size, chunkSize }: UpdateManifest, index: number): { offset: number; length: number } {
	const offset = index * chunkSize;
	return { offset, length: Math.min(chunkSize, size - offset) };
}

export function chunkCount({ size, chunkSize }: Pick<UpdateManifest, "size" | "chunkSize">): number {
	return Math.ceil(size / chunkSize);
}

export function chunkDigest({ chunks }: UpdateManifest, index: number): Uint8Array {
	return chunks.subarray(index * DIGEST_LENGTH, (index + 1) * DIGEST_LENGTH);
}

/** @returns below 0 when `a` is older than `b`, 0 when they are the same */
export function compareVersions(a: string, b: string): number {
	const [one, other] = [a, b].map(each => each.split(".").map(Number));
	for (let i = 0; i < 3; i++) if (one![i] !== other![i]) return one![i]! - other![i]!;
	return 0;
}

function contradiction(claims: UpdateManifest): string | undefined {
	const { chunks, issuedAt, validUntil, requiredBy, requiredForOffline, chunkSize } = claims;
	if (chunks.length !== chunkCount(claims) * DIGEST_LENGTH)
		return `${WHERE}: its chunks of ${chunkSize} bytes do not make its size`;
	if (validUntil <= issuedAt) return `${WHERE}: it ends before it begins`;
	if (requiredForOffline && requiredBy === undefined) return `${WHERE}: nobody can say by when it is required`;
	return undefined;
}
