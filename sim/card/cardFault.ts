/** One thing that a card does wrong. Where neither `instruction` nor `apdu` is given, it does it with every command. */
export interface CardFault {
	readonly fault: CardFaultName;
	readonly instruction?: InstructionName | undefined;
	/** Which command since the reset, from 1, as the card executes them: in T=0 one repeated after 6Cxx counts twice. */
	readonly apdu?: number | undefined;
	/** For "status-word", 2 bytes. */
	readonly statusWord?: string | undefined;
	/** For "missing-tag", "repeated-tag" and "fuzz". */
	readonly tag?: string | undefined;
	/** For "fuzz": the first byte that is changed, and what stands there instead, hexadecimal. */
	readonly offset?: number | undefined;
	readonly value?: string | undefined;
	/** For "fuzz", instead of a value: how many bytes the value has. */
	readonly length?: number | undefined;
	/** For "slow": how long the card keeps the terminal waiting, in etu. */
	readonly etu?: number | undefined;
	/** For "pull": after how many characters on the line since the reset, in either direction. */
	readonly byte?: number | undefined;
	/** For "parity" and "flip": which character of the card since the reset, from 1, and how many times in a row. */
	readonly character?: number | undefined;
	readonly times?: number | undefined;
}

/** INS by the name that the Books give the command. */
export const INSTRUCTIONS = Object.freeze({
	SELECT: 0xa4,
	"READ RECORD": 0xb2,
	"GET PROCESSING OPTIONS": 0xa8,
	"INTERNAL AUTHENTICATE": 0x88,
	"GET CHALLENGE": 0x84,
	"GET DATA": 0xca,
	VERIFY: 0x20,
	"EXTERNAL AUTHENTICATE": 0x82,
	"GENERATE AC": 0xae,
} as const);
export type InstructionName = keyof typeof INSTRUCTIONS;

/** Faults of commands (faultyCommand.ts). */
export type CommandFaultName =
	| "mute"
	| "endless-60"
	| "endless-61"
	| "endless-6c"
	| "slow"
	| "status-word"
	| "next-without-end"
	| "foreign-df-name"
	| "first-application-unavailable"
	| "garbage"
	| "wrong-length"
	| "oversized"
	| "repeated-tag"
	| "fuzz"
	| "missing-tag"
	| "unsigned-cda"
	| "upgraded-cryptogram"
	| "reserved-cid"
	| "foreign-signature";
/** Faults that show at the contacts only (faultyContact.ts). */
export type ContactFaultName = "pull" | "procedure-byte" | "parity" | "flip";
export type CardFaultName = CommandFaultName | ContactFaultName;

/** Whether the fault is of this command. @param count commands since the reset */
export function concerns({ apdu, instruction }: CardFault, count: number, ins: number): boolean {
	return (apdu === undefined || apdu === count) && (instruction === undefined || INSTRUCTIONS[instruction] === ins);
}
