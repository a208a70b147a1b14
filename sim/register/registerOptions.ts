import { readFileSync } from "node:fs";
import { Option } from "commander";
import { UserError } from "../world/stateFolder.js";
import { checkExposure, type RegisterServerOptions } from "./registerServer.js";

const PORT = 8789;

/** As commander reads them. */
export interface RegisterStartOptions {
	readonly registerPort: number;
	readonly registerHost: string;
	readonly registerToken?: string;
	readonly registerKey?: string;
	readonly registerCert?: string;
}

/** The options of a command that serves the cash-register interface. */
export function registerOptions(parsePort: (text: string) => number): Option[] {
	return [
		new Option("--register-port <port>", "port of the cash-register interface, 0 for any free one")
			.argParser(parsePort)
			.default(PORT),
		new Option("--register-host <address>", "its address; others than 127.0.0.1 need the options below").default(
			"127.0.0.1",
		),
		new Option("--register-token <file>", "file with the token that each of its requests must carry"),
		new Option("--register-key <file>", "its TLS key, PEM"),
		new Option("--register-cert <file>", "its TLS certificate, PEM"),
	];
}

/** @throws {UserError} when it must not be served like this */
export function readRegisterOptions(options: RegisterStartOptions): Omit<RegisterServerOptions, "register"> {
	const { registerPort: port, registerHost: host, registerToken, registerKey: key, registerCert: cert } = options;
	if ((key === undefined) !== (cert === undefined))
		throw new UserError("--register-key and --register-cert belong together: give both or none");
	const tls = key !== undefined && cert !== undefined ? { key, cert } : undefined;
	const token = registerToken === undefined ? undefined : readToken(registerToken);
	checkExposure({ host, token, tls });
	return { port, host, token, tls };
}

/** From a file: others on the machine see what stands on a command line. */
function readToken(path: string): string {
	try {
		return readFileSync(path, "utf8").trim();
	} catch {
		throw new UserError(`${path} cannot be read: give a file with the token of the cash-register interface`);
	}
}
