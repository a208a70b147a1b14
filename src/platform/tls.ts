import TLSSocket from "embedded:io/socket/tcp/tls";
import type { TlsKey } from "../keys/tlsKey.js";
import type { Clock, HostConnection, HostSocket, Storage } from "../ports.js";
import { GuardedTcp } from "./guardedTcp.js";
import { type DeviceSettings, type HostAddress, readFile } from "./settings.js";

/** What TLS adds to the bytes of one record, generously. */
const RECORD_OVERHEAD = 128;
const SEND_TIMEOUT_MS = 10_000;

/** The lines to the bank that the settings name. @param tlsKey asked at each connection */
export function tlsSockets(
	storage: Storage,
	clock: Clock,
	{ host, backupHost, desk }: Pick<DeviceSettings, "host" | "backupHost" | "desk">,
	tlsKey: () => TlsKey,
): { readonly socket: HostSocket; readonly backupSocket?: HostSocket; readonly desk?: HostSocket } {
	const socket = (address: HostAddress) => new TlsHostSocket(storage, clock, address, tlsKey);
	return {
		socket: socket(host),
		...(backupHost && { backupSocket: socket(backupHost) }),
		...(desk && { desk: socket(desk) }),
	};
}

/**
 * The line to the bank over the SDK's TLS 1.2. The bank's root and the terminal's certificate lie in the storage as DER
 * files `root.der` and `terminal.der`; the key comes out of the key store for the handshake only.
 */
export class TlsHostSocket implements HostSocket {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #host: HostAddress;
	readonly #tlsKey: () => TlsKey;

	constructor(storage: Storage, clock: Clock, host: HostAddress, tlsKey: () => TlsKey) {
		this.#storage = storage;
		this.#clock = clock;
		this.#host = host;
		this.#tlsKey = tlsKey;
	}

	async connect(timeoutMs: number): Promise<HostConnection> {
		const connection = new TlsConnection(this.#clock);
		try {
			const root = readFile(this.#storage, "root.der");
			const certificate = readFile(this.#storage, "terminal.der");
			await this.#tlsKey().logOn(certificate, keySecret =>
				connection.open({ ...this.#host, root, certificate, keySecret }, timeoutMs),
			);
			return connection;
		} catch (error) {
			connection.close();
			throw new Error(`cannot reach the bank: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
}

interface TlsOptions extends HostAddress {
	readonly root: Uint8Array;
	readonly certificate: Uint8Array;
	/** PKCS #8, a buffer of its own. */
	readonly keySecret: Uint8Array;
}

class TlsConnection implements HostConnection {
	readonly #clock: Clock;
	#socket: TLSSocket | undefined;
	#arrived: Uint8Array[] = [];
	/** Bytes that the line takes now. */
	#writable = 0;
	#enciphered = false;
	#open = false;
	#failure: Error | undefined;
	/** Called at each change of the above. */
	#wake: (() => void) | undefined;

	constructor(clock: Clock) {
		this.#clock = clock;
	}

	/** @throws {Error} when no connection stands within `timeoutMs` */
	async open(options: TlsOptions, timeoutMs: number): Promise<void> {
		this.#socket = new TLSSocket({
			address: options.address,
			host: options.serverName,
			port: options.port,
			TCP: { io: GuardedTcp },
			onEnciphered: () => {
				this.#enciphered = true;
			},
			onFault: (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error))),
			secure: {
				// Each connection authenticates both sides anew.
				cache: false,
				certificate: options.root,
				clientCertificates: [options.certificate],
				// Its own buffer: of an array the SDK would make a copy that nobody wipes.
				clientKey: options.keySecret.buffer as ArrayBuffer,
			},
			onReadable: () => {
				const bytes = this.#socket?.read();
				if (bytes) this.#arrived.push(new Uint8Array(bytes));
				this.#wake?.();
			},
			// The first call says that the handshake is complete, rightly only when the cipher has changed.
			onWritable: count => {
				if (!this.#enciphered) return this.#fail(new Error("the bank closed during the handshake"));
				this.#open = true;
				this.#writable = count;
				this.#wake?.();
			},
			onError: () => this.#fail(new Error("the connection was closed")),
		});
		await this.#until(() => this.#open, timeoutMs);
	}

	async send(bytes: Uint8Array): Promise<void> {
		for (let at = 0; at < bytes.length; ) {
			await this.#until(() => this.#writable > RECORD_OVERHEAD, SEND_TIMEOUT_MS);
			const count = Math.min(bytes.length - at, this.#writable - RECORD_OVERHEAD);
			this.#writable -= count + RECORD_OVERHEAD;
			this.#socket!.write(bytes.slice(at, at + count).buffer as ArrayBuffer);
			at += count;
		}
	}

	async receive(timeoutMs: number): Promise<Uint8Array | undefined> {
		const hasNews = () => this.#arrived.length > 0 || this.#failure !== undefined || !this.#socket;
		if (!hasNews()) await this.#wait(hasNews, timeoutMs);
		return this.#arrived.shift() ?? (hasNews() ? new Uint8Array(0) : undefined);
	}

	close(): void {
		this.#socket?.close();
		this.#socket = undefined;
		this.#wake?.();
	}

	#fail(error: Error): void {
		this.#failure ??= error;
		this.#wake?.();
	}

	/** @throws {Error} when the connection fails or `timeoutMs` passes before `condition` holds */
	async #until(condition: () => boolean, timeoutMs: number): Promise<void> {
		const isOver = () => condition() || this.#failure !== undefined || !this.#socket;
		if (!isOver()) await this.#wait(isOver, timeoutMs);
		if (this.#failure) throw this.#failure;
		if (!this.#socket) throw new Error("the connection is closed");
		// The SDK reports some failures by silence, among them a bank that rejects the terminal's certificate.
		if (!condition()) throw new Error("no answer in time");
	}

	/** Resolves when `isOver` holds or after `timeoutMs`. */
	#wait(isOver: () => boolean, timeoutMs: number): Promise<void> {
		return new Promise(resolve => {
			const end = () => {
				cancel();
				this.#wake = undefined;
				resolve();
			};
			const cancel = this.#clock.after(timeoutMs, end);
			this.#wake = () => {
				if (isOver()) end();
			};
		});
	}
}
