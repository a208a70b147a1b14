import type { KeySchemeSpec } from "../../keys/hostKeys.js";
import type { Operation } from "../../operation.js";
import type { FrameSpec } from "../frame.js";
import type { MessageSpec } from "../iso8583/spec.js";
import type { OriginalState, PosEntryMode, ReversalReason, SettlementVerdict, UploadClass } from "../messageValues.js";

/**
 * What one acquirer's host expects, as plain JSON data: codes and formats, no behaviour (docs/host-profiles.md).
 * Another acquirer is another file.
 */
export interface HostProfile {
	readonly name: string;
	readonly frame: FrameSpec;
	readonly connection: ConnectionProfile;
	readonly security: SecurityProfile;
	readonly message: MessageSpec;
	/** Codes that every message carries with the same value, by the name of their field or part. */
	readonly constants: Readonly<Record<string, string>>;
	/** As `constants`, but only in a message with a PIN block. */
	readonly pinConstants: Readonly<Record<string, string>>;
	/** First two digits of field 22 and, where the profile has such a part, the IC condition. */
	readonly posEntryModes: Readonly<Partial<Record<PosEntryMode, PosEntryCode>>>;
	/** Third digit of field 22. */
	readonly pinEntered: string;
	readonly pinNotEntered: string;
	/** Types of the amounts in field 54 (ISO 8583:1987). */
	readonly additionalAmounts: Readonly<Record<AdditionalAmount, string>>;
	readonly originalStates: Readonly<Record<OriginalState, string>>;
	/** "open": nothing has been said yet, as in the request. */
	readonly settlementVerdicts: Readonly<Record<SettlementVerdict | "open", string>>;
	/** Code of a card's origin in an upload. */
	readonly cardClasses: { readonly local: string; readonly foreign: string };
	/** Field 39 of an approval; every other answer is a refusal. */
	readonly approvals: readonly string[];
	/** Field 39 of an answer after which the terminal must sign in again. */
	readonly signInAgain: readonly string[];
	/** Field 39 of a refusal that does not last: an advice is repeated after it. */
	readonly tryLater: readonly string[];
	/** Tags of field 55 in a request and in a reversal, hexadecimal. Which values they have is the kernel's business. */
	readonly iccTags: readonly string[];
	readonly reversalIccTags: readonly string[];
	/** By which fields a reply is recognised. */
	readonly matching: MatchingProfile;
	readonly operations: Readonly<Partial<Record<Operation, OperationProfile>>>;
	readonly reversal: ReversalProfile;
}

/** Names of fields. */
export interface MatchingProfile {
	/** A message with other values is the answer to another request. */
	readonly identify: readonly string[];
	/** The answer must repeat them when the request has them; one that does not is no valid answer. */
	readonly echo: readonly string[];
	/** The answer repeats them, but nothing depends on it. */
	readonly repeat: readonly string[];
}

export interface PosEntryCode {
	readonly code: string;
	readonly iccCondition?: string;
}

export type AdditionalAmount = "balance" | "cashback" | "tip";

/** How the line is used. */
export interface ConnectionProfile {
	/** Longest time to connect once. */
	readonly connectTimeoutMs: number;
	/** How often all addresses are tried before a request counts as not sent. */
	readonly rounds: number;
	/** Pause before the second round; it doubles with each. */
	readonly backOffMs: number;
	readonly backOffMaximumMs: number;
	/** Present: the connection is kept between messages. */
	readonly keepAlive?: {
		/** An echo test goes out after this time without a message. */
		readonly echoAfterMs: number;
		readonly echoTimeoutMs: number;
	};
}

export interface SecurityProfile extends KeySchemeSpec {
	readonly mac: KeySchemeSpec["mac"] & {
		/** 64, or 64 and 128: the last field of the message's last bitmap carries the MAC. */
		readonly fields: readonly number[];
	};
	/**
	 * Present: these values do not travel in places of their own but under the data key, together, in the field
	 * `protectedCardData`; of `iccData` those objects that name the card.
	 */
	readonly dataEncryption?: { readonly values: readonly ProtectedValue[] };
}

export type ProtectedValue = "pan" | "track2" | "iccData";

/**
 * A code that depends on something: on the kind of uploaded transactions or the entry mode; by "original" it is the one that
 * the original's operation has.
 */
export type ChosenCode =
	| { readonly by: "uploadClass"; readonly codes: Readonly<Partial<Record<UploadClass, string>>> }
	| { readonly by: "posEntryMode"; readonly codes: Readonly<Partial<Record<PosEntryMode, string>>> }
	| { readonly by: "original" };

/** One kind of request, and its answer. */
export interface OperationProfile {
	readonly messageType: string;
	/** The codes that make a message this operation and no other, by the name of their field or part. */
	readonly codes: Readonly<Record<string, string | ChosenCode>>;
	/**
	 * The fields of the request by name: "stan", "panSequence?" when it may be absent, "transactionData:management" for the
	 * layout of a field that has several.
	 */
	readonly carries: readonly string[];
	/** What an answer may carry besides that which is identified by and echoed. */
	readonly answers: readonly string[];
	/** Must be taken back when it is not known how it ended. */
	readonly reverses?: boolean;
	/** Tells what has happened already: repeated until it is acknowledged, never declined for good. */
	readonly advice?: boolean;
	/** Absent: true. A sign-in has no MAC: its keys only come with the answer. */
	readonly mac?: boolean;
}

export interface ReversalProfile {
	readonly messageType: string;
	readonly carries: readonly string[];
	readonly answers: readonly string[];
	/** Field 39 of a reversal. */
	readonly reasons: Readonly<Record<ReversalReason, string>>;
	/** Field 39 of an answer that ends the matter. */
	readonly accepted: readonly string[];
}
