/** What a terminal is told before it may sell: capabilities, applications, CA keys. Loaded from JSON by `decodeConfiguration`. */
export interface TerminalConfiguration {
	/** Tag 9F35 (EMV 4.4 Book 4, Annex A1), e.g. 0x22: attended, offline with online capability, operated by a merchant. */
	readonly terminalType: number;
	/** Tag 9F33, 3 bytes. */
	readonly terminalCapabilities: Uint8Array;
	/** Tag 9F40, 5 bytes. */
	readonly additionalTerminalCapabilities: Uint8Array;
	/** ISO 3166-1 numeric, e.g. 156. */
	readonly countryCode: number;
	/** ISO 4217 numeric, e.g. 156. */
	readonly currencyCode: number;
	readonly currencyExponent: number;
	readonly ifdSerialNumber: string;
	/** Tried in this order when the card has no directory. */
	readonly applications: readonly ApplicationConfiguration[];
	readonly caPublicKeys: readonly CaPublicKey[];
	readonly revokedCertificates: readonly RevokedCertificate[];
	/** Cards that this terminal must not take without the issuer (EMV 4.4 Book 4, 6.3.5). */
	readonly exceptionList: readonly ExceptionCard[];
	/** When a GENERATE AC asks for a combined signature (Book 4, 6.3.2.1). */
	readonly cdaMode: 1 | 2 | 3 | 4;
	/** Whether a cardholder may go on without a PIN (Book 4, 6.3.4.3). */
	readonly pinBypass: boolean;
	/** Undefined: nothing is approved offline. */
	readonly storeAndForward: StoreAndForward | undefined;
	/** How long the journal keeps a settled batch. */
	readonly journalRetentionDays: number;
	/** After so long without work the operator is signed off (docs/operators.md). */
	readonly operatorIdleMinutes: number;
}

/** When the terminal may approve without the issuer, and so lend the merchant's money until the upload (docs/sale.md). */
export interface StoreAndForward {
	/** Of one sale. */
	readonly mostAmountMinor: number;
	/** Of sales that the acquirer has not heard of yet. */
	readonly mostCount: number;
	readonly mostTotalMinor: number;
	/** Only after the card itself has verified the PIN, not after a signature or nothing. */
	readonly offlinePinRequired: boolean;
	/** Beginnings of the AIDs that may; empty for all. */
	readonly aids: readonly Uint8Array[];
}

export interface ApplicationConfiguration {
	/** 5 to 16 bytes. */
	readonly aid: Uint8Array;
	/** Application Selection Indicator: also take a card's longer name that begins with `aid` (Book 1, 12.3.1). */
	readonly partialSelection: boolean;
	/** Tag 9F09, 2 bytes. */
	readonly applicationVersion: Uint8Array;
	readonly tacDenial: Uint8Array;
	readonly tacOnline: Uint8Array;
	readonly tacDefault: Uint8Array;
	readonly floorLimitMinor: number;
	readonly randomSelection: RandomSelection;
	readonly defaultDdol: Uint8Array;
	readonly defaultTdol: Uint8Array | undefined;
}

/** Book 3, 10.6.2. */
export interface RandomSelection {
	readonly thresholdMinor: number;
	readonly targetPercent: number;
	readonly maximumTargetPercent: number;
}

export interface CaPublicKey {
	/** 5 bytes. */
	readonly rid: Uint8Array;
	readonly index: number;
	readonly modulus: Uint8Array;
	readonly exponent: 3 | 65537;
	/** Last day of validity, YYMMDD; undefined when the payment system gives none. */
	readonly expiry: Uint8Array | undefined;
}

/** An issuer certificate that its payment system has withdrawn (Book 2, 5.1.2). */
export interface RevokedCertificate {
	readonly rid: Uint8Array;
	readonly caPublicKeyIndex: number;
	/** 3 bytes. */
	readonly serial: Uint8Array;
}

export interface ExceptionCard {
	readonly pan: string;
	/** Undefined: every card of that number. */
	readonly panSequence: number | undefined;
}
