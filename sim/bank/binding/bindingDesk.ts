import { BindingError } from "../../../src/binding/bindingError.js";
import {
	acquirerCertificates,
	type BindingCertificate,
	bindingCertificates,
	feeOffers,
	revocationLists,
} from "../../../src/binding/certificates.js";
import type { CoseSigner } from "../../../src/binding/cose.js";
import {
	answerFrames,
	challenges,
	type DeskAnswer,
	type DeskRefusal,
	type DeskRequest,
	decodeSealedCard,
	deskAnswers,
	deskRequests,
	greetings,
	requestFrames,
	type SealedCard,
} from "../../../src/binding/deskMessages.js";
import { feeSubject } from "../../../src/binding/feeSchedule.js";
import { asciiBytes, equal, wipe } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { maskPan } from "../../../src/bytes/pan.js";
import { openSealedBox } from "../../../src/crypto/sealedBox.js";
import { x25519PublicKey } from "../../../src/crypto/x25519.js";
import { makeRemoteKeys, type RemoteKey } from "../../../src/keys/remoteKeyLoading.js";
import { OPERATIONS } from "../../../src/operation.js";
import type { Clock, Crypto, Random } from "../../../src/ports.js";
import type { Books } from "../books.js";
import type { Issuer } from "../issuer.js";
import { DeskSession } from "./deskSession.js";
import { checkMerchantCard } from "./merchantCardCheck.js";
import type { AcquirerTerms, RegisteredMerchant } from "./merchantRegistry.js";
import type { BindingRegistry, RegisteredBinding } from "./registry.js";
import { statementOf } from "./statement.js";

export interface BindingDeskOptions {
	readonly crypto: Crypto;
	readonly random: Random;
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	readonly registry: BindingRegistry;
	readonly books: Books;
	readonly issuer: Issuer;
	readonly terms: AcquirerTerms;
	readonly signer: CoseSigner & { readonly secretKey: Uint8Array };
	/** X25519, 32 bytes. */
	readonly agreementSecret: Uint8Array;
	/** As the bank root has signed it. */
	readonly acquirerCertificate: Uint8Array;
	/** ISO 4217 numeric. */
	readonly currency: number;
	/** Of one terminal; the desk wipes them. */
	keysOf(terminalId: string): RemoteKey[];
}

const CODE_VALID_MS = 24 * 3600_000;
const MOST_WRONG_CODES = 5;
const LOCK_MS = 15 * 60_000;
/** From challenge to request: a person looks for a card and types a PIN. */
const CHALLENGE_VALID_MS = 5 * 60_000;
const CERTIFICATE_SECONDS = 2 * 365 * 24 * 3600;
const YESTERDAY_SECONDS = 24 * 3600;

/** What a request comes to. */
type Reply = Omit<DeskAnswer, "request">;
const refuse = (refusal: DeskRefusal): Reply => ({ refusal });

/** The acquirer's desk where terminals are bound: code, card, PIN and account holder checked, certificate and keys given. */
export class BindingDesk {
	readonly #o: BindingDeskOptions;
	readonly #issuerName: string;
	readonly #agreement: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

	constructor(options: BindingDeskOptions) {
		this.#o = options;
		this.#issuerName = acquirerCertificates.read(options.acquirerCertificate).subject;
		const secretKey = options.agreementSecret;
		this.#agreement = { publicKey: x25519PublicKey(secretKey), secretKey };
	}

