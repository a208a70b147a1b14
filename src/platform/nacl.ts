/**
 * What `import nacl from "tweetnacl"` yields on XS. The library is a script that hangs its functions on `self`, as in a
 * browser; `tweetnacl/self` makes one before it runs.
 */
import "tweetnacl/self";
import "tweetnacl/nacl-fast";

export default (globalThis as unknown as { nacl: object }).nacl;
