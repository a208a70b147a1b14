import { formatHex, parseHex } from "../../src/bytes/hex.js";
import type { CardErrorReason } from "../../src/card/cardError.js";

/** Bytes of a recording; undefined stands for a byte that was masked. */
export type RecordedBytes = readonly (number | undefined)[];

/** How the card failed to answer. */
export interface RecordedFailure {
	readonly reason: CardErrorReason;
	readonly detail: string;
}

/** One activation with its Answer to Reset, or one command with its response. */
export type DialogueStep =
	| { readonly kind: "activation"; readonly answer: RecordedBytes | RecordedFailure }
	| { readonly kind: "command"; readonly command: RecordedBytes; readonly answer: RecordedBytes | RecordedFailure };

/** A dialogue with a card, and what of it the terminal took from elsewhere (docs/simulator.md has the text format). */
export interface Dialogue {
	/** What people may like to know of it. */
	readonly comment: string;
	/** The terminal's clock when the dialogue began, whole seconds since 1970 in milliseconds. */
	readonly beganAt: number;
	/** The terminal's unpredictable numbers (9F37), 4 bytes each, in their order. */
	readonly unpredictableNumbers: readonly Uint8Array[];
	readonly steps: readonly DialogueStep[];
}

/** The text is no dialogue. Says which line; never repeats it. */
export class DialogueError extends Error {
	override readonly name = "DialogueError";
}

export const isFailure = (answer: RecordedBytes | RecordedFailure): answer is RecordedFailure => "reason" in answer;

const FIRST_LINE = "kassa dialogue 1";
const REASONS: readonly CardErrorReason[] = ["removed", "mute", "protocol", "notAccepted"];

export function formatDialogue({ comment, beganAt, unpredictableNumbers, steps }: Dialogue): string {
	const lines = [FIRST_LINE, `# ${comment}`, `at ${new Date(beganAt).toISOString()}`];
	for (const number of unpredictableNumbers) lines.push(`unpredictable ${formatHex(number)}`);
	for (const step of steps) {
		const mark = step.kind === "activation" ? "atr" : "<";
		if (step.kind === "command") lines.push(`> ${bytesText(step.command)}`);
		else if (isFailure(step.answer)) lines.push("reset");
		const { answer } = step;
		lines.push(isFailure(answer) ? `! ${answer.reason} ${answer.detail}` : `${mark} ${bytesText(answer)}`);
	}
	return `${lines.join("\n")}\n`;
}

/** @throws {DialogueError} */
export function parseDialogue(text: string): Dialogue {
	const lines = text.split("\n").map(line => line.trim());
	if (lines[0] !== FIRST_LINE) throw new DialogueError(`line 1 is not "${FIRST_LINE}"`);
	let beganAt: number | undefined;
	const unpredictableNumbers: Uint8Array[] = [];
	const steps: DialogueStep[] = [];
	/** What waits for its answer. */
	let asked: RecordedBytes | "reset" | undefined;
	for (const [i, line] of lines.entries()) {
		if (i === 0 || line === "" || line.startsWith("#")) continue;
		const [, word, rest] = /^(\S+)\s*(.*)$/.exec(line)!;
		const wrong = (sentence: string) => new DialogueError(`line ${i + 1} ${sentence}`);
		const answered = (answer: RecordedBytes | RecordedFailure) => {
			if (asked === undefined) throw wrong("answers nothing");
			steps.push(asked === "reset" ? { kind: "activation", answer } : { kind: "command", command: asked, answer });
			asked = undefined;
		};
		if (asked !== undefined && word !== "<" && word !== "!") throw wrong("comes before the answer to the line above");
		switch (word) {
			case "at":
				beganAt = Date.parse(rest!);
				if (Number.isNaN(beganAt)) throw wrong("holds no time");
				break;
			case "unpredictable":
				unpredictableNumbers.push(readNumber(rest!, wrong));
				break;
			case "reset":
				asked = "reset";
				break;
			case "atr":
				steps.push({ kind: "activation", answer: readBytes(rest!, wrong) });
				break;
			case ">":
				asked = readBytes(rest!, wrong);
				break;
			case "<":
				if (asked === "reset") throw wrong("answers nothing");
				answered(readBytes(rest!, wrong));
				break;
			case "!":
				answered(readFailure(rest!, wrong));
				break;
			default:
				throw wrong("begins with none of at, unpredictable, atr, reset, >, < and !");
		}
	}
	if (asked !== undefined) throw new DialogueError("the last line has no answer");
	if (beganAt === undefined) throw new DialogueError('there is no line "at"');
	return { comment: "", beganAt, unpredictableNumbers, steps };
}

type Wrong = (sentence: string) => DialogueError;

function readNumber(text: string, wrong: Wrong): Uint8Array {
	if (!/^[0-9A-F]{8}$/.test(text)) throw wrong("holds no 4 bytes in hexadecimal");
	return parseHex(text);
}

function readBytes(text: string, wrong: Wrong): RecordedBytes {
	if (!/^(?:[0-9A-F]{2}|\*\*)+$/.test(text))
		throw wrong("holds no bytes: pairs of the digits 0 to F, or ** where masked");
	return text.match(/../g)!.map(pair => (pair === "**" ? undefined : Number.parseInt(pair, 16)));
}

function readFailure(text: string, wrong: Wrong): RecordedFailure {
	const [, word, detail] = /^(\S*)\s*(.*)$/.exec(text)!;
	const reason = REASONS.find(each => each === word);
	if (!reason) throw wrong(`names none of ${REASONS.join(", ")}`);
	return { reason, detail: detail || reason };
}

function bytesText(bytes: RecordedBytes): string {
	return bytes.map(byte => (byte === undefined ? "**" : formatHex(Uint8Array.of(byte)))).join("");
}
