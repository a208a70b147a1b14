import { createServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import { concat, readUint, uintBytes } from "../../../src/bytes/bytes.js";
import type { BankTls } from "../bankServer.js";
import type { BindingDesk } from "./bindingDesk.js";

const LENGTH_BYTES = 4;
const MOST_FRAME_BYTES = 65_536;
/** From challenge to request a person looks for a card and types a PIN. */
const IDLE_MS = 5 * 60_000;

/** The binding desk behind TLS with client certificates. */
export class DeskServer {
	readonly #desk: BindingDesk;
	readonly #log: (event: object) => void;
	readonly #server: TlsServer;
	readonly #sockets = new Set<TLSSocket>();

	constructor(desk: BindingDesk, tls: BankTls, log: (event: object) => void) {
		this.#desk = desk;
		this.#log = log;
		const options = { ...tls, minVersion: "TLSv1.2", requestCert: true, rejectUnauthorized: true } as const;
		this.#server = createServer(options, socket => this.#serve(socket));
	}

	/** @returns the port */
	listen(host: string, port: number): Promise<number> {
		return new Promise((resolve, reject) => {
			this.#server.once("error", reject);
			this.#server.listen(port, host, () => resolve((this.#server.address() as { port: number }).port));
		});
	}

	close(): void {
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	#serve(socket: TLSSocket): void {
		this.#sockets.add(socket);
		const session = this.#desk.open();
		let arrived: Uint8Array = new Uint8Array(0);
		socket.on("close", () => this.#sockets.delete(socket)).on("error", () => {});
		socket.setTimeout(IDLE_MS, () => socket.destroy());
		socket.on("data", (bytes: Buffer) => {
			arrived = concat(arrived, new Uint8Array(bytes));
			try {
				while (arrived.length >= LENGTH_BYTES) {
					const length = readUint(arrived, 0, LENGTH_BYTES);
					if (length > MOST_FRAME_BYTES) throw new Error("a frame is too long");
					if (arrived.length < LENGTH_BYTES + length) return;
					const reply = session.take(arrived.slice(LENGTH_BYTES, LENGTH_BYTES + length));
					arrived = arrived.slice(LENGTH_BYTES + length);
					socket.write(concat(uintBytes(reply.length, LENGTH_BYTES), reply));
				}
			} catch (error) {
				this.#log({ refused: `binding desk: ${(error as Error).message}` });
				socket.destroy();
			}
		});
	}
}
