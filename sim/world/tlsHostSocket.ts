import { connect, type TLSSocket } from "node:tls";
import type { HostConnection, HostSocket } from "../../src/ports.js";
import { type Address, formatAddress } from "./address.js";

export interface TlsHostOptions extends Address {
	/** The one root that is trusted, PEM. */
	readonly ca: string;
	/** The terminal's own, PEM; a buffer may be wiped when `connect` has returned its promise. */
	readonly key?: string | Buffer;
	readonly cert?: string;
}

/** The terminal's line to the acquirer over Node's TLS. */
export function tlsHostSocket(options: TlsHostOptions): HostSocket {
	return {
		connect: timeoutMs =>
			new Promise((resolve, reject) => {
				// Not 1.3, like a board: there the bank judges the terminal's certificate before the handshake ends. With 1.3
				// a refused terminal would believe itself connected, send, and owe a reversal.
				const socket = connect({ ...options, minVersion: "TLSv1.2", maxVersion: "TLSv1.2" });
				const connection = new TlsHostConnection(socket);
				const fail = (why: string) => {
					clearTimeout(timer);
					socket.destroy();
					reject(new Error(`cannot reach the bank: ${why}`));
				};
				const timer = setTimeout(() => fail("no connection in time"), timeoutMs);
				socket.once("error", error => fail(reasonOf(error, options)));
				socket.once("close", () => fail("the bank closed the connection"));
				socket.once("secureConnect", () => {
					clearTimeout(timer);
					resolve(connection);
				});
			}),
	};
}

/** What a person can do something about, in words; anything else as OpenSSL says it. */
function reasonOf({ code = "", message }: NodeJS.ErrnoException, { host, port }: TlsHostOptions): string {
	const at = formatAddress({ host, port });
	if (ROOT_ERRORS.includes(code)) return `the certificate of ${at} is not of the root that the terminal believes`;
	if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return `the certificate of ${at} is for another name`;
	if (code === "CERT_HAS_EXPIRED") return `the certificate of ${at} has expired`;
	if (code === "ECONNREFUSED") return `nobody listens at ${at}`;
	if (code === "ENOTFOUND" || code === "EAI_AGAIN") return `there is no ${host} in the network`;
	if (code === "ECONNRESET" || code.includes("ALERT"))
		return `${at} broke the handshake off: it may not take the terminal's certificate`;
	return message || code || `no line to ${at}`;
}

/** Of OpenSSL, as Node names them: no chain from the host's certificate to the root. */
const ROOT_ERRORS: readonly string[] = [
	"SELF_SIGNED_CERT_IN_CHAIN",
	"DEPTH_ZERO_SELF_SIGNED_CERT",
	"UNABLE_TO_GET_ISSUER_CERT",
	"UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
	"UNABLE_TO_VERIFY_LEAF_SIGNATURE",
	"CERT_SIGNATURE_FAILURE",
];

class TlsHostConnection implements HostConnection {
	readonly #socket: TLSSocket;
	readonly #arrived: Uint8Array[] = [];
	#closed = false;
	#wake: () => void = () => {};

	constructor(socket: TLSSocket) {
		this.#socket = socket;
		const closed = () => {
			this.#closed = true;
			this.#wake();
		};
		socket.on("data", (bytes: Buffer) => {
			this.#arrived.push(new Uint8Array(bytes));
			this.#wake();
		});
		socket.on("end", closed).on("close", closed).on("error", closed);
	}

	send(bytes: Uint8Array): Promise<void> {
		return new Promise((resolve, reject) => {
			this.#socket.write(bytes, error => (error ? reject(error) : resolve()));
		});
	}

	async receive(timeoutMs: number): Promise<Uint8Array | undefined> {
		if (!this.#arrived.length && !this.#closed)
			await new Promise<void>(resolve => {
				const timer = setTimeout(resolve, timeoutMs);
				this.#wake = () => {
					clearTimeout(timer);
					resolve();
				};
			});
		return this.#arrived.shift() ?? (this.#closed ? new Uint8Array(0) : undefined);
	}

	close(): void {
		this.#socket.destroy();
	}
}