	/** A code of 10 digits for one binding of this terminal, to be given to the merchant; valid for a day. */
	issueCode(terminalId: string): string {
		if (!this.#merchantOf(terminalId)) throw new Error(`the bank has no terminal ${terminalId}`);
		let code = "";
		while (code.length < CODE_DIGITS) for (const byte of this.#o.random.bytes(16)) if (byte < 250) code += byte % 10;
		code = code.slice(0, CODE_DIGITS);
		this.#o.registry.saveCode(this.#hash(code), terminalId, this.#o.clock.now() + CODE_VALID_MS);
		return code;
	}

	/** The binding by which a terminal may send money messages; undefined when there is none. */
	bindingNumber(terminalId: string): string | undefined {
		return this.#o.registry.active(terminalId)?.bindingNumber;
	}

	/** From now on no terminal sells with that certificate, once it has the list. */
	revoke(bindingNumber: string): void {
		const binding = this.#o.registry.byNumber(bindingNumber);
		if (!binding) throw new Error(`there is no binding ${bindingNumber}`);
		this.#o.registry.together(() => {
			this.#o.registry.revoke(binding.serialNumber);
			this.#o.registry.end(bindingNumber);
		});
	}

	/** One terminal's conversation. */
	open(): DeskSession {
		return new DeskSession(
			serial => this.#greet(serial),
			(bytes, serial, nonce, at) => this.#answer(bytes, serial, nonce, at),
		);
	}

