import { asciiBytes, concat } from "../bytes/bytes.js";
import { decodeDeterministic, encodeDeterministic } from "../bytes/cbor.js";
import { ed25519Verify } from "../crypto/ed25519.js";
import type { Crypto } from "../ports.js";

/**
 * COSE_Sign1 (RFC 9052, 4.2) with EdDSA over Ed25519 (RFC 9053, 2.2), tagged: `18([h'{1: -8, 4: kid}', {}, payload,
 * signature])`. The external data (4.3) is the context: what the message is for and between whom, which is not sent. A
 * message of one context does not open in another.
 */
export interface CoseSigner {
	/** Says to the receiver which key it was. */
	readonly kid: Uint8Array;
	/** @returns the Ed25519 signature of `message`, 64 bytes */
	sign(message: Uint8Array): Uint8Array;
}

/** One sentence that says why a message was not taken. */
export class CoseError extends Error {
	override readonly name = "CoseError";
}

/** @param context ASCII */
export function coseSign1(payload: Uint8Array, signer: CoseSigner, context: string): Uint8Array {
	const header = encodeDeterministic(
		new Map<number, number | Uint8Array>([
			[HEADER_ALGORITHM, ALGORITHM_EDDSA],
			[HEADER_KID, signer.kid],
		]),
	);
	const signature = signer.sign(toBeSigned(header, payload, context));
	return concat(Uint8Array.of(TAG_18), encodeDeterministic([header, new Map(), payload, signature]));
}

/**
 * Nothing of the payload has been read when the signature is wrong.
 * @param publicKeyOf the Ed25519 key that goes by `kid`, 32 bytes; undefined when there is none that may sign this
 * @returns the payload
 * @throws {CoseError} when it is not signed by that key in this context, or is not in the one form allowed
 */
export function openCoseSign1(
	crypto: Crypto,
	message: Uint8Array,
	publicKeyOf: (kid: Uint8Array) => Uint8Array | undefined,
	context: string,
): Uint8Array {
	const { header, kid, payload, signature } = decodeSign1(message);
	const publicKey = publicKeyOf(kid);
	if (!publicKey) throw new CoseError("the message is signed by somebody who is not known here");
	if (!ed25519Verify(crypto, toBeSigned(header, payload, context), signature, publicKey))
		throw new CoseError("the signature of the message is wrong");
	return payload;
}

/** The name of a public key in messages: the first 8 bytes of its SHA-256. */
export function kidOf(crypto: Crypto, publicKey: Uint8Array): Uint8Array {
	return crypto.sha256(publicKey).slice(0, KID_LENGTH);
}

/**
 * What a message says of itself, without a look at its signature: to be believed only of one that `openCoseSign1` has taken.
 * @throws {CoseError}
 */
export function unverified(message: Uint8Array): { readonly kid: Uint8Array; readonly payload: Uint8Array } {
	const { kid, payload } = decodeSign1(message);
	return { kid, payload };
}

function decodeSign1(message: Uint8Array) {
	if (message[0] !== TAG_18) throw new CoseError("the message is no COSE_Sign1");
	const parts = decoded(message.subarray(1));
	if (!Array.isArray(parts) || parts.length !== 4) throw new CoseError(MALFORMED);
	const [header, unprotected, payload, signature] = parts as unknown[];
	const isWhole =
		header instanceof Uint8Array &&
		unprotected instanceof Map &&
		unprotected.size === 0 &&
		payload instanceof Uint8Array &&
		signature instanceof Uint8Array;
	if (!isWhole) throw new CoseError(MALFORMED);
	const claims = decoded(header);
	const kid = claims instanceof Map ? claims.get(HEADER_KID) : undefined;
	// RFC 9052, 3.1: nothing in the protected header may be passed over that is not understood.
	if (!(claims instanceof Map) || claims.size !== 2 || !(kid instanceof Uint8Array)) throw new CoseError(MALFORMED);
	if (claims.get(HEADER_ALGORITHM) !== ALGORITHM_EDDSA)
		throw new CoseError("the message is signed in another way than EdDSA");
	return { header, kid, payload, signature };
}

function decoded(bytes: Uint8Array): unknown {
	try {
		return decodeDeterministic(bytes);
	} catch (error) {
		throw new CoseError(`${MALFORMED}: ${(error as Error).message}`);
	}
}

/** Sig_structure (RFC 9052, 4.4). */
function toBeSigned(header: Uint8Array, payload: Uint8Array, context: string): Uint8Array {
	return encodeDeterministic(["Signature1", header, asciiBytes(context), payload]);
}

const KID_LENGTH = 8;
const TAG_18 = 0xd2;
const HEADER_ALGORITHM = 1;
const HEADER_KID = 4;
const ALGORITHM_EDDSA = -8;
const MALFORMED = "the message is no COSE_Sign1 of the form used here";
