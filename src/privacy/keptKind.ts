/** Whom the data tell something about. "nobody": keys, counters, settings. */
export type Subject = "cardholder" | "merchant" | "operator" | "nobody";

/** Why it may be kept. */
export type Basis =
	/** The sale, and the merchant's contract with the acquirer. */
	| "contract"
	/** Books, anti-money-laundering, consumer protection. */
	| "law"
	/** That the terminal cannot be misused. */
	| "security"
	/** Tells nothing about a person. */
	| "none";

/** What keeps others from reading or changing it on the medium. */
export type Protection =
	/** Secretbox under a key that never leaves the device. */
	| "sealed"
	/** Signed by whom it comes from, or with a check value under such a key; readable. */
	| "signed"
	/** Every line has the hash of the line before. */
	| "chained"
	| "plain";

/** How long it is kept, and so what erases it. */
export type Retention =
	/** The journal's own: so many days after the settlement of the batch, never while anything is open, owed or unsettled. */
	| { readonly until: "settledAndAged" }
	/** As many days after it was first seen as the journal is kept, unless it says otherwise. */
	| { readonly until: "aged"; readonly days?: number }
	/** Each new one pushes the oldest out. */
	| { readonly until: "pushedOut"; readonly most: string }
	| { readonly until: "replaced" }
	/** Whoever made it removes it when its work is done. */
	| { readonly until: "done" }
	/** The same, and what a power cut has left goes at the next start. */
	| { readonly until: "restart" }
	/** The end of the binding to the merchant. */
	| { readonly until: "unbound" }
	/** The erasure of the keys, which makes what is sealed unreadable for good. */
	| { readonly until: "keysErased" }
	| { readonly until: "endOfDevice" };

/** One kind of data that the device keeps. */
export interface KeptData {
	/** Of the row; what `docs/privacy.md` lists it under. */
	readonly name: string;
	/** Names of its files, whole. */
	readonly files: RegExp;
	/** The same for people. */
	readonly where: string;
	readonly about: Subject;
	/** In a sentence. */
	readonly what: string;
	/** Every named member that the opened file holds, however deep; empty where it holds no named members. */
	readonly fields: readonly string[];
	/** Whole card numbers are inside, sealed once more, for what the flows alone open. */
	readonly holdsPan?: boolean;
	readonly purpose: string;
	readonly basis: Basis;
	readonly protection: Protection;
	readonly retention: Retention;
}
