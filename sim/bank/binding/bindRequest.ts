import { type BindingCertificate, bindingCertificates } from "../../../src/binding/certificates.js";
import type { DeskRequest } from "../../../src/binding/deskMessages.js";
import { asciiBytes, concat, equal, wipe } from "../../../src/bytes/bytes.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { maskPan } from "../../../src/bytes/pan.js";
import { type Attestation, openAttestation } from "../../../src/keys/attestation.js";
import { makeRemoteKeys } from "../../../src/keys/remoteKeyLoading.js";
import { OPERATIONS } from "../../../src/operation.js";
import type { Crypto } from "../../../src/ports.js";
import { type DeskParts, type Reply, refuse } from "./deskParts.js";
import { checkMerchantCard } from "./merchantCardCheck.js";
import type { RegisteredMerchant } from "./merchantRegistry.js";

const MOST_WRONG_CODES = 5;
const LOCK_MS = 15 * 60_000;
const CERTIFICATE_SECONDS = 2 * 365 * 24 * 3600;
const YESTERDAY_SECONDS = 24 * 3600;

/** A terminal wants to be bound: code, state of the terminal, merchant, licence, then the card; certificate and keys if all is well. */
export function bindRequest(parts: DeskParts, request: DeskRequest): Reply {
	const { registry, clock, crypto, terms } = parts.o;
	const now = clock.now();
	const terminal = parts.terminal(request.serial);
	if (!terminal || !request.card) return refuse(terminal ? "malformed" : "terminalUnknown");
	const { merchant, terminalId } = terminal;
	const { wrong, lockedUntil } = registry.wrongCodes(request.serial);
	if (lockedUntil > now) return refuse("codeLocked");
	const card = parts.openCard(request);
	if (!card?.activationCode) return refuse("malformed");
	// The code comes first: without it nobody learns anything about a card, or has anything noted about a terminal.
	const codeHash = parts.hash(card.activationCode);
	const code = registry.code(codeHash);
	if (code?.terminalId !== terminalId) {
		const isLast = wrong + 1 >= MOST_WRONG_CODES;
		registry.saveWrongCodes(request.serial, isLast ? 0 : wrong + 1, isLast ? now + LOCK_MS : 0);
		return refuse(isLast ? "codeLocked" : "codeWrong");
	}
	if (code.usedAt !== undefined) return refuse("codeUsed");
	if (code.expiresAt <= now) return refuse("codeExpired");
	const attestation = attestationOf(crypto, request);
	if (!attestation) return refuse("malformed");
	if (attestation.zeroised) registry.devices.noteTamper(request.serial, attestation.zeroised, now);
	if (registry.devices.isTampered(request.serial)) return refuse("terminalTampered");
	if (merchant.closed) return refuse("merchantClosed");
	const { licence } = terms.acquirer;
	if (now / 1000 < licence.notBefore || now / 1000 >= licence.notAfter) return refuse("licenceInvalid");
	const refusal = checkMerchantCard(parts.o, parts.agreement, request, card, merchant);
	if (refusal) return refuse(refusal);
	registry.saveWrongCodes(request.serial, 0, 0);
	return issue(parts, request, { merchant, terminalId, codeHash, pan: card.pan });
}

/** @returns undefined when the request brings none that is this terminal's own */
function attestationOf(
	crypto: Crypto,
	{ serial, signingKey, agreementKey, attestation: record }: DeskRequest,
): Attestation | undefined {
	const attestation = record && openAttestation(crypto, record, signingKey);
	const isOwn =
		attestation?.serial === serial &&
		equal(attestation.signingKey, signingKey) &&
		equal(attestation.agreementKey, agreementKey);
	return isOwn ? attestation : undefined;
}

interface Issued {
	readonly merchant: RegisteredMerchant;
	readonly terminalId: string;
	readonly codeHash: string;
	readonly pan: string;
}

/** Certificate and keys; they count from the terminal's confirmation on. */
function issue(parts: DeskParts, request: DeskRequest, { merchant, terminalId, codeHash, pan }: Issued): Reply {
	const { crypto, random, registry, signer, terms, clock, agreementSecret, keysOf } = parts.o;
	const now = Math.floor(clock.now() / 1000);
	const { owner: _owner, closed: _closed, terminals: _terminals, limits, functions, ...named } = merchant;
	const fees = terms.fees[terms.fees.length - 1]!;
	const claims: BindingCertificate = {
		issuer: parts.issuerName,
		subject: registry.nextNumber(),
		notBefore: now - YESTERDAY_SECONDS, // a terminal's clock may be a little behind
		expires: now + CERTIFICATE_SECONDS,
		issuedAt: now,
		serialNumber: random.bytes(16),
		terminal: { serial: request.serial, signingKey: request.signingKey, agreementKey: request.agreementKey },
		merchant: { ...named, terminalId },
		// The token tells nothing of the number to whoever has not the bank's key.
		settlementCard: {
			issuer: terms.cardIssuer,
			masked: maskPan(pan),
			token: crypto.sha256(concat(agreementSecret, asciiBytes(pan))).slice(0, 8),
		},
		acquirer: terms.acquirer,
		fees,
		limits: limits ?? { perTransactionMinor: 999_999_999, refundMinor: 999_999_999 },
		functions: functions ?? OPERATIONS,
	};
	const certificate = bindingCertificates.sign(claims, signer);
	const keySequence = request.keySequence + 1;
	const keys = keysOf(terminalId);
	try {
		const terminal = { serial: request.serial, agreementKey: request.agreementKey };
		const keyMessage = makeRemoteKeys({ crypto, random }, signer.secretKey, terminal, keySequence, keys);
		registry.issue({
			bindingNumber: claims.subject,
			serial: request.serial,
			signingKey: formatHex(request.signingKey),
			terminalId,
			merchantId: merchant.merchantId,
			certificateHash: formatHex(crypto.sha256(certificate)),
			serialNumber: formatHex(claims.serialNumber),
			pan,
			codeHash,
			feeVersion: fees.version,
		});
		return { certificate, keyMessage, keySequence, ...parts.revocations() };
	} finally {
		wipe(...keys.map(({ key }) => key)); // WIPE
	}
}
