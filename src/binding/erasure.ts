import { signed } from "./certificates.js";
import { type Decoded, list, record, text, time } from "./codec.js";

const erasure = record({
	serial: [1, text(/^[\x21-\x7e]{1,20}$/, "1 to 20 ASCII characters")],
	bindingNumber: [2, text(/^[0-9]{12}$/, "12 digits")],
	erasedAt: [3, time],
	/** Names of the key store's slots (docs/keys.md) that held keys of the bank. */
	slots: [4, list(text(/^[a-z]{1,16}$/, "a name of a key slot"), 0, 16)],
});
export type Erasure = Decoded<typeof erasure>;

/** A terminal's word that it has no keys of its bank any more, under its own signature. */
export const erasureCertificates = signed("certificate of erasure", erasure);
