import { decodeCbor } from "../bytes/cbor.js";
import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";
import { decodeRules, RuleError } from "./decodeRules.js";
import type { RuleSet } from "./rule.js";

const FILE = "monitor.rules";
const NONE = new Uint8Array(0);

/**
 * The rules that the bank has sent, sealed on the medium: nobody at the terminal makes it look away. Once something has come
 * there is a file for good, which is missed when it is removed.
 */
export class KeptRules {
	/** CBOR of the rule set, as it was sent; empty: those that the terminal came with. */
	readonly #file: SealedFile<Uint8Array>;

	constructor(ports: SealedStorage) {
		this.#file = new SealedFile(ports, FILE);
	}

	/** Something has come from the bank, and nobody has removed what was kept of it. */
	get isThere(): boolean {
		return this.#file.read() !== undefined;
	}

	/** @returns undefined when the bank has sent none */
	read(): RuleSet | "damaged" | undefined {
		const kept = this.#file.read();
		if (!kept || kept === "damaged") return kept;
		if (kept.length === 0) return undefined;
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
		if (bytes.length === 0 || !this.isThere) this.#file.write(NONE);
		if (bytes.length === 0) return undefined;
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
