import type { KeySchemeSpec } from "../../keys/hostKeys.js";
import type { FrameSpec } from "../frame.js";
import type { MessageSpec } from "../iso8583/spec.js";
import type { SubfieldSpec } from "../iso8583/subfields.js";

/** How the card data was read: from the chip, from the stripe, from the stripe because the chip would not work. */
export type PosEntryMode = "chip" | "magneticStripe" | "fallback";

/** Why the terminal takes a request back: no answer in time, an answer with a wrong MAC, anything else. */
export type ReversalReason = "noResponse" | "macError" | "other";

/** The codes that make a message this transaction and no other. */
export interface TransactionProfile {
	readonly messageType: string;
	readonly processingCode: string;
	readonly posConditionCode: string;
	readonly transactionType: string;
}

/** What one acquirer's host expects, as data: codes and formats, no behaviour. */
export interface HostProfile {
	readonly name: string;
	readonly frame: FrameSpec;
	readonly message: MessageSpec;
	/** Parts of field 60 and of field 61. */
	readonly transactionData: SubfieldSpec;
	readonly originalData: SubfieldSpec;
	readonly networkCode: string;
	readonly readerCapability: string;
	readonly sale: TransactionProfile;
	readonly reversalMessageType: string;
	/** First two digits of field 22, and the IC condition of field 60. */
	readonly posEntryModes: Readonly<Record<PosEntryMode, { readonly code: string; readonly iccCondition: string }>>;
	/** Third digit of field 22. */
	readonly pinEntered: string;
	readonly pinNotEntered: string;
	/** Field 26, with a PIN block only: the most digits that the PIN pad takes. */
	readonly pinCaptureCode: string;
	/** Field 53, with a PIN block only. */
	readonly securityControl: string;
	/** Field 39 of an approval; every other answer is a refusal. */
	readonly approvals: readonly string[];
	/** Tags of field 55 in a request and in a reversal. Which values they have is the kernel's business. */
	readonly iccTags: readonly number[];
	readonly reversalIccTags: readonly number[];
	/** Field 39 of a reversal. */
	readonly reversalReasons: Readonly<Record<ReversalReason, string>>;
	/** Field 39 of a reversal's answer that ends the matter. */
	readonly reversalAccepted: string;
	/** How messages are authenticated and PINs enciphered. */
	readonly security: KeySchemeSpec;
}

/** Field 64 in every profile so far: the MAC is a message's last field, 8 bytes. */
export const MAC_FIELD = 64;
