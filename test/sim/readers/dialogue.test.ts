import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Dialogue, DialogueError, formatDialogue, parseDialogue } from "../../../sim/readers/dialogue.js";
import { parseHex } from "../../../src/bytes/hex.js";

const TEXT = `kassa dialogue 1
# virtual:cda
at 2026-11-22T10:00:00.000Z
unpredictable A1B2C3D4
atr 3B00
> 0020008008****************
< 9000
> 00B2010C00
! mute the card does not answer
reset
! removed the card was removed
`;

const DIALOGUE: Dialogue = {
	comment: "virtual:cda",
	beganAt: Date.UTC(2026, 10, 22, 10),
	unpredictableNumbers: [parseHex("A1B2C3D4")],
	steps: [
		{ kind: "activation", answer: [0x3b, 0] },
		{ kind: "command", command: [0, 0x20, 0, 0x80, 8, ...new Array<undefined>(8)], answer: [0x90, 0] },
		{
			kind: "command",
			command: [0, 0xb2, 1, 0x0c, 0],
			answer: { reason: "mute", detail: "the card does not answer" },
		},
		{ kind: "activation", answer: { reason: "removed", detail: "the card was removed" } },
	],
};

describe("the text of a recording", () => {
	test("is written", () => {
		expect(formatDialogue(DIALOGUE)).toBe(TEXT);
	});

	test("is read", () => {
		expect(parseDialogue(TEXT)).toEqual({ ...DIALOGUE, comment: "" });
	});

	test("may be edited: empty lines, comments, spaces, line ends of DOS", () => {
		const edited = TEXT.replaceAll("\n", "  \r\n\r\n# note\n");
		expect(parseDialogue(edited)).toEqual(parseDialogue(TEXT));
	});

	const head = "kassa dialogue 1\nat 2026-11-22T10:00:00Z\n";
	test.each([
		["", 'line 1 is not "kassa dialogue 1"'],
		["kassa dialogue 2\n", "line 1 is not"],
		["kassa dialogue 1\natr 3B00\n", 'there is no line "at"'],
		["kassa dialogue 1\nat noon\n", "line 2 holds no time"],
		[`${head}unpredictable 12`, "line 3 holds no 4 bytes in hexadecimal"],
		[`${head}< 9000`, "line 3 answers nothing"],
		[`${head}reset\n< 9000`, "line 4 answers nothing"],
		[`${head}> 00A4\n> 00A4`, "line 4 comes before the answer to the line above"],
		[`${head}> 00A4`, "the last line has no answer"],
		[`${head}> 00A`, "line 3 holds no bytes"],
		[`${head}> `, "line 3 holds no bytes"],
		[`${head}> 0*A4`, "line 3 holds no bytes"],
		[`${head}reset\n! tired`, "line 4 names none of removed, mute, protocol, notAccepted"],
		[`${head}hello`, "line 3 begins with none of at, unpredictable, atr, reset, >, < and !"],
	])("%j is refused", (text, sentence) => {
		expect(() => parseDialogue(text)).toThrow(DialogueError);
		expect(() => parseDialogue(text)).toThrow(sentence);
	});

	test("whatever a file holds: a dialogue or one sentence", () => {
		const line = fc.oneof(fc.constantFrom("atr 3B00", "> 00A4", "< 9000", "! mute", "reset", "at 0"), fc.string());
		fc.assert(
			fc.property(fc.array(line), lines => {
				try {
					const dialogue = parseDialogue(`${head}${lines.join("\n")}`);
					expect(parseDialogue(formatDialogue(dialogue))).toEqual(dialogue);
				} catch (error) {
					expect(error).toBeInstanceOf(DialogueError);
				}
			}),
			{ numRuns: 300 },
		);
	});
});
