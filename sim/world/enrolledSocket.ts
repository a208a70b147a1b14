import { readFileSync } from "node:fs";
import { wipe } from "../../src/bytes/bytes.js";
import { requestCertificate } from "../../src/flows/requestCertificate.js";
import type { TlsKey } from "../../src/keys/tlsKey.js";
import type { HostConnection, HostSocket, Storage } from "../../src/ports.js";
import { enrolTerminal, testSubject } from "./enrolTerminal.js";
import type { TestTerminal } from "./merchant.js";
import type { OtherHost } from "./otherHost.js";
import { pem } from "./pem.js";
import type { StateFolder } from "./stateFolder.js";
import { systemClock } from "./system.js";
import { tlsHostSocket } from "./tlsHostSocket.js";

/** Where a line goes, and by which root and certificate; those of the test world when absent. */
export type LineTo = Pick<OtherHost, "address" | "root" | "certificate">;

/** The line of a terminal to a bank. Its key and, at the test root, its certificate are made when they are first wanted. */
export class EnrolledSocket implements HostSocket {
	readonly #to: LineTo;
	readonly #tlsKey: () => TlsKey;
	readonly #ca: string;
	readonly #makeCertificate: () => Promise<Uint8Array>;
	#certificate: Promise<Uint8Array> | undefined;

	/** @param tlsKey asked at each connection */
	constructor(state: StateFolder, name: TestTerminal, storage: Storage, to: LineTo, tlsKey: () => TlsKey) {
		this.#to = to;
		this.#tlsKey = tlsKey;
		this.#ca = to.root?.pem ?? readFileSync(state.at("tls/root.pem"), "utf8");
		const { certificate } = to;
		this.#makeCertificate = async () => {
			if (!certificate) return enrolTerminal(state, name, storage, tlsKey());
			const ports = { tlsKey: tlsKey(), storage, clock: systemClock, log: { line: () => {} } };
			await requestCertificate(ports, testSubject(name), () => {});
			if (ports.tlsKey.isCertifiedBy(certificate.der)) return certificate.der;
			throw new Error(
				`${certificate.file} is not for this terminal's key: have the request of \`kassa keys tls request\` certified`,
			);
		};
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
			return await this.withClient(client => tlsHostSocket({ ...this.#to.address, ...client }).connect(timeoutMs));
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
		// With what else stands in its file: the certificates between it and its root.
		const cert = this.#to.certificate?.pem ?? pem(certificate, "CERTIFICATE").toString("latin1");
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
