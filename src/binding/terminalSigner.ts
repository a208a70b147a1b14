import type { TerminalIdentity } from "../keys/terminalIdentity.js";
import type { Crypto } from "../ports.js";
import { type CoseSigner, kidOf } from "./cose.js";

/** Signs what the terminal says to its bank. */
export function terminalSigner(identity: TerminalIdentity, crypto: Crypto): CoseSigner {
	return { kid: kidOf(crypto, identity.publicKeys.signing), sign: message => identity.signCose(message) };
}
