/**
 * What Kassa uses of the Moddable SDK and neither the SDK's own typings nor npm's @moddable/typings declare.
 * For mcconfig and for `tsc -p tsconfig.device.json`.
 */

/** XS: binds a C function at link time. */
declare function native(name: string): { call(self: unknown, ...values: readonly unknown[]): unknown };

/** The display, a Commodetto PixelsOut. */
declare const screen: {
	readonly width: number;
	readonly height: number;
	readonly pixelFormat: number;
	begin(x: number, y: number, width: number, height: number): void;
	send(pixels: ArrayBuffer, byteOffset: number, byteLength: number): void;
	end(): void;
};

/** Scripts of the manifest, run for their effect. */
declare module "tweetnacl/self" {}
declare module "tweetnacl/nacl-fast" {}

/** The simulator's messages between an app and its panel. */
declare module "control" {
	export default class Control {
		constructor(options?: object);
		close(): void;
		onJSON(message: unknown): void;
		postJSON(message: object): void;
	}
}

/** The native ciphers; the SDK declares the hashes only. */
declare module "crypt" {
	export class BlockCipher {
		constructor(name: "AES" | "DES" | "TDES", key: ArrayBuffer);
		encrypt(block: ArrayBuffer): ArrayBuffer;
		decrypt(block: ArrayBuffer): ArrayBuffer;
	}
}

declare module "embedded:io/socket/tcp/tls" {
	interface TLSSocketOptions {
		readonly address: string;
		readonly host: string;
		readonly port: number;
		readonly TCP: { readonly io: unknown };
		readonly secure: {
			readonly cache: boolean;
			readonly certificate: Uint8Array;
			readonly clientCertificates: readonly Uint8Array[];
			readonly clientKey: ArrayBuffer;
		};
		onReadable(count: number): void;
		onWritable(count: number): void;
		onError(): void;
		/** Handed on to `TCP.io` with all the rest. */
		readonly [option: string]: unknown;
	}
	export default class TLSSocket {
		constructor(options: TLSSocketOptions);
		read(): ArrayBuffer | undefined;
		write(data: ArrayBuffer): void;
		close(): void;
	}
}

/** The SDK types `files` as a namespace of classes; it is also the root directory. */
declare module "embedded:storage/files" {
	const files: Directory;
	export default files;
}
