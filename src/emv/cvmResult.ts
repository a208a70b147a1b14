import type { Outcome } from "./outcome.js";

/** What became of one method. An outcome ends the whole transaction: the cardholder cancelled, the card is gone. */
export type CvmResult = "successful" | "unsuccessful" | "unknown" | Outcome;
