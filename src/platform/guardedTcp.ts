import TCP from "embedded:io/socket/tcp";
import { HandshakeGuard } from "./handshakeGuard.js";

// TLS record types (RFC 5246, 6.2.1).
const CHANGE_CIPHER_SPEC = 0x14;
const APPLICATION_DATA = 0x17;

/** What the owner of a TLSSocket gives to the TCP under it; the TLSSocket hands on the options that it does not know. */
export interface GuardOptions {
	/** The terminal has changed to the negotiated cipher. */
	onEnciphered(): void;
	/** A callback has thrown: the handshake failed for this reason. */
	onFault(error: unknown): void;
}

type Callback = ((count: number) => void) | undefined;

/**
 * The TCP under the SDK's TLSSocket, guarding against three of its habits: an exception in a callback, such as a certificate
 * that is refused, would end the virtual machine; when the server closes during the handshake it would take the handshake
 * for complete and send in the clear; and it would take a key exchange that is not signed.
 */
export class GuardedTcp extends TCP {
	readonly #onEnciphered: () => void;
	readonly #handshake = new HandshakeGuard();
	#enciphers = false;

	constructor(options: ConstructorParameters<typeof TCP>[0] & GuardOptions) {
		const guarded = (callback: Callback) => (count: number) => {
			try {
				callback?.(count);
			} catch (error) {
				options.onFault(error);
			}
		};
		super({
			...options,
			onReadable: guarded(options.onReadable as Callback),
			onWritable: guarded(options.onWritable as Callback),
		});
		this.#onEnciphered = options.onEnciphered;
	}

	override read(byteLength?: number): number | ArrayBuffer;
	override read(buffer: Uint8Array): void;
	/** @throws {HandshakeError} when what came is no handshake with the bank */
	override read(target?: number | Uint8Array): number | ArrayBuffer | undefined {
		const read = super.read as (this: TCP, target?: number | Uint8Array) => number | ArrayBuffer | undefined;
		const result = read.call(this, target);
		if (target instanceof Uint8Array) this.#handshake.push(target);
		else if (result instanceof ArrayBuffer) this.#handshake.push(new Uint8Array(result));
		return result;
	}

	/** @throws {Error} on application data before the cipher was changed */
	override write(data: ArrayBuffer | Uint8Array): void {
		const type = (data instanceof ArrayBuffer ? new Uint8Array(data) : data)[0];
		if (type === CHANGE_CIPHER_SPEC) {
			this.#enciphers = true;
			this.#onEnciphered();
		} else if (type === APPLICATION_DATA && !this.#enciphers) {
			throw new Error("nothing leaves in the clear");
		}
		super.write(data);
	}
}
