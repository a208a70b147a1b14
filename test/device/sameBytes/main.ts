import { nativeCrypto } from "../../../src/platform/crypto.js";
import { outcomes } from "../../crypto/sameBytesRows.js";

/** What `host.c` prints: the rows as the SDK's native ciphers do them. */
export default function main(): string {
	return JSON.stringify(outcomes(nativeCrypto));
}
