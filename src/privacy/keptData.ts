import { KEPT_AROUND_MONEY } from "./keptAroundMoney.js";

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

const words = (text: string): readonly string[] => Object.freeze(text.trim().split(/\s+/));
const row = (data: KeptData): KeptData => Object.freeze(data);

/** Everything that a terminal keeps. A file that is in no row is a fault (test/privacy/keptData.test.ts). */
export const KEPT_DATA: readonly KeptData[] = Object.freeze([
	...KEPT_AROUND_MONEY,
	row({
		name: "keys",
		files: /^key-(?:root|[a-zA-Z0-9]+\.[0-9]+)$/,
		where: "key-root, key-SLOT.N",
		about: "nobody",
		what: "the terminal's keys, each with its attributes",
		fields: [],
		purpose: "protects everything else",
		basis: "none",
		protection: "sealed",
		retention: { until: "keysErased" },
	}),
	row({
		name: "set-up",
		files: /^(?:configuration\.json|terminal\.json|root\.der|device-key)$/,
		where: "configuration.json, terminal.json, root.der, device-key",
		about: "nobody",
		what: "what a board gets at manufacture: configuration, serial number, addresses of the bank and its root, the device's own key where no chip keeps it",
		fields: [],
		purpose: "the terminal knows what it is and whom it calls",
		basis: "none",
		protection: "plain",
		retention: { until: "endOfDevice" },
	}),
	row({
		name: "certificate",
		files: /^terminal\.(?:csr\.)?der$/,
		where: "terminal.der, terminal.csr.der",
		about: "merchant",
		what: "the certificate of the terminal's TLS key, and the request for it: its name at the acquirer",
		fields: [],
		purpose: "shows the bank which terminal calls",
		basis: "contract",
		protection: "signed",
		retention: { until: "replaced" },
	}),
	row({
		name: "PIN limit",
		files: /^pin-limit$/,
		where: "pin-limit",
		about: "nobody",
		what: "how many PIN entries are left, and since when; no PIN, no card",
		fields: [],
		purpose: "nobody finds out a PIN by trying",
		basis: "security",
		protection: "plain",
		retention: { until: "replaced" },
	}),
	row({
		name: "binding",
		files: /^binding$/,
		where: "binding",
		about: "merchant",
		what: "the signed binding: name, address, numbers, licence, fees, the first 6 and last 4 digits of the settlement card; the bank's key message until its keys are loaded",
		fields: [], // by number: docs/binding.cddl
		purpose: "the terminal sells for this merchant and nobody else",
		basis: "contract",
		protection: "sealed",
		retention: { until: "unbound" },
	}),
	row({
		name: "acquirer's lists",
		files: /^download-(?:parameters|aids|caKeys)$/,
		where: "download-parameters, -aids, -caKeys",
		about: "merchant",
		what: "limits, applications and scheme keys that the acquirer has sent",
		fields: [],
		purpose: "what the terminal may accept",
		basis: "contract",
		protection: "sealed",
		retention: { until: "unbound" },
	}),
	row({
		name: "hot cards",
		files: /^download-hotCards$/,
		where: "download-hotCards",
		about: "cardholder",
		what: "numbers of cards that the acquirer has blocked, as it has sent them",
		fields: [],
		holdsPan: true,
		purpose: "lost and stolen cards are refused offline",
		basis: "security",
		protection: "sealed",
		retention: { until: "unbound" },
	}),
	row({
		name: "management",
		files: /^management$/,
		where: "management",
		about: "nobody",
		what: "numbers of messages to and from the bank, how far its copies go, the help desk's key",
		fields: words(`
			sent received answer to done reason lines kept journal upTo backedUp listsDigest supportKey syncSeconds statusSeconds
			command parameters aids caKeys hotCards configuration restore restorePart revocations rules keys backup noticeKept
		`),
		purpose: "the bank can reach the terminal, and nobody else can",
		basis: "security",
		protection: "sealed",
		retention: { until: "replaced" },
	}),
	row({
		name: "notices",
		files: /^notices$/,
		where: "notices",
		about: "merchant",
		what: "what waits for the line to the bank: alerts with amounts, times and 4-byte tokens of cards, assessments of days, results of self-checks",
		fields: words(`
			last waiting lasting kind body number at alert text lines entry hash day score level report blocking results
		`),
		purpose: "the bank hears of fraud and faults as soon as it can",
		basis: "security",
		protection: "sealed",
		retention: { until: "pushedOut", most: "24 notices" },
	}),
	row({
		name: "monitoring rules",
		files: /^monitor\.rules$/,
		where: "monitor.rules",
		about: "nobody",
		what: "what the bank wants to be watched for",
		fields: words(`
			limitsMinor businessHours opensMinute closesMinute rules name says en zh on where field atLeast atMost measure threshold
			windowSeconds sumAtLeastMinor against percent of actions locks quietSeconds
		`),
		purpose: "nobody at the terminal makes it look away",
		basis: "security",
		protection: "sealed",
		retention: { until: "unbound" },
	}),
	row({
		name: "update",
		files: /^update$/,
		where: "update",
		about: "nobody",
		what: "the signed manifest of the firmware that is offered, how far it is, the highest rollback counter, digests of the firmware that runs and of offers that failed",
		fields: words("counter installed digest size offer phase isAsked damages failed failedVersion"),
		purpose: "no firmware is installed that nobody has signed, or that is older than what was there",
		basis: "security",
		protection: "sealed",
		retention: { until: "endOfDevice" },
	}),
	row({
		name: "monitor",
		files: /^monitor$/,
		where: "monitor",
		about: "cardholder",
		what: "what the rules remember: of the newest events time, kind, amount and a 4-byte token of the card; sums of the day, what is usual; the last self-check",
		fields: words(`
			engine assessment wantsFactor at rule lines newest number hash report day score level causes kind name points
			value usual alarms count counts of soldMinor refundedMinor isLearning check results title en zh isSafetyRelevant
			verdict says blocking sale decline refund void preAuthorisation completion pinFailure fallback cardFault signOn
			reversal linkFault tamper clockJump cancelledAfterApproval forcedOnline cancelled detail
		`),
		purpose: "fraud is noticed at the terminal",
		basis: "security",
		protection: "sealed",
		retention: { until: "pushedOut", most: "32 cards a rule, tokens at most 8 days" },
	}),
	row({
		name: "days",
		files: /^days$/,
		where: "days",
		about: "merchant",
		what: "of each of the last 35 days: score with its causes, numbers of events of each kind, sums",
		fields: [], // rows of numbers and rule names: src/monitor/dayHistory.ts
		purpose: "the merchant's report",
		basis: "contract",
		protection: "sealed",
		retention: { until: "pushedOut", most: "35 days" },
	}),
	row({
		name: "incident log",
		files: /^incidents\.[0-9]{6}$/,
		where: "incidents.NNNNNN",
		about: "operator",
		what: "what took the terminal out of its normal state and who brought it back, by role; no card",
		fields: words(`
			number at event type cause detail locks incident factor by call previous hash
		`),
		purpose: "proof of what happened to the terminal",
		basis: "security",
		protection: "chained",
		retention: { until: "pushedOut", most: "about 250 entries" },
	}),
	row({
		name: "head of the incident log",
		files: /^incidents\.head$/,
		where: "incidents.head",
		about: "nobody",
		what: "number and hash of the newest line, and the state that it comes to",
		fields: words("number hash state open cause detail by call locks missing given length at segment base"),
		purpose: "a line that is taken off is missed",
		basis: "security",
		protection: "sealed",
		retention: { until: "endOfDevice" },
	}),
	row({
		name: "passcodes",
		files: /^passcode-[a-zA-Z0-9]+$/,
		where: "passcode-ROLE",
		about: "operator",
		what: "PBKDF2 of a role's passcode with its salt",
		fields: words("salt rounds verifier"),
		purpose: "only who may does what moves money back or takes the terminal apart",
		basis: "security",
		protection: "sealed",
		retention: { until: "replaced" },
	}),
	row({
		name: "operators",
		files: /^operators$/,
		where: "operators",
		about: "operator",
		what: "of each person who works at the terminal number, role and PBKDF2 of the passcode; no name",
		fields: words(`
			list number role isInitial passcode salt rounds verifier change at event type who by
		`),
		purpose: "only who may sells and gives back",
		basis: "security",
		protection: "sealed",
		retention: { until: "unbound" },
	}),
	row({
		name: "access trail",
		files: /^access\.[0-9]{6}$/,
		where: "access.NNNNNN",
		about: "operator",
		what: "who signed on and off, tried a passcode, approved, changed whose access, by number; no name, no passcode",
		fields: words("number at event previous hash type who why what by role"),
		purpose: "what was done at the terminal has somebody who answers for it",
		basis: "security",
		protection: "chained",
		retention: { until: "pushedOut", most: "20 files of 16 KiB" },
	}),
	row({
		name: "head of the access trail",
		files: /^access\.head$/,
		where: "access.head",
		about: "operator",
		what: "number and hash of the newest line; wrong tries, locks, who is signed on",
		fields: words("number hash state tries who wrong lockedUntil allLocked signedOn at operators length segment base"),
		purpose: "a line that is taken off is missed, and a wrong try counts",
		basis: "security",
		protection: "sealed",
		retention: { until: "replaced" },
	}),
	row({
		name: "self-check probe",
		files: /^self-check\.probe$/,
		where: "self-check.probe",
		about: "nobody",
		what: "random bytes",
		fields: [],
		purpose: "whether what is written is read back",
		basis: "none",
		protection: "plain",
		retention: { until: "done" },
	}),
	row({
		name: "training",
		files: /^training\..+$/,
		where: "training.NAME, of a terminal of its own for practice",
		about: "nobody",
		what: "journal, keys and settings of the training terminal: cards and money that do not exist",
		fields: [],
		purpose: "staff can practise without touching anything real",
		basis: "none",
		protection: "sealed",
		retention: { until: "done" },
	}),
	row({
		name: "lessons",
		files: /^lessons$/,
		where: "lessons",
		about: "operator",
		what: "who has taken which lesson of the training, how often, when and how well; the newest 512",
		fields: words("operator lesson attempts score takenAt passedAt"),
		purpose: "the merchant knows whom to train, and when again",
		basis: "security",
		protection: "sealed",
		retention: { until: "unbound" },
	}),
	row({
		name: "retention",
		files: /^retention$/,
		where: "retention",
		about: "nobody",
		what: "when files that have no date of their own were first seen",
		fields: [],
		purpose: "they go when their time has come",
		basis: "none",
		protection: "sealed",
		retention: { until: "replaced" },
	}),
	row({
		name: "certificate of erasure",
		files: /^erasure$/,
		where: "erasure",
		about: "nobody",
		what: "the terminal's signed word that it has erased the keys of a binding: serial, binding number, when, which key slots",
		fields: [], // by number: docs/binding.cddl
		purpose: "the bank gets the proof, also when its answer was lost",
		basis: "contract",
		protection: "plain",
		retention: { until: "done" },
	}),
]);

/** The row of a file; undefined: nobody has said why it is kept. */
export function keptDataOf(file: string): KeptData | undefined {
	return KEPT_DATA.find(({ files }) => files.test(file));
}
