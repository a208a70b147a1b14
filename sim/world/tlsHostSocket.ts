import { connect, type TLSSocket } from "node:tls";
import type { HostConnection, HostSocket } from "../../src/ports.js";

export interface TlsHostOptions {
	readonly host: string;
	readonly port: number;
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
				socket.once("error", error => fail(error.message));
				socket.once("close", () => fail("the bank closed the connection"));
				socket.once("secureConnect", () => {
					clearTimeout(timer);
					resolve(connection);
				});
			}),
	};
}

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
