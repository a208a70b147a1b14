import TCP from "embedded:io/socket/tcp";

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
 * The TCP under the SDK's TLSSocket, guarding against two of its habits: an exception in a callback, such as a certificate
 * that is refused, would end the virtual machine; and when the server closes during the handshake it would take the
 * handshake for complete and send in the clear.
 */
export class GuardedTcp extends TCP {
	readonly #onEnciphered: () => void;
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
