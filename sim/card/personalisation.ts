import type { CardFault } from "./cardFault.js";
import type { CryptogramVersionName } from "./cryptogramVersion.js";
import type { RsaPrivateKey } from "./rsaPrivateKey.js";

/** Marks every file that holds test keys. */
export const TEST_NOTICE = Object.freeze({ test: true, notice: "Kassa test key, worthless" } as const);
export type TestNotice = typeof TEST_NOTICE;

/** An application or environment that SELECT finds by name. Hexadecimal throughout. */
export interface DedicatedFile {
	/** 84. */
	readonly name: string;
	/** The whole template 6F. */
	readonly fci: string;
	readonly files: readonly ElementaryFile[];
}

export interface ElementaryFile {
	/** Short file identifier, 1 to 30. */
	readonly sfi: number;
	/** Each with its template 70; record 1 first. */
	readonly records: readonly string[];
}

/** One application with its data and keys. */
export interface ApplicationPersonalisation extends DedicatedFile {
	readonly blocked: boolean;
	/** By which methods the card proves itself offline; absent: DDA alone. */
	readonly dataAuthentication?: readonly DataAuthenticationMethod[];
	/** Data objects in an answer to GENERATE AC that is signed for CDA. */
	readonly signedResponseOrder?: readonly SignedResponseTag[];
	readonly responseFormat: "80" | "77";
	/** 82. */
	readonly aip: string;
	/** 94. */
	readonly afl: string;
	readonly pdol: string;
	readonly cdol1: string;
	readonly cdol2: string;
	readonly ddol: string;
	readonly consecutiveOfflineLimits: OfflineLimits | null;
	/** In minor units of the card's currency; absent: no limits, and nothing is added up. */
	readonly cumulativeOfflineLimits?: OfflineLimits;
	/** 9F42: the currency in which amounts are added up. */
	readonly currencyCode: string;
	/** Absent: "CVN 01". */
	readonly cryptogramVersion?: CryptogramVersionName;
	/** What the card decides for itself; absent: what its counters say. */
	readonly cardAction?: CardAction;
	readonly issuerAuthentication: "EXTERNAL AUTHENTICATE" | "GENERATE AC";
	readonly issuerAuthenticationMandatory: boolean;
	readonly pin: string;
	readonly pinTryLimit: number;
	/** Of a new card; absent: as many as the limit. */
	readonly pinTriesLeft?: number;
	/** GET DATA does not know 9F17. */
	readonly pinTryCounterHidden?: boolean;
	/** Of the new card; absent: zeros. */
	readonly counters?: InitialCounters;
	/** 9F4F, and how many records the cyclic file holds; absent: no log. */
	readonly transactionLog?: { readonly format: string; readonly records: number };
	readonly iccMasterKeys: MasterKeys;
	readonly iccKey: RsaPrivateKey;
	readonly iccPinKey: RsaPrivateKey;
}

/** Above the lower limit the card wants its issuer, above the upper it declines without. */
export interface OfflineLimits {
	readonly lower: number;
	readonly upper: number;
}

/** What a card has behind it on its first day. */
export interface InitialCounters {
	/** 9F36. */
	readonly atc: number;
	/** 9F13. */
	readonly lastOnlineAtc: number;
	readonly cumulativeOfflineMinor?: number | undefined;
}

/** A card's own will, beside its counters (EMV 4.4 Book 3, 10.8). */
export interface CardAction {
	/** The most that the first GENERATE AC gives. */
	readonly first?: "ARQC" | "AAC" | undefined;
	/** The most that the second gives. */
	readonly second?: "AAC" | undefined;
	/** An AAC asks the terminal for an advice to the issuer (Book 3, table 15). */
	readonly advice?: boolean | undefined;
}

/** Lengths of moduli, where a profile does not ask for others. */
export const ISSUER_KEY_BITS = 1408;
export const ICC_KEY_BITS = 1152;

export const DATA_AUTHENTICATION_METHODS = Object.freeze(["SDA", "DDA", "CDA"] as const);
export type DataAuthenticationMethod = (typeof DATA_AUTHENTICATION_METHODS)[number];

/** One thing of each step by which a terminal checks tag 93 (EMV 4.4 Book 2, 5.4). */
export const STATIC_SIGNATURE_DAMAGES = Object.freeze([
	"length",
	"header",
	"trailer",
	"hash",
	"format",
	"hash algorithm",
] as const);

/** In the order of EMV 4.4 Book 3, 6.5.5.4, the usual one. */
export const SIGNED_RESPONSE_TAGS = Object.freeze(["9F27", "9F36", "9F4B", "9F10"] as const);
export type SignedResponseTag = (typeof SIGNED_RESPONSE_TAGS)[number];

/** Triple-DES master keys of 16 bytes, at the issuer or derived for one application (EMV 4.4 Book 2, A1.4). */
export interface MasterKeys {
	readonly applicationCryptogram: string;
	readonly secureMessagingIntegrity: string;
	readonly secureMessagingConfidentiality: string;
}

/** A whole card, ready to run. Plain JSON: it can be saved, and linked into a build for an engine without RSA key generation. */
export interface Personalisation extends TestNotice {
	/** Name of the profile that it was made from. */
	readonly profile: string;
	/** Empty: the card is mute. */
	readonly atr: string;
	readonly nullBytes: number;
	/** From the first day on. */
	readonly blocked?: boolean;
	/** 1PAY.SYS.DDF01. */
	readonly pse: DedicatedFile | null;
	readonly applications: readonly ApplicationPersonalisation[];
	/** What the card does wrong; absent: nothing. */
	readonly faults?: readonly CardFault[];
}
