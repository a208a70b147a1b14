import { decodeCbor } from "../bytes/cbor.js";
import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";
import { decodeRules, RuleError } from "./decodeRules.js";
import type { RuleSet } from "./rule.js";

const FILE = "monitor.rules";

/** The rules that the bank has sent, sealed on the medium: nobody at the terminal makes it look away. */
export class KeptRules {
	/** CBOR of the rule set, as it was sent. */
	readonly #file: SealedFile<Uint8Array>;

	constructor(ports: SealedStorage) {
		this.#file = new SealedFile(ports, FILE);
	}

	/** @returns undefined when the bank has sent none */
	read(): RuleSet | "damaged" | undefined {
		const kept = this.#file.read();
		if (!kept || kept === "damaged") return kept;
		try {
			return decoded(kept);
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
			this.#file.remove();
			return undefined;
		}
		const set = decoded(bytes);
		this.#file.write(bytes);
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
