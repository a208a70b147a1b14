import { asciiBytes, concat, equal, wipe } from "../bytes/bytes.js";
import { encodeCbor } from "../bytes/cbor.js";
import { formatHex } from "../bytes/hex.js";
import { ed25519KeyPair, ed25519Sign } from "../crypto/ed25519.js";
import { openSealedBox } from "../crypto/sealedBox.js";
import { x25519PublicKey } from "../crypto/x25519.js";
import type { Crypto, Random } from "../ports.js";
import { SLOT_NAMES } from "./keyAttributes.js";
import type { KeySlots } from "./keySlots.js";
import { type RecordKind, signRecord } from "./signedRecord.js";

/** Who the terminal is, to those who check it. */
export interface PublicKeys {
	/** Ed25519, 32 bytes. */
	readonly signing: Uint8Array;
	/** X25519, 32 bytes. */
	readonly agreement: Uint8Array;
}

/** What the terminal says of itself besides what its key store knows. */
export interface DeviceFacts {
	readonly serial: string;
	readonly firmwareVersion: string;
}

const SEED_LENGTH = 32;
/** How a Sig_structure begins: an array of 4, the text "Signature1". */
const SIGNATURE_1 = concat(Uint8Array.of(0x84, 0x6a), asciiBytes("Signature1"));

/** Who the terminal is to whoever certifies it, when it has made its key pairs already. */
export function boundTerminal(
	slots: KeySlots,
	serial: string,
): { readonly serial: string; readonly signingKey: Uint8Array } | undefined {
	if (!slots.has("signing")) return undefined;
	return { serial, signingKey: slots.use("signing", "S0", "S", key => key.slice(SEED_LENGTH)) };
}

/** The key pairs that make this terminal itself: made here at the first start, their private halves never leave the store. */
export class TerminalIdentity {
	readonly publicKeys: PublicKeys;
	readonly #slots: KeySlots;
	readonly #ports: { readonly crypto: Crypto; readonly random: Random };

	/** Makes the pairs for signing and for agreement when the store has none. */
	constructor(slots: KeySlots, ports: { readonly crypto: Crypto; readonly random: Random }) {
		this.#slots = slots;
		this.#ports = ports;
		if (!slots.has("signing")) this.#makePairs();
		this.publicKeys = {
			signing: slots.use("signing", "S0", "S", key => key.slice(SEED_LENGTH)),
			agreement: slots.use("agreement", "K3", "X", x25519PublicKey),
		};
	}

	/** A record under the terminal's signature, see `openSignedRecord`. */
	sign(kind: RecordKind, payload: Uint8Array): Uint8Array {
		return this.#slots.use("signing", "S0", "S", key => signRecord(this.#ports.crypto, kind, payload, key));
	}

	/**
	 * The plain signature for a COSE message (RFC 9052, 4.4), 64 bytes.
	 * @param sigStructure what COSE has signed, which cannot be taken for a record of `sign`
	 * @throws {RangeError} on anything else
	 */
	signCose(sigStructure: Uint8Array): Uint8Array {
		if (!equal(sigStructure.subarray(0, SIGNATURE_1.length), SIGNATURE_1))
			throw new RangeError("only a Sig_structure of COSE_Sign1 is signed so");
		return this.#slots.use("signing", "S0", "S", key => ed25519Sign(this.#ports.crypto, sigStructure, key));
	}

	/** @returns what was sealed to this terminal, which the caller wipes; undefined when it was not, or was changed */
	openSealed(box: Uint8Array): Uint8Array | undefined {
		const publicKey = this.publicKeys.agreement;
		return this.#slots.use("agreement", "K3", "X", secretKey => openSealedBox(box, { publicKey, secretKey }));
	}

	/** Says under the terminal's signature what state it is in, for the bank that binds it (docs/keys.md). */
	attest({ serial, firmwareVersion }: DeviceFacts): Uint8Array {
		const keys: Record<string, string> = {};
		for (const slot of SLOT_NAMES) {
			const kcv = this.#slots.kcv(slot);
			if (kcv) keys[slot] = formatHex(kcv);
		}
		const { zeroisation } = this.#slots;
		return this.sign(
			"attestation 1",
			encodeCbor({
				serial,
				firmwareVersion,
				signingKey: this.publicKeys.signing,
				agreementKey: this.publicKeys.agreement,
				boots: this.#slots.boots,
				misuses: this.#slots.misuses,
				keys,
				...(zeroisation && { zeroised: { ...zeroisation } }),
			}),
		);
	}

	#makePairs(): void {
		const { crypto, random } = this.#ports;
		const seed = random.bytes(SEED_LENGTH);
		const agreement = random.bytes(SEED_LENGTH);
		const { secretKey } = ed25519KeyPair(crypto, seed);
		try {
			const attributes = { algorithm: "E", exportability: "N" } as const;
			this.#slots.install({
				signing: { ...attributes, usage: "S0", modeOfUse: "S", key: secretKey },
				agreement: { ...attributes, usage: "K3", modeOfUse: "X", key: agreement },
			});
		} finally {
			wipe(seed, agreement, secretKey); // WIPE
		}
	}
}
