import { concat, readUint } from "../bytes/bytes.js";

/** A TLS server that did not prove who it is: the message is for the log. */
export class HandshakeError extends Error {
	override readonly name = "HandshakeError";
}

// RFC 5246, 6.2.1, 7.4 and 7.4.1.4.1; RFC 4492, 5.4
const RECORD_CHANGE_CIPHER_SPEC = 20;
const RECORD_HANDSHAKE = 22;
const RECORD_HEADER_LENGTH = 5;
const MESSAGE_HEADER_LENGTH = 4;
const SERVER_HELLO = 2;
const SERVER_KEY_EXCHANGE = 12;
const RANDOM_END = 34;
/** First byte of all suites with ECDHE that the SDK's client offers. */
const ECDHE_SUITES = 0xc0;
const NAMED_CURVE = 3;
/** SHA-256, SHA-384, SHA-512. */
const HASHES: readonly number[] = Object.freeze([4, 5, 6]);
/** RSA, ECDSA. */
const SIGNATURES: readonly number[] = Object.freeze([1, 3]);
/** More than any handshake with a bank. */
const LONGEST = 0x10000;

/**
 * Watches what a TLS 1.2 server sends in the clear, and refuses a key exchange that is not signed with SHA-2 and RSA or
 * ECDSA: the SDK's client skips the check of the signature when the server names an algorithm that it does not know, such as
 * none, and would then talk to anybody who shows the bank's certificate (docs/threat-model.md).
 */
export class HandshakeGuard {
	/** Bytes of records that are not whole yet, and of messages. */
	#records: Uint8Array = new Uint8Array(0);
	#messages: Uint8Array = new Uint8Array(0);
	#isEcdhe = false;
	#isOver = false;

	/** @param bytes what came from the server, in any pieces @throws {HandshakeError} before the client can act on them */
	push(bytes: Uint8Array): void {
		if (this.#isOver) return;
		this.#records = concat(this.#records, bytes);
		if (this.#records.length + this.#messages.length > LONGEST) throw new HandshakeError("the handshake is too long");
		while (this.#records.length >= RECORD_HEADER_LENGTH) {
			const length = RECORD_HEADER_LENGTH + readUint(this.#records, 3, 2);
			if (this.#records.length < length) return;
			const record = this.#records.subarray(0, length);
			this.#records = this.#records.slice(length);
			if (record[0] === RECORD_CHANGE_CIPHER_SPEC) {
				// From here on everything is enciphered and authenticated.
				this.#isOver = true;
				return;
			}
			if (record[0] === RECORD_HANDSHAKE) this.#read(record.subarray(RECORD_HEADER_LENGTH));
		}
	}

	#read(fragment: Uint8Array): void {
		this.#messages = concat(this.#messages, fragment);
		while (this.#messages.length >= MESSAGE_HEADER_LENGTH) {
			const length = MESSAGE_HEADER_LENGTH + readUint(this.#messages, 1, 3);
			if (this.#messages.length < length) return;
			const body = this.#messages.subarray(MESSAGE_HEADER_LENGTH, length);
			const type = this.#messages[0];
			this.#messages = this.#messages.slice(length);
			if (type === SERVER_HELLO) this.#isEcdhe = body[RANDOM_END + 1 + body[RANDOM_END]!] === ECDHE_SUITES;
			if (type === SERVER_KEY_EXCHANGE) this.#checkKeyExchange(body);
		}
	}

	#checkKeyExchange(body: Uint8Array): void {
		if (!this.#isEcdhe || body[0] !== NAMED_CURVE)
			throw new HandshakeError("the bank's key exchange is none with ECDHE");
		const at = POINT_AT + body[POINT_AT - 1]!;
		const hasSignature = at + 4 <= body.length && readUint(body, at + 2, 2) > 0;
		if (!hasSignature || !HASHES.includes(body[at]!) || !SIGNATURES.includes(body[at + 1]!))
			throw new HandshakeError("the bank's key exchange is not signed");
	}
}

/** Behind the kind of curve, its name and the length of the point. */
const POINT_AT = 4;
