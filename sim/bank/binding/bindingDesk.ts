import { BindingError } from "../../../src/binding/bindingError.js";
import { feeOffers } from "../../../src/binding/certificates.js";
import {
	answerFrames,
	challenges,
	type DeskRequest,
	deskAnswers,
	deskRequests,
	greetings,
	requestFrames,
} from "../../../src/binding/deskMessages.js";
import { type Erasure, erasureCertificates } from "../../../src/binding/erasure.js";
import { feeSubject } from "../../../src/binding/feeSchedule.js";
import { equal } from "../../../src/bytes/bytes.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { bindRequest } from "./bindRequest.js";
import { type BindingDeskOptions, DeskParts, type Reply, refuse } from "./deskParts.js";
import { DeskSession } from "./deskSession.js";
import { checkMerchantCard } from "./merchantCardCheck.js";
import type { RegisteredBinding } from "./registry.js";
import { statementOf } from "./statement.js";

const CODE_DIGITS = 10;
const CODE_VALID_MS = 24 * 3600_000;
/** From challenge to request: a person looks for a card and types a PIN. */
const CHALLENGE_VALID_MS = 5 * 60_000;

/** For people; times are UTC, empty when it has not happened. */
export interface TamperReport {
	readonly serial: string;
	readonly terminalId: string;
	readonly cause: string;
	readonly at: string;
	readonly reportedAt: string;
	readonly releasedAt: string;
}

export interface ErasureReport {
	readonly bindingNumber: string;
	readonly serial: string;
	readonly terminalId: string;
	readonly erasedAt: string;
	/** Key slots, by their names. */
	readonly slots: string;
	readonly receivedAt: string;
	/** As it came, hexadecimal. */
	readonly certificate: string;
}

/** The acquirer's desk where terminals are bound: code, card, PIN and account holder checked, certificate and keys given. */
export class BindingDesk {
	readonly #parts: DeskParts;

	constructor(options: BindingDeskOptions) {
		this.#parts = new DeskParts(options);
	}

