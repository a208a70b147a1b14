import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { ed25519KeyPair } from "../../src/crypto/ed25519.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { type StateFolder, UserError } from "./stateFolder.js";
import { systemRandom } from "./system.js";

const FILE = "bank/signing.json";
const UPDATE_FILE = "bank/update.json";

/** Hexadecimal, 32 bytes. @throws {UserError} on a damaged file */
export function bankSigningSeed(state: StateFolder): string {
	return seedIn(state, FILE, "make the key messages anew");
}

function seedIn(state: StateFolder, file: string, then: string): string {
	if (!state.has(file)) state.writeJson(file, { test: true, seed: formatHex(systemRandom.bytes(32)) });
	const { seed } = state.readJson(file) as { readonly seed?: unknown };
	if (typeof seed === "string" && /^[0-9A-Fa-f]{64}$/.test(seed)) return seed;
	throw new UserError(`${state.at(file)} is damaged: remove it, and ${then}`);
}

/** What the test bank signs its key messages with (Ed25519); made when it is first asked for. @throws {UserError} on a damaged file */
export function bankSigningKey(state: StateFolder): ReturnType<typeof ed25519KeyPair> {
	return ed25519KeyPair(nodeCrypto, parseHex(bankSigningSeed(state)));
}

/** What the test bank signs firmware with (Ed25519); made when it is first asked for. @throws {UserError} on a damaged file */
export function updateSigningKey(state: StateFolder): ReturnType<typeof ed25519KeyPair> {
	return ed25519KeyPair(nodeCrypto, parseHex(seedIn(state, UPDATE_FILE, "sign the updates anew")));
}
