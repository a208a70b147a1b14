import type { KeptData } from "./keptKind.js";

const words = (text: string): readonly string[] => Object.freeze(text.trim().split(/\s+/));
const row = (data: KeptData): KeptData => Object.freeze(data);

/** Rows of the table of kept data about what the terminal watches, and who works at it. */
export const KEPT_OF_WATCHING: readonly KeptData[] = Object.freeze([
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
		name: "monitor",
		files: /^monitor$/,
		where: "monitor",
		about: "cardholder",
		what: "what the rules remember: of the newest events time, kind, amount and a 4-byte token of the card; sums of the day, what is usual; the last self-check",
		fields: words(`
			engine assessment wantsFactor at rule lines newest number hash report day score level causes kind name points
			value usual alarms count counts of soldMinor refundedMinor isLearning check results title en zh isSafetyRelevant
			verdict says blocking sale decline refund void preAuthorisation completion pinFailure fallback cardFault
			signOn signIn reversal linkFault tamper clockJump cancelledAfterApproval forcedOnline cancelled detail
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
		what: "what took the terminal out of its normal state and who brought it back, by role or number; no card",
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
		what: "the newest line, and the state that it comes to, with a seal over both",
		fields: words("number hash state open cause detail by call locks missing given length at segment base line"),
		purpose: "a line that is added or taken off is found",
		basis: "security",
		protection: "chained",
		retention: { until: "endOfDevice" },
	}),
	row({
		name: "supervisor's passcode",
		files: /^passcode-supervisor$/,
		where: "passcode-supervisor",
		about: "operator",
		what: "PBKDF2 of the passcode with its salt",
		fields: words("salt rounds verifier"),
		purpose: "only who may does what moves money back",
		basis: "security",
		protection: "sealed",
		retention: { until: "unbound" },
	}),
	row({
		name: "passcodes of the bank's custodians",
		files: /^passcode-custodian[12]$/,
		where: "passcode-custodian1, passcode-custodian2",
		about: "operator",
		what: "PBKDF2 of a custodian's passcode with its salt",
		fields: words("salt rounds verifier"),
		purpose: "keys are loaded by two persons who share no passcode",
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
		what: "the newest line; wrong tries, locks, who is signed on; with a seal over all of it",
		fields: words(`
			number hash state tries who wrong lockedUntil allLocked signedOn at listChange length segment base line
		`),
		purpose: "a line that is added or taken off is found, and a wrong try counts",
		basis: "security",
		protection: "chained",
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
		retention: { until: "restart" },
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
		retention: { until: "restart" },
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
]);