	/** A code of 10 digits for one binding of this terminal, to be given to the merchant; valid for a day. */
	issueCode(terminalId: string): string {
		this.#serialOf(terminalId);
		let code = "";
		while (code.length < CODE_DIGITS)
			for (const byte of this.#parts.o.random.bytes(16)) if (byte < 250) code += byte % 10;
		code = code.slice(0, CODE_DIGITS);
		this.#parts.o.registry.saveCode(this.#parts.hash(code), terminalId, this.#parts.o.clock.now() + CODE_VALID_MS);
		return code;
	}

	/** The binding by which a terminal may send money messages; undefined when there is none. */
	bindingNumber(terminalId: string): string | undefined {
		return this.#parts.o.registry.active(terminalId)?.bindingNumber;
	}

	/** From now on no terminal sells with that certificate, once it has the list. */
	revoke(bindingNumber: string): void {
		const binding = this.#parts.o.registry.byNumber(bindingNumber);
		if (!binding) throw new Error(`there is no binding ${bindingNumber}`);
		this.#parts.o.registry.together(() => {
			this.#parts.o.registry.revoke(binding.serialNumber);
			this.#parts.o.registry.end(bindingNumber);
		});
	}

	/** Somebody of the bank's has looked at the terminal that was opened: it may be bound again. @returns of how many events */
	releaseTampers(terminalId: string): number {
		return this.#parts.o.registry.devices.releaseTampers(this.#serialOf(terminalId), this.#parts.o.clock.now());
	}

	/** Terminals that were opened, as they have told when they were to be bound again. */
	tampers(): TamperReport[] {
		return this.#parts.o.registry.devices.tampers().map(({ serial, cause, at, reportedAt, releasedAt }) => ({
			serial,
			terminalId: this.#parts.terminal(serial)?.terminalId ?? "",
			cause,
			at: isoTime(at),
			reportedAt: isoTime(reportedAt),
			releasedAt: releasedAt === undefined ? "" : isoTime(releasedAt),
		}));
	}

	/** Certificates of erasure, verified when they came. */
	erasures(): ErasureReport[] {
		return this.#parts.o.registry.devices
			.erasures()
			.map(({ bindingNumber, serial, erasedAt, slots, receivedAt, certificate }) => ({
				bindingNumber,
				serial,
				terminalId: this.#parts.terminal(serial)?.terminalId ?? "",
				erasedAt: isoTime(erasedAt * 1000),
				slots: slots.join(" "),
				receivedAt: isoTime(receivedAt),
				certificate: formatHex(certificate),
			}));
	}

	/** One terminal's conversation. */
	open(): DeskSession {
		return new DeskSession(
			serial => this.#greet(serial),
			(bytes, serial, nonce, at) => this.#answer(bytes, serial, nonce, at),
		);
	}

	#greet(serial: string): { readonly frame: Uint8Array; readonly nonce: Uint8Array; readonly at: number } {
		const { clock, random, signer, acquirerCertificate } = this.#parts.o;
		const nonce = random.bytes(16);
		const at = clock.now();
		const challenge = challenges.sign({ serial, nonce, at: Math.floor(at / 1000) }, signer);
		return { frame: greetings.encode(acquirerCertificate, challenge), nonce, at };
	}

	/** @throws {BindingError} on what is no request: there is nobody to answer */
	#answer(frame: Uint8Array, serial: string, nonce: Uint8Array, at: number): Uint8Array {
		const { crypto, signer, registry, clock } = this.#parts.o;
		const message = requestFrames.decode(frame);
		const request = deskRequests.open(crypto, message, deskRequests.read(message).signingKey);
		const isThis = request.serial === serial && equal(request.nonce, nonce);
		const isStale = !isThis || clock.now() - at > CHALLENGE_VALID_MS;
		const reply = isStale
			? refuse("stale")
			: registry.together(() => this.#parts.o.books.together(() => this.#decide(request)));
		return answerFrames.encode(deskAnswers.sign({ ...reply, request: crypto.sha256(message) }, signer));
	}

	#decide(request: DeskRequest): Reply {
		switch (request.purpose) {
			case "bind":
				return bindRequest(this.#parts, request);
			case "confirm":
				return this.#confirm(request);
			case "status":
				return this.#status(request);
			case "statement":
				return this.#statement(request);
			case "unbind":
				return this.#unbind(request);
			case "erased":
				return this.#erased(request);
			case "acceptFees":
				return this.#proven(request, binding => this.#acceptFees(request, binding));
			case "refund":
			case "release":
			case "exportBackup":
				return this.#proven(request, () => ({}));
		}
	}

	/** The terminal has stored its binding: now the code is used, the earlier binding ended, the keys are the new ones. */
	#confirm(request: DeskRequest): Reply {
		const { registry, books, clock } = this.#parts.o;
		const binding = this.#named(request);
		if (!binding || binding.state === "ended") return refuse("notBound");
		if (binding.state === "active") return {}; // the acknowledgement was lost
		registry.activate(binding.bindingNumber);
		registry.useCode(binding.codeHash, clock.now());
		books.saveTerminal({ ...books.terminal(binding.terminalId), workKeys: undefined, signedOff: false });
		return {};
	}

	/** What the terminal should know: revocations, and terms that wait for its merchant. */
	#status(request: DeskRequest): Reply {
		const binding = this.#active(request);
		if (!binding) return { refusal: "notBound", ...this.#parts.revocations() };
		const fees = this.#parts.o.terms.fees.at(-1)!;
		if (fees.version <= binding.feeVersion) return this.#parts.revocations();
		const issuedAt = Math.floor(this.#parts.o.clock.now() / 1000);
		const claims = { issuer: this.#parts.issuerName, subject: binding.bindingNumber, issuedAt, fees };
		return { ...this.#parts.revocations(), offer: feeOffers.sign(claims, this.#parts.o.signer) };
	}

	#statement(request: DeskRequest): Reply {
		const { terms, books, clock } = this.#parts.o;
		const binding = this.#active(request);
		if (!binding || request.batch === undefined) return refuse(binding ? "malformed" : "notBound");
		const fees = terms.fees.find(({ version }) => version === binding.feeVersion) ?? terms.fees.at(-1)!;
		return { statement: statementOf(books, clock, fees, binding.terminalId, request.batch) };
	}

	#unbind(request: DeskRequest): Reply {
		const binding = this.#named(request);
		if (!binding) return refuse("notBound");
		if (binding.state !== "ended") this.#parts.o.registry.end(binding.bindingNumber);
		return {};
	}

	/** The certificate of erasure; the same one comes again when the answer to it was lost. */
	#erased(request: DeskRequest): Reply {
		const { crypto, registry, clock } = this.#parts.o;
		if (!request.erasure) return refuse("malformed");
		let erasure: Erasure;
		try {
			erasure = erasureCertificates.open(crypto, request.erasure, request.signingKey);
		} catch (error) {
			if (error instanceof BindingError) return refuse("malformed");
			throw error;
		}
		const binding = registry.byNumber(erasure.bindingNumber);
		if (!binding || erasure.serial !== request.serial || !isBy(request, binding)) return refuse("notBound");
		if (binding.state !== "ended") registry.end(binding.bindingNumber);
		registry.devices.saveErasure({ ...erasure, certificate: request.erasure, receivedAt: clock.now() });
		return {};
	}

	#acceptFees(request: DeskRequest, binding: RegisteredBinding): Reply {
		const fees = this.#parts.o.terms.fees.at(-1)!;
		const subject = feeSubject(this.#parts.o.crypto, fees);
		if (!request.subject || !equal(request.subject, subject)) return refuse("stale"); // terms have changed since
		this.#parts.o.registry.acceptFees(binding.bindingNumber, fees.version);
		return {};
	}

	/** The merchant's own card and its PIN, for a terminal that is bound. */
	#proven(request: DeskRequest, then: (binding: RegisteredBinding) => Reply): Reply {
		const binding = this.#active(request);
		if (!binding) return refuse("notBound");
		const card = request.card && this.#parts.openCard(request);
		if (!card) return refuse("malformed");
		const { merchant } = this.#parts.terminal(request.serial)!;
		const refusal = checkMerchantCard(this.#parts.o, this.#parts.agreement, request, card, merchant);
		if (refusal) return refuse(refusal);
		return card.pan === binding.pan ? then(binding) : refuse("notOwner");
	}

	/** The binding by which the one who asks sells. */
	#active(request: DeskRequest): RegisteredBinding | undefined {
		const terminal = this.#parts.terminal(request.serial);
		const binding = terminal && this.#parts.o.registry.active(terminal.terminalId);
		return binding && isBy(request, binding) ? binding : undefined;
	}

	/** The binding whose certificate the request is about. */
	#named(request: DeskRequest): RegisteredBinding | undefined {
		const binding = request.subject && this.#parts.o.registry.byCertificate(request.serial, request.subject);
		return binding && isBy(request, binding) ? binding : undefined;
	}

	#serialOf(terminalId: string): string {
		for (const { terminals } of this.#parts.o.terms.merchants)
			for (const terminal of terminals) if (terminal.terminalId === terminalId) return terminal.serial;
		throw new Error(`the bank has no terminal ${terminalId}`);
	}
}

function isoTime(ms: number): string {
	return new Date(ms).toISOString();
}

/** Serials are no secret: it is the key that says who asks. */
function isBy({ serial, signingKey }: DeskRequest, binding: RegisteredBinding): boolean {
	return binding.serial === serial && binding.signingKey === formatHex(signingKey);
}
