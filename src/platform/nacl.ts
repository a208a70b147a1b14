/**
 * What `import nacl from "tweetnacl"` yields on XS. The library is a script that hangs its functions on `self`, as in a
 * browser; `tweetnacl/self` makes one before it runs.
 */
import "tweetnacl/self";
import "tweetnacl/nacl-fast";

/** What Kassa uses of it: mcconfig takes the types from this file instead of the library's own. */
interface Nacl {
	readonly secretbox: {
		(message: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array;
		open(box: Uint8Array, nonce: Uint8Array, key: Uint8Array): Uint8Array | null;
		readonly keyLength: number;
		readonly nonceLength: number;
	};
}

export default (globalThis as unknown as { nacl: Nacl }).nacl;
