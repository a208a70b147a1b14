import { softwareCrypto } from "../../src/crypto/software.js";
import { outcomes } from "../crypto/sameBytesRows.js";

/** Sends one JSON value from XS to the process around it. */
declare const issueCommand: (message: ArrayBuffer) => ArrayBuffer;
declare const TextEncoder: new () => { encode(text: string): Uint8Array };

Object.assign(globalThis, {
	main() {
		issueCommand(new TextEncoder().encode(JSON.stringify(outcomes(softwareCrypto))).buffer as ArrayBuffer);
	},
});