	#greet(serial: string): { readonly frame: Uint8Array; readonly nonce: Uint8Array; readonly at: number } {
		const { clock, random, signer, acquirerCertificate } = this.#o;
		const nonce = random.bytes(16);
		const at = clock.now();
		const challenge = challenges.sign({ serial, nonce, at: Math.floor(at / 1000) }, signer);
		return { frame: greetings.encode(acquirerCertificate, challenge), nonce, at };
	}

	/** @throws {BindingError} on what is no request: there is nobody to answer */
	#answer(frame: Uint8Array, serial: string, nonce: Uint8Array, at: number): Uint8Array {
		const { crypto, signer, registry, clock } = this.#o;
		const message = requestFrames.decode(frame);
		const request = deskRequests.open(crypto, message, deskRequests.read(message).signingKey);
		const isThis = request.serial === serial && equal(request.nonce, nonce);
		const isStale = !isThis || clock.now() - at > CHALLENGE_VALID_MS;
		const reply = isStale
			? refuse("stale")
			: registry.together(() => this.#o.books.together(() => this.#decide(request)));
		return answerFrames.encode(deskAnswers.sign({ ...reply, request: crypto.sha256(message) }, signer));
	}

	#decide(request: DeskRequest): Reply {
		switch (request.purpose) {
			case "bind":
				return this.#bind(request);
			case "confirm":
				return this.#confirm(request);
			case "status":
				return this.#status(request);
			case "statement":
				return this.#statement(request);
			case "unbind":
				return this.#unbind(request);
			case "acceptFees":
				return this.#proven(request, binding => this.#acceptFees(request, binding));
			case "refund":
			case "release":
			case "exportBackup":
				return this.#proven(request, () => ({}));
		}
	}

	#bind(request: DeskRequest): Reply {
		const { registry, clock } = this.#o;
		const now = clock.now();
		const terminal = this.#terminal(request.serial);
		if (!terminal || !request.card) return refuse(terminal ? "malformed" : "terminalUnknown");
		const { merchant, terminalId } = terminal;
		const { wrong, lockedUntil } = registry.wrongCodes(request.serial);
		if (lockedUntil > now) return refuse("codeLocked");
		const card = this.#openCard(request);
		if (!card?.activationCode) return refuse("malformed");
		// The code comes first: without it nobody learns anything about a card.
		const codeHash = this.#hash(card.activationCode);
		const code = registry.code(codeHash);
		if (code?.terminalId !== terminalId) {
			const isLast = wrong + 1 >= MOST_WRONG_CODES;
			registry.saveWrongCodes(request.serial, isLast ? 0 : wrong + 1, isLast ? now + LOCK_MS : 0);
			return refuse(isLast ? "codeLocked" : "codeWrong");
		}
		if (code.usedAt !== undefined) return refuse("codeUsed");
		if (code.expiresAt <= now) return refuse("codeExpired");
		if (merchant.closed) return refuse("merchantClosed");
		const { licence } = this.#o.terms.acquirer;
		if (now / 1000 < licence.notBefore || now / 1000 >= licence.notAfter) return refuse("licenceInvalid");
		const refusal = checkMerchantCard(this.#o, this.#agreement, request, card, merchant);
		if (refusal) return refuse(refusal);
		registry.saveWrongCodes(request.serial, 0, 0);
		return this.#issue(request, { merchant, terminalId, codeHash, pan: card.pan });
	}

	/** Certificate and keys; they count from the terminal's confirmation on. */
	#issue(
		request: DeskRequest,
		{
			merchant,
			terminalId,
			codeHash,
			pan,
		}: {
			readonly merchant: RegisteredMerchant;
			readonly terminalId: string;
			readonly codeHash: string;
			readonly pan: string;
		},
	): Reply {
		const { crypto, random, registry, signer, terms, clock } = this.#o;
		const now = Math.floor(clock.now() / 1000);
		const { owner: _owner, closed: _closed, terminals: _terminals, limits, ...named } = merchant;
		const fees = terms.fees[terms.fees.length - 1]!;
		const claims: BindingCertificate = {
			issuer: this.#issuerName,
			subject: registry.nextNumber(),
			notBefore: now - YESTERDAY_SECONDS, // a terminal's clock may be a little behind
			expires: now + CERTIFICATE_SECONDS,
			issuedAt: now,
			serialNumber: random.bytes(16),
			terminal: { serial: request.serial, signingKey: request.signingKey, agreementKey: request.agreementKey },
			merchant: { ...named, terminalId },
			settlementCard: { issuer: terms.cardIssuer, masked: maskPan(pan), token: this.#token(pan) },
			acquirer: terms.acquirer,
			fees,
			limits: limits ?? { perTransactionMinor: 999_999_999, refundMinor: 999_999_999 },
			functions: OPERATIONS,
		};
		const certificate = bindingCertificates.sign(claims, signer);
		const keySequence = request.keySequence + 1;
		const keys = this.#o.keysOf(terminalId);
		try {
			const terminal = { serial: request.serial, agreementKey: request.agreementKey };
			const keyMessage = makeRemoteKeys({ crypto, random }, signer.secretKey, terminal, keySequence, keys);
			registry.issue({
				bindingNumber: claims.subject,
				serial: request.serial,
				terminalId,
				merchantId: merchant.merchantId,
				certificateHash: formatHex(crypto.sha256(certificate)),
				serialNumber: formatHex(claims.serialNumber),
				pan,
				codeHash,
				feeVersion: fees.version,
			});
			return { certificate, keyMessage, keySequence, ...this.#revocations() };
		} finally {
			wipe(...keys.map(({ key }) => key)); // WIPE
		}
	}

	/** The terminal has stored its binding: now the code is used, the earlier binding ended, the keys are the new ones. */
	#confirm(request: DeskRequest): Reply {
		const { registry, books, clock } = this.#o;
		const binding = request.subject && registry.byCertificate(request.serial, request.subject);
		if (!binding || binding.state === "ended") return refuse("notBound");
		if (binding.state === "active") return {}; // the acknowledgement was lost
		registry.activate(binding.bindingNumber);
		registry.useCode(binding.codeHash, clock.now());
		books.saveTerminal({ ...books.terminal(binding.terminalId), workKeys: undefined, signedOff: false });
		return {};
	}

	/** What the terminal should know: revocations, and terms that wait for its merchant. */
	#status(request: DeskRequest): Reply {
		const terminal = this.#terminal(request.serial);
		const binding = terminal && this.#o.registry.active(terminal.terminalId);
		if (!binding) return { refusal: "notBound", ...this.#revocations() };
		const fees = this.#o.terms.fees.at(-1)!;
		if (fees.version <= binding.feeVersion) return this.#revocations();
		const issuedAt = Math.floor(this.#o.clock.now() / 1000);
		const claims = { issuer: this.#issuerName, subject: binding.bindingNumber, issuedAt, fees };
		return { ...this.#revocations(), offer: feeOffers.sign(claims, this.#o.signer) };
	}

	#statement({ serial, batch }: DeskRequest): Reply {
		const { registry, terms, books, clock } = this.#o;
		const terminal = this.#terminal(serial);
		const binding = terminal && registry.active(terminal.terminalId);
		if (!binding || batch === undefined) return refuse(binding ? "malformed" : "notBound");
		const fees = terms.fees.find(({ version }) => version === binding.feeVersion) ?? terms.fees.at(-1)!;
		return { statement: statementOf(books, clock, fees, binding.terminalId, batch) };
	}

	#unbind(request: DeskRequest): Reply {
		const binding = request.subject && this.#o.registry.byCertificate(request.serial, request.subject);
		if (!binding) return refuse("notBound");
		if (binding.state !== "ended") this.#o.registry.end(binding.bindingNumber);
		return {};
	}

	#acceptFees(request: DeskRequest, binding: RegisteredBinding): Reply {
		const fees = this.#o.terms.fees.at(-1)!;
		const subject = feeSubject(this.#o.crypto, fees);
		if (!request.subject || !equal(request.subject, subject)) return refuse("stale"); // terms have changed since
		this.#o.registry.acceptFees(binding.bindingNumber, fees.version);
		return {};
	}

	/** The merchant's own card and its PIN, for a terminal that is bound. */
	#proven(request: DeskRequest, then: (binding: RegisteredBinding) => Reply): Reply {
		const terminal = this.#terminal(request.serial);
		const binding = terminal && this.#o.registry.active(terminal.terminalId);
		if (!binding || binding.serial !== request.serial) return refuse("notBound");
		const card = request.card && this.#openCard(request);
		if (!card) return refuse("malformed");
		const refusal = checkMerchantCard(this.#o, this.#agreement, request, card, terminal.merchant);
		if (refusal) return refuse(refusal);
		return card.pan === binding.pan ? then(binding) : refuse("notOwner");
	}

	#openCard({ card }: DeskRequest): SealedCard | undefined {
		const plain = card && openSealedBox(card.sealed, this.#agreement);
		if (!plain) return undefined;
		try {
			return decodeSealedCard(plain);
		} catch (error) {
			if (error instanceof BindingError) return undefined;
			throw error;
		} finally {
			wipe(plain); // WIPE
		}
	}

	#revocations(): Pick<Reply, "revocations"> {
		const revoked = this.#o.registry.revocations();
		if (!revoked.length) return {};
		const issuedAt = Math.floor(this.#o.clock.now() / 1000);
		// Certificates are never taken off the list, so that its length is a number that rises.
		const claims = { issuer: this.#issuerName, issuedAt, number: revoked.length, revoked: revoked.map(parseHex) };
		return { revocations: revocationLists.sign(claims, this.#o.signer) };
	}

	#terminal(serial: string): { readonly merchant: RegisteredMerchant; readonly terminalId: string } | undefined {
		for (const merchant of this.#o.terms.merchants)
			for (const terminal of merchant.terminals)
				if (terminal.serial === serial) return { merchant, terminalId: terminal.terminalId };
		return undefined;
	}

	#merchantOf(terminalId: string): RegisteredMerchant | undefined {
		return this.#o.terms.merchants.find(({ terminals }) => terminals.some(each => each.terminalId === terminalId));
	}

	#hash(code: string): string {
		return formatHex(this.#o.crypto.sha256(asciiBytes(`activation code ${code}`)));
	}

	/** Tells nothing of the number to whoever has not the bank's key. */
	#token(pan: string): Uint8Array {
		const { crypto, agreementSecret } = this.#o;
		return crypto.sha256(new Uint8Array([...agreementSecret, ...asciiBytes(pan)])).slice(0, 8);
	}
}

const CODE_DIGITS = 10;
