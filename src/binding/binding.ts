import type { Crypto } from "../ports.js";
import { BindingError } from "./bindingError.js";
import {
	type AcquirerCertificate,
	acquirerCertificates,
	type BindingCertificate,
	bindingCertificates,
	type FeeOffer,
	feeOffers,
	type RevocationList,
	revocationLists,
} from "./certificates.js";
import { type BoundTerminal, isFor, isRevoked, openRevocationList } from "./chain.js";
import type { BindingFile, KeptBinding, Terms } from "./keptBinding.js";

/** Why this terminal must not sell; each has a message of its own on the display. */
export type BindingProblem =
	/** It never was, or was unbound. */
	| "notBound"
	/** The binding on the medium was changed, or is of another device. */
	| "sealBroken"
	/** The certificate is for another terminal. */
	| "foreign"
	| "revoked"
	| "notYetValid"
	| "expired"
	| "licenceExpired";

interface Opened {
	readonly kept: KeptBinding;
	readonly acquirer: AcquirerCertificate;
	readonly certificate: BindingCertificate;
	readonly revocations: RevocationList | undefined;
	readonly offer: FeeOffer | undefined;
}

/**
 * The binding of this terminal: what it was bound to, whether that still counts, and on which terms. Signatures were checked
 * when it was taken; since then it lies under the device's seal.
 */
export class Binding {
	readonly #file: BindingFile;
	readonly #crypto: Crypto;
	#opened: Opened | "damaged" | undefined;

	constructor(file: BindingFile, crypto: Crypto) {
		this.#file = file;
		this.#crypto = crypto;
		const kept = file.read();
		this.#opened = kept === undefined || kept === "damaged" ? kept : opened(kept);
	}

	/** Undefined when there is none that can be read. */
	get certificate(): BindingCertificate | undefined {
		return this.#whole?.certificate;
	}

	get acquirer(): AcquirerCertificate | undefined {
		return this.#whole?.acquirer;
	}

	/** Terms that wait for the merchant. */
	get offer(): FeeOffer | undefined {
		return this.#whole?.offer;
	}

	/** As it lies on the medium. */
	get kept(): KeptBinding | undefined {
		return this.#whole?.kept;
	}

	/** @param now milliseconds since 1970 @returns why the terminal must not sell; undefined when it may */
	problem(terminal: BoundTerminal | undefined, now: number): BindingProblem | undefined {
		if (this.#opened === undefined) return "notBound";
		if (this.#opened === "damaged") return "sealBroken";
		const { kept, certificate, acquirer, revocations } = this.#opened;
		if (kept.ended) return "notBound";
		if (!terminal || !isFor(certificate, terminal)) return "foreign";
		if (revocations && (isRevoked(revocations, certificate) || isRevoked(revocations, acquirer))) return "revoked";
		const seconds = now / 1000;
		if (seconds < certificate.notBefore || seconds < acquirer.notBefore) return "notYetValid";
		if (seconds >= certificate.expires || seconds >= acquirer.expires) return "expired";
		const { notBefore, notAfter } = certificate.acquirer.licence;
		return seconds < notBefore || seconds >= notAfter ? "licenceExpired" : undefined;
	}

	/**
	 * Whose word this terminal takes: its acquirer, as long as the acquirer's own certificate counts, also when the binding
	 * no longer sells. A foreign terminal takes nobody's.
	 */
	trustedAcquirer(terminal: BoundTerminal, now: number): AcquirerCertificate | undefined {
		if (!this.#whole || !isFor(this.#whole.certificate, terminal)) return undefined;
		const { acquirer, revocations } = this.#whole;
		if (revocations && isRevoked(revocations, acquirer)) return undefined;
		return now >= acquirer.notBefore * 1000 && now < acquirer.expires * 1000 ? acquirer : undefined;
	}

	/** The schedule that counted at a moment; undefined before the first. @param at milliseconds since 1970 */
	termsAt(at: number): Terms["fees"] | undefined {
		const all = this.#whole?.kept.terms ?? [];
		const begun = all.filter(({ acceptedAt, fees }) => acceptedAt <= at && fees.from * 1000 <= at);
		return begun[begun.length - 1]?.fees;
	}

	/** Puts a binding into the place of the one before, for good. */
	take(kept: KeptBinding): void {
		const next = opened(kept);
		this.#file.write(kept);
		this.#opened = next;
	}

	/** Changes what the terminal keeps beside the certificate. */
	update(changes: Partial<Omit<KeptBinding, "certificate" | "acquirerCertificate" | "version">>): void {
		const { kept } = this.#bound();
		this.take({ ...kept, ...changes });
	}

	/** @throws {BindingError} when the list is not newer, or not the acquirer's */
	takeRevocations(message: Uint8Array): void {
		const { acquirer, revocations } = this.#bound();
		openRevocationList(this.#crypto, acquirer, message, revocations?.number ?? 0);
		this.update({ revocations: message });
	}

	/** New terms wait for the merchant from now on. @throws {BindingError} when they are not for this binding, or not newer */
	takeOffer(message: Uint8Array): void {
		const { acquirer, certificate, kept, offer: waiting } = this.#bound();
		const offer = feeOffers.open(this.#crypto, message, acquirer.signingKey);
		if (offer.issuer !== acquirer.subject || offer.subject !== certificate.subject)
			throw new BindingError("fee offer: subject must be the number of this binding");
		const last = waiting?.fees ?? kept.terms[kept.terms.length - 1]!.fees;
		if (offer.fees.version <= last.version)
			throw new BindingError("fee offer: fees.version must be higher than that of the last one");
		this.update({ offer: message });
	}

	/** The merchant has accepted what was offered. @param now milliseconds since 1970 */
	acceptOffer(now: number): void {
		const { offer, kept } = this.#bound();
		if (!offer) throw new BindingError("no terms wait to be accepted");
		const terms = [...kept.terms, { fees: offer.fees, acceptedAt: now }].slice(-MOST_TERMS);
		this.update({ terms, offer: undefined });
	}

	/** The terminal belongs to nobody any more. @param erasure the certificate of it, kept until the bank has it */
	remove(erasure: Uint8Array): void {
		this.#file.writeErasure(erasure); // first: from now on the proof is not lost
		this.#file.remove();
		this.#opened = undefined;
	}

	/** The certificate of erasure that the bank does not have yet. */
	get erasure(): Uint8Array | undefined {
		return this.#file.readErasure();
	}

	/** The bank has it. */
	forgetErasure(): void {
		this.#file.removeErasure();
	}

	get #whole(): Opened | undefined {
		return this.#opened === "damaged" ? undefined : this.#opened;
	}

	#bound(): Opened {
		if (!this.#whole) throw new BindingError("the terminal is bound to no merchant");
		return this.#whole;
	}
}

const MOST_TERMS = 32;

function opened(kept: KeptBinding): Opened {
	return {
		kept,
		acquirer: acquirerCertificates.read(kept.acquirerCertificate),
		certificate: bindingCertificates.read(kept.certificate),
		revocations: kept.revocations && revocationLists.read(kept.revocations),
		offer: kept.offer && feeOffers.read(kept.offer),
	};
}
