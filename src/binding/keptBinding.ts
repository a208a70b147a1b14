import { decodeDeterministic, encodeDeterministic } from "../bytes/cbor.js";
import type { Seal } from "../keys/seal.js";
import type { Storage } from "../ports.js";
import { boolean, bytes, type Decoded, integer, list, record, text } from "./codec.js";
import { feeSchedule } from "./feeSchedule.js";

const message = bytes(1, 16_384);

/** A schedule and the moment from which it has counted, milliseconds since 1970. */
const terms = record({ fees: [1, feeSchedule], acceptedAt: [2, integer(0, Number.MAX_SAFE_INTEGER)] });
export type Terms = Decoded<typeof terms>;

const keptBinding = record({
	version: [1, integer(1, 1)],
	/** Signed messages, as they came. */
	acquirerCertificate: [2, message],
	certificate: [3, message],
	revocations: [4, message, "optional"],
	/** The bank's keys, until they are in the key store. */
	keyMessage: [5, message, "optional"],
	/** Sequence number of that message. */
	keySequence: [9, integer(1, 0xffff_ffff), "optional"],
	/** The bank knows that the terminal has this binding. */
	isConfirmed: [6, boolean],
	/** Oldest first: those of the certificate, then those accepted since. */
	terms: [7, list(terms, 1, 32)],
	/** New terms that wait for the merchant. */
	offer: [8, message, "optional"],
	/** Token of the settlement card's number under a key of this device, from the ceremony. */
	cardLink: [11, bytes(8), "optional"],
	/** The bank knows that it has ended: the slots whose keys are to be erased. */
	ended: [10, list(text(/^[a-z]{1,16}$/, "a name of a key slot"), 0, 16), "optional"],
});
/** What the terminal keeps of its binding. */
export type KeptBinding = Decoded<typeof keptBinding>;

const FILE = "binding";
/** The certificate of erasure of the binding before, until the bank has it; signed, and no secret. */
const ERASURE = "erasure";

/**
 * The binding on the medium: one file, sealed under a key that never leaves this device, written as a whole. What another
 * device wrote, or what was changed, does not open.
 */
export class BindingFile {
	readonly #storage: Storage;
	readonly #seal: Pick<Seal, "open" | "close">;

	constructor(ports: { readonly storage: Storage; readonly seal: Pick<Seal, "open" | "close"> }) {
		this.#storage = ports.storage;
		this.#seal = ports.seal;
	}

	read(): KeptBinding | "damaged" | undefined {
		const size = this.#storage.size(FILE);
		if (size === undefined) return undefined;
		const plain = this.#seal.open(this.#storage.read(FILE, 0, size));
		if (!plain) return "damaged";
		try {
			return keptBinding.decode(decodeDeterministic(plain), "binding file");
		} catch {
			return "damaged"; // e.g. another sealed file in its place
		}
	}

	/** Before it returns, the new binding is on the medium; a power cut leaves the old one or the new one. */
	write(kept: KeptBinding): void {
		this.#storage.replace(FILE, this.#seal.close(encodeDeterministic(keptBinding.encode(kept))));
	}

	remove(): void {
		if (this.#storage.size(FILE) !== undefined) this.#storage.remove(FILE);
	}

	readErasure(): Uint8Array | undefined {
		const size = this.#storage.size(ERASURE);
		return size === undefined ? undefined : this.#storage.read(ERASURE, 0, size);
	}

	writeErasure(certificate: Uint8Array): void {
		this.#storage.replace(ERASURE, certificate);
	}

	removeErasure(): void {
		if (this.#storage.size(ERASURE) !== undefined) this.#storage.remove(ERASURE);
	}
}
