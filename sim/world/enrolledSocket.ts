import { readFileSync } from "node:fs";
import { wipe } from "../../src/bytes/bytes.js";
import type { TlsKey } from "../../src/keys/tlsKey.js";
import type { HostConnection, HostSocket, Storage } from "../../src/ports.js";
import { enrolTerminal } from "./enrolTerminal.js";
import type { TestTerminal } from "./merchant.js";
import { pem } from "./pem.js";
import type { StateFolder } from "./stateFolder.js";
import { tlsHostSocket } from "./tlsHostSocket.js";

/** The line of a terminal to the test bank. Its key and its certificate are made when they are first wanted. */
export class EnrolledSocket implements HostSocket {
	readonly #port: number;
	readonly #tlsKey: () => TlsKey;
	readonly #ca: string;
	readonly #makeCertificate: () => Promise<Uint8Array>;
	#certificate: Promise<Uint8Array> | undefined;

	/** @param tlsKey asked at each connection @param port of the test bank on this computer */
	constructor(state: StateFolder, name: TestTerminal, storage: Storage, port: number, tlsKey: () => TlsKey) {
		this.#port = port;
		this.#tlsKey = tlsKey;
		this.#ca = readFileSync(state.at("tls/root.pem"), "utf8");
		this.#makeCertificate = async () => enrolTerminal(state, name, storage, tlsKey());
	}

	/** Makes key and certificate, unless they are there. @returns the certificate, DER */
	enrol(): Promise<Uint8Array> {
		this.#certificate ??= this.#makeCertificate().catch(error => {
			this.#certificate = undefined; // tried again at the next connection
			throw error;
		});
		return this.#certificate;
	}

	async connect(timeoutMs: number): Promise<HostConnection> {
		try {
			return await this.withClient(client =>
				tlsHostSocket({ host: "127.0.0.1", port: this.#port, ...client }).connect(timeoutMs),
			);
		} catch (error) {
			const { message } = error as Error;
			throw new Error(message.startsWith(UNREACHABLE) ? message : `${UNREACHABLE}${message}`);
		}
	}

	/**
	 * What the terminal proves itself with to a TLS server of its bank's, and the root that it believes, in PEM; the key for as
	 * long as `connect` has not returned.
	 */
	async withClient<T>(connect: (client: TlsClient) => Promise<T>): Promise<T> {
		const certificate = await this.enrol();
		const cert = pem(certificate, "CERTIFICATE").toString("latin1");
		return this.#tlsKey().logOn(certificate, pkcs8 => {
			const key = pem(pkcs8, "PRIVATE KEY");
			try {
				return connect({ ca: this.#ca, cert, key });
			} finally {
				wipe(key); // WIPE: OpenSSL has its own by now
			}
		});
	}
}

export interface TlsClient {
	readonly ca: string;
	readonly cert: string;
	readonly key: Buffer;
}

const UNREACHABLE = "cannot reach the bank: ";
