import TLSSocket from "embedded:io/socket/tcp/tls";
import { GuardedTcp } from "./guardedTcp.js";

export interface SecureSocketOptions {
	readonly address: string;
	/** Name that the server's certificate must have. */
	readonly host: string;
	readonly port: number;
	/** DER. */
	readonly root: Uint8Array;
	readonly certificate: Uint8Array;
	/** PKCS #8, a buffer of its own. */
	readonly keySecret: Uint8Array;
	onReadable(count: number): void;
	onWritable(count: number): void;
	onError(): void;
	/** Why the handshake failed; `onError` follows. */
	onFault(error: unknown): void;
}

/** The SDK's TLS socket for a client of the SDK that makes its own: with the guards of the line to the bank. */
export class SecureSocket extends TLSSocket {
	constructor(options: SecureSocketOptions) {
		const { address, host, port, root, certificate, keySecret, onReadable, onWritable, onError, onFault } = options;
		let isEnciphered = false;
		const fail = (error: unknown) => {
			onFault(error);
			onError();
		};
		super({
			...{ address, host, port, onReadable, onError, TCP: { io: GuardedTcp } },
			onEnciphered: () => {
				isEnciphered = true;
			},
			onFault: fail,
			// The first call says that the handshake is complete, rightly only when the cipher has changed.
			onWritable: count => {
				if (isEnciphered) onWritable(count);
				else fail(new Error("the broker closed during the handshake"));
			},
			secure: {
				cache: false,
				certificate: root,
				clientCertificates: [certificate],
				// Its own buffer: of an array the SDK would make a copy that nobody wipes.
				clientKey: keySecret.buffer as ArrayBuffer,
			},
		});
	}
}
