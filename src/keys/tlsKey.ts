import { equal, wipe } from "../bytes/bytes.js";
import type { Crypto, Random } from "../ports.js";
import { type CertificateSubject, certificateRequest } from "./certificateRequest.js";
import { KeyError } from "./keyError.js";
import type { KeySlots } from "./keySlots.js";
import {
	decodeRsaPrivateKey,
	encodeRsaPrivateKey,
	encodeRsaPublicKey,
	makeRsaKey,
	type RsaPrivateKey,
} from "./rsaKeyPair.js";
import { decodeTlsCertificate } from "./tlsCertificate.js";

/** Lets others have their turn while a key is made. */
export type Pause = () => Promise<void>;

/**
 * The key that the terminal proves itself with at the bank's TLS server: made here at the first start, certified by the bank
 * from a request. RSA, because the SDK's TLS client signs with nothing else.
 */
export class TlsKey {
	readonly #slots: KeySlots;
	readonly #ports: { readonly crypto: Crypto; readonly random: Random };
	#making: Promise<void> | undefined;

	constructor(slots: KeySlots, ports: { readonly crypto: Crypto; readonly random: Random }) {
		this.#slots = slots;
		this.#ports = ports;
	}

	get isMade(): boolean {
		return this.#slots.has("tls");
	}

	/** Makes the key when there is none; takes minutes on a board. @throws {KeyError} when the keys were erased */
	async ensure(pause: Pause): Promise<void> {
		if (this.isMade) return;
		this.#making ??= this.renew(pause).finally(() => {
			this.#making = undefined;
		});
		await this.#making;
	}

	/** Makes a new key in the place of the one that is there, whose certificate is worth nothing from then on. */
	async renew(pause: Pause): Promise<void> {
		const key = encodeRsaPrivateKey(await makeRsaKey(this.#ports.random, pause));
		try {
			this.#slots.install({ tls: { usage: "S0", algorithm: "R", modeOfUse: "S", exportability: "N", key } });
		} finally {
			wipe(key); // WIPE
		}
	}

	/** A PKCS #10 request for a certificate over the key, in DER. @throws {KeyError} when there is no key */
	request(subject: CertificateSubject): Uint8Array {
		return this.#withKey(key => certificateRequest(this.#ports.crypto, key, subject));
	}

	/** Whether a certificate is one over this key. @param certificate X.509, DER @throws {KeyError} when it cannot be read */
	isCertifiedBy(certificate: Uint8Array): boolean {
		const { publicKey } = decodeTlsCertificate(certificate);
		return this.isMade && this.#withKey(key => equal(encodeRsaPublicKey(key), publicKey));
	}

	/**
	 * Gives the key as PKCS #8 to the platform's TLS client, which takes no operation in its place: the one key that leaves
	 * the store, until `logOn` has settled or the keys are erased.
	 * @param certificate X.509, DER @throws {KeyError} when there is no key, or the certificate is not over it
	 */
	async logOn<T>(certificate: Uint8Array, logOn: (pkcs8: Uint8Array) => Promise<T>): Promise<T> {
		if (this.isMade && !this.isCertifiedBy(certificate))
			throw new KeyError("the TLS certificate is for another key: have the terminal's request certified");
		const secret = this.#slots.use("tls", "S0", "S", key => key.slice());
		const forget = this.#slots.guard(secret);
		try {
			return await logOn(secret);
		} finally {
			forget(); // WIPE
		}
	}

	#withKey<T>(operation: (key: RsaPrivateKey) => T): T {
		return this.#slots.use("tls", "S0", "S", key => operation(decodeRsaPrivateKey(key)));
	}
}
