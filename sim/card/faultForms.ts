import type { CardFault, CardFaultName } from "./cardFault.js";

export type FaultParameter = Exclude<keyof CardFault, "fault">;

/** How people write a fault down. */
export interface FaultForm {
	/** Which parameters it takes. */
	readonly takes: Readonly<Partial<Record<FaultParameter, "needed" | "possible">>>;
	/** Of exactly one of these something is given. */
	readonly either?: readonly (readonly FaultParameter[])[];
	/** At the command line. */
	readonly example: string;
	/** What the card does, in one line. */
	readonly meaning: string;
}

/** With every command, or with that one. */
const COMMAND = { instruction: "possible", apdu: "possible" } as const;

/** Every fault: docs/cards.md, the check of profiles, the command line and the front panel go by this table. */
export const FAULT_FORMS: Readonly<Record<CardFaultName, FaultForm>> = Object.freeze({
	pull: {
		takes: { ...COMMAND, byte: "possible" },
		either: [["apdu", "instruction"], ["byte"]],
		example: "pull:apdu=7",
		meaning: "is pulled out when its 7th command has come, or after 100 characters on the line (pull:byte=100)",
	},
	mute: {
		takes: COMMAND,
		example: "mute:apdu=5",
		meaning: "answers nothing from its 5th command on, until the next reset",
	},
	slow: {
		takes: { ...COMMAND, etu: "needed" },
		example: "slow:apdu=3,etu=9000",
		meaning: "lets the terminal wait so many etu before it answers, and asks for no time",
	},
	parity: {
		takes: { character: "needed", times: "possible" },
		example: "parity:character=40,times=2",
		meaning:
			"sends its 40th character with wrong parity, and so the next one; with T=0 it is sent again, 3 times at most",
	},
	flip: {
		takes: { character: "needed", times: "possible" },
		example: "flip:character=40",
		meaning: "sends another character of right parity as its 40th: with T=1 the block's check byte is wrong",
	},
	"procedure-byte": {
		takes: { ...COMMAND, value: "needed" },
		example: "procedure-byte:apdu=4,value=01",
		meaning: "begins its answer with another byte: with T=0 a procedure byte that means nothing, with T=1 a wrong NAD",
	},
	"status-word": {
		takes: { ...COMMAND, statusWord: "needed" },
		example: "status-word:instruction=GENERATE AC,statusWord=6985",
		meaning: "answers this status word and does nothing",
	},
	fuzz: {
		takes: { ...COMMAND, tag: "needed", offset: "possible", value: "possible", length: "possible" },
		either: [["value"], ["length"]],
		example: "fuzz:tag=9F26,offset=0,value=FF",
		meaning: "gives a data object other bytes at this offset, or another length (fuzz:tag=94,length=5)",
	},
	"missing-tag": {
		takes: { ...COMMAND, tag: "needed" },
		example: "missing-tag:tag=8C",
		meaning: "leaves a data object out",
	},
	"repeated-tag": {
		takes: { ...COMMAND, tag: "needed" },
		example: "repeated-tag:tag=5A",
		meaning: "has a data object twice",
	},
	garbage: {
		takes: COMMAND,
		example: "garbage:instruction=READ RECORD",
		meaning: "answers as many bytes, none of them right",
	},
	"wrong-length": {
		takes: COMMAND,
		example: "wrong-length:apdu=2",
		meaning: "lets its outermost object end one byte behind the answer",
	},
	oversized: {
		takes: COMMAND,
		example: "oversized:instruction=GENERATE AC",
		meaning: "answers with a template of 1000 bytes",
	},
	"endless-60": { takes: COMMAND, example: "endless-60:apdu=3", meaning: "asks for time for ever (T=0)" },
	"endless-61": { takes: COMMAND, example: "endless-61:apdu=3", meaning: "promises more data for ever (T=0)" },
	"endless-6c": { takes: COMMAND, example: "endless-6c:apdu=3", meaning: "finds every length wrong (T=0)" },
	"next-without-end": { takes: COMMAND, example: "next-without-end", meaning: "always has one more application" },
	"foreign-df-name": { takes: COMMAND, example: "foreign-df-name", meaning: "names another application in its FCI" },
	"first-application-unavailable": {
		takes: COMMAND,
		example: "first-application-unavailable",
		meaning: "answers 6985 to GET PROCESSING OPTIONS of its first application",
	},
	"unsigned-cda": { takes: COMMAND, example: "unsigned-cda", meaning: "leaves out the signature that CDA asked for" },
	"upgraded-cryptogram": { takes: COMMAND, example: "upgraded-cryptogram", meaning: "calls every cryptogram a TC" },
	"reserved-cid": { takes: COMMAND, example: "reserved-cid", meaning: "gives cryptograms of the reserved type" },
	"foreign-signature": {
		takes: COMMAND,
		example: "foreign-signature",
		meaning: "signs with another key than the certified one",
	},
});
