import { type Checked, described, object, oneOf, optional, text, type Written } from "../card/check.js";
import { scriptOrder } from "./issuerScript.js";

/** What an issuer may do with one card against its own rules, for tests of card and terminal. */
export const ISSUER_BEHAVIOUR = Object.freeze({
	responseCode: described("Field 39 of every answer", optional(text(/^[0-9A-Z]{2}$/, "2 characters"))),
	authentication: described('91 with a wrong ARPC, or none; without it "right"', optional(oneOf("wrong", "none"))),
	script: described("An issuer script with every answer", optional(scriptOrder)),
});
export const issuerBehaviour = object(ISSUER_BEHAVIOUR);
export type IssuerBehaviour = Written<Checked<typeof issuerBehaviour>>;
