/** What the test bank knows of one card. */
export interface Account {
	readonly pan: string;
	readonly pin: string;
	readonly balanceMinor: number;
}

/** An account as the bank's configuration opens it. */
export interface AccountOpening extends Account {
	readonly holder: string;
}

/** Which request of which terminal; digits as the message carries them. */
export interface TransactionKey {
	readonly terminalId: string;
	readonly batch: string;
	readonly stan: string;
}

export interface TransactionRecord {
	readonly state: "approved" | "declined" | "reversed";
	readonly pan: string;
	readonly amountMinor: number;
	/** The answer as it was sent; undefined when the reversal came and the request never did. */
	readonly answer: Uint8Array | undefined;
}

/** The accounts of cardholders and of the merchant. Each method happens wholly or not at all. */
export interface Accounts {
	find(pan: string): Account | undefined;
	/**
	 * Notes an application transaction counter.
	 * @param application which application of which card: each has a counter of its own
	 * @returns false when it is not above the highest one seen
	 */
	useAtc(application: string, atc: number): boolean;
	transaction(key: TransactionKey): TransactionRecord | undefined;
	/** A number that no transaction has had, for the retrieval reference. */
	nextReference(): number;
	/** Keeps a request's outcome; an approved one moves the amount from the cardholder to the merchant. */
	record(key: TransactionKey, record: TransactionRecord & { readonly answer: Uint8Array }): void;
	/**
	 * Makes the request "reversed", whatever it was: an approved one gives its amount back, a second reversal changes
	 * nothing, and a request that was never seen is kept so that it is refused when it arrives late.
	 */
	reverse(key: TransactionKey, pan: string, amountMinor: number): void;
}
