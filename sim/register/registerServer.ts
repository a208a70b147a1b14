import { readFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createSecureContext } from "node:tls";
import type { FastifyInstance } from "fastify";
import type { CashRegister } from "../../src/register/cashRegister.js";
import { UserError } from "../world/stateFolder.js";
import { callerCheck } from "./callerCheck.js";
import { eventLines } from "./eventLines.js";
import { httpApi } from "./httpApi.js";
import { limitConnections } from "./limitConnections.js";

export interface RegisterServerOptions {
	readonly register: CashRegister;
	/** 0 takes a free one. */
	readonly port: number;
	/** An address of this machine; anything but 127.0.0.1 and ::1 needs a token and TLS. */
	readonly host: string;
	/** At least `LEAST_TOKEN_LENGTH` printable characters without spaces; every request must carry it then. */
	readonly token?: string | undefined;
	/** Paths of PEM files. */
	readonly tls?: { readonly key: string; readonly cert: string } | undefined;
}

export interface RegisterServer {
	/** Without a slash at the end. */
	readonly url: string;
	close(): Promise<void>;
}

const LEAST_TOKEN_LENGTH = 32;
const LOOPBACK: readonly string[] = Object.freeze(["127.0.0.1", "::1"]);

/**
 * Serves the cash-register interface over HTTP and WebSocket (docs/cash-register.md).
 * @throws {UserError} one sentence, when it must not be served like this; {Error} when the port is taken
 */
export async function startRegisterServer(options: RegisterServerOptions): Promise<RegisterServer> {
	const { register, port, host, token } = options;
	checkExposure(options);
	const tls = options.tls && readTls(options.tls);
	const isLoopback = LOOPBACK.includes(host);
	// Whoever comes from elsewhere has the token, which no web page has; on loopback only the Host header tells them apart.
	const check = callerCheck({ token, loopbackPort: isLoopback ? () => boundPort(api) : undefined });
	const api = httpApi(register, check, tls);
	limitConnections(api.server);
	const lines = eventLines(api.server, register, check);
	try {
		await api.listen({ port, host });
	} catch (error) {
		lines.close();
		await api.close();
		throw error;
	}
	const name = host.includes(":") ? `[${host}]` : host;
	return {
		url: `http${tls ? "s" : ""}://${name}:${boundPort(api)}`,
		async close() {
			lines.close();
			await api.close();
		},
	};
}

/** @throws {UserError} when others than this machine could order without proving who they are, or be overheard */
export function checkExposure({ host, token, tls }: Pick<RegisterServerOptions, "host" | "token" | "tls">): void {
	if (token !== undefined && !(token.length >= LEAST_TOKEN_LENGTH && /^[!-~]+$/.test(token)))
		throw new UserError(
			`the token of the cash-register interface must be ${LEAST_TOKEN_LENGTH} or more printable characters without spaces`,
		);
	if (LOOPBACK.includes(host) || (token !== undefined && tls)) return;
	throw new UserError(
		`the cash-register interface listens on ${host} only with a token and with TLS: give --register-token, --register-key and --register-cert, or leave it on 127.0.0.1`,
	);
}

function boundPort(api: FastifyInstance): number {
	return (api.server.address() as AddressInfo).port;
}

function readTls({ key, cert }: { readonly key: string; readonly cert: string }) {
	const tls = { key: readPem(key), cert: readPem(cert) };
	try {
		createSecureContext(tls);
	} catch {
		throw new UserError(
			`${key} and ${cert} are not a key and its certificate: give two PEM files that belong together`,
		);
	}
	return tls;
}

function readPem(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch {
		throw new UserError(
			`${path} cannot be read: give the PEM file of the cash-register interface's key or certificate`,
		);
	}
}
