import { readFileSync } from "node:fs";
import type { TerminalConfiguration } from "../../src/emv/configuration.js";
import { decodeConfiguration } from "../../src/emv/decodeConfiguration.js";
import { ConfigurationError } from "../../src/emv/jsonObject.js";
import { nodeCrypto } from "./nodeCrypto.js";
import { type StateFolder, UserError } from "./stateFolder.js";

/**
 * The terminal configuration of the test world, or of a person's own file in its place (docs/configuration.md).
 * @throws {UserError} one sentence; of a bad value it names file and path
 */
export function readConfiguration(state: StateFolder, file: string | undefined): TerminalConfiguration {
	const json = file === undefined ? state.readJson(CONFIGURATION_FILE) : readJson(file);
	try {
		return decodeConfiguration(json, nodeCrypto);
	} catch (error) {
		if (!(error instanceof ConfigurationError)) throw error;
		throw new UserError(`${file ?? state.at(CONFIGURATION_FILE)}: ${error.message}`);
	}
}

export const CONFIGURATION_FILE = "configuration.json";

function readJson(file: string): unknown {
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch {
		throw new UserError(`cannot read ${file}`);
	}
	try {
		return JSON.parse(text);
	} catch (error) {
		throw new UserError(`${file} is not JSON: ${(error as SyntaxError).message.replace(/\s+/g, " ")}`);
	}
}
