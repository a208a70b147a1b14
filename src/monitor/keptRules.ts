import { decodeCbor } from "../bytes/cbor.js";
import type { RecordSeal } from "../journal/recordCodec.js";
import type { Storage } from "../ports.js";
import { decodeRules, RuleError } from "./decodeRules.js";
import type { RuleSet } from "./rule.js";

const FILE = "monitor.rules";

/** The rules that the bank has sent, sealed on the medium: nobody at the terminal makes it look away. */
export class KeptRules {
	readonly #storage: Storage;
	readonly #seal: RecordSeal;

	constructor({ storage, seal }: { readonly storage: Storage; readonly seal: RecordSeal }) {
		this.#storage = storage;
		this.#seal = seal;
	}

	/** @returns undefined when the bank has sent none */
	read(): RuleSet | "damaged" | undefined {
		const size = this.#storage.size(FILE);
		if (size === undefined) return undefined;
		const plain = this.#seal.open(this.#storage.read(FILE, 0, size));
		try {
			return plain ? decoded(plain) : "damaged";
		} catch {
			return "damaged"; // e.g. of a firmware with other events
		}
	}

	/**
	 * On the medium when this returns, in the place of those before.
	 * @param bytes CBOR of a rule set; empty: those that the terminal came with
	 * @throws {RuleError} naming each bad value; nothing is changed then
	 */
	keep(bytes: Uint8Array): RuleSet | undefined {
		if (bytes.length === 0) {
			if (this.#storage.size(FILE) !== undefined) this.#storage.remove(FILE);
			return undefined;
		}
		const set = decoded(bytes);
		this.#storage.replace(FILE, this.#seal.close(bytes));
		return set;
	}
}

function decoded(bytes: Uint8Array): RuleSet {
	let value: unknown;
	try {
		value = decodeCbor(bytes);
	} catch {
		throw new RuleError("the rules are no CBOR");
	}
	return decodeRules(value);
}
