import { describe, expect, test } from "vitest";
import { formatDialogue, parseDialogue } from "../../../sim/readers/dialogue.js";
import { Recorder } from "../../../sim/readers/recorder.js";
import { ReplayReader } from "../../../sim/readers/replayReader.js";
import { ManualClock } from "../../../sim/world/manualClock.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { CardError } from "../../../src/card/cardError.js";
import type { CardReader } from "../../../src/ports.js";
import { nodeRandom } from "../card/testCards.js";

const PAN = "6221261000000000018F";
const RECORD = `701A5A0A${PAN}57086221261000D351225F200141`;

/** @param answers to each command in turn; an error is thrown */
function scriptedReader(...answers: (string | CardError)[]): CardReader {
	return {
		present: true,
		onChange: undefined,
		activate: async () => parseHex("3B00"),
		transmit: async () => {
			const answer = answers.shift()!;
			if (answer instanceof CardError) throw answer;
			return parseHex(answer);
		},
		deactivate: async () => {},
	};
}

async function record(reveal: boolean, dialogue: readonly (readonly [command: string, answer: string | CardError])[]) {
	const reader = scriptedReader(...dialogue.map(([, answer]) => answer));
	const recorder = new Recorder({ reader, clock: new ManualClock(1_700_000_000_789), random: nodeRandom, reveal });
	await recorder.reader.activate();
	for (const [command] of dialogue) await recorder.reader.transmit(parseHex(command)).catch(() => {});
	return { recorder, text: formatDialogue(recorder.dialogue("test")) };
}

const linesOf = (text: string) => text.split("\n").filter(line => /^[<>!]/.test(line));

describe("what a recording holds", () => {
	test("everything but the PIN when the card data are revealed", async () => {
		const { text } = await record(true, [
			["00B2010C00", `${RECORD}9000`],
			["002000800824123 4FFFFFFFFFF".replace(" ", ""), "63C2"],
			["8C24000208AABBCCDDEEFF0011", "9000"],
		]);
		expect(linesOf(text)).toEqual([
			"> 00B2010C00",
			`< ${RECORD}9000`,
			"> 0020008008****************",
			"< 63C2",
			"> 8C24000208****************",
			"< 9000",
		]);
	});

	test("neither card number nor track, name, certificate or DOL data otherwise", async () => {
		const { text } = await record(false, [
			["00B2010C00", `${RECORD}9000`],
			["00B2020C00", "70069F4603AABBCC9000"],
			["80AE400003112233", "77049F2701809000"],
			["00B2030C00", "0102039000"],
		]);
		expect(linesOf(text)).toEqual([
			"> 00B2010C00",
			`< 701A5A0A${"**".repeat(10)}5708${"**".repeat(8)}5F2001**9000`,
			"> 00B2020C00",
			"< 70069F4603******9000",
			"> 80AE400003******",
			"< 77049F2701809000",
			"> 00B2030C00",
			"< ******9000",
		]);
	});

	test("no card number anywhere, once one is known: packed, as text, and in what came before", async () => {
		const digits = "6221261000000000018";
		const asText = [...digits].map(digit => `3${digit}`).join("");
		const { text } = await record(false, [
			["80CA9F1300", `9F130A${PAN}9000`],
			[`80A8000015${`8313${asText}`}`, "9000"],
			["00B2010C00", `${RECORD}9000`],
			[`00A404000A${PAN}`, "9000"],
		]);
		expect(text).not.toContain(digits);
		expect(text).not.toContain(asText);
		expect(text).not.toContain(digits.slice(6, 15));
	});

	test("how the card failed", async () => {
		const { text } = await record(true, [["00B2010C00", new CardError("mute", "the card does not answer")]]);
		expect(linesOf(text)).toEqual(["> 00B2010C00", "! mute the card does not answer"]);
	});

	test("the clock in whole seconds, the unpredictable numbers and no other random number", async () => {
		const { recorder } = await record(true, []);
		const number = recorder.random.bytes(4);
		const secret = recorder.random.bytes(8);
		expect(recorder.clock.now() % 1000).toBe(0);
		const text = formatDialogue(recorder.dialogue("test"));
		expect(text).toContain(`at ${new Date(1_700_000_000_000).toISOString()}`);
		expect(text).toContain(`unpredictable ${formatHex(number)}`);
		expect(text).not.toContain(formatHex(secret));
	});
});

describe("a replay", () => {
	const recorded = async () => {
		const { text } = await record(true, [
			["00B2010C00", `${RECORD}9000`],
			["0020008008241234FFFFFFFFFF", "9000"],
			["80AE800003112233", new CardError("removed", "the card was removed")],
		]);
		return new ReplayReader(parseDialogue(text));
	};

	test("says what was said, PIN or other PIN", async () => {
		const replay = await recorded();
		expect(formatHex(await replay.activate())).toBe("3B00");
		expect(formatHex(await replay.transmit(parseHex("00B2010C00")))).toBe(`${RECORD}9000`);
		expect(formatHex(await replay.transmit(parseHex("0020008008249999FFFFFFFFFF")))).toBe("9000");
		await expect(replay.transmit(parseHex("80AE800003112233"))).rejects.toMatchObject({
			reason: "removed",
			message: "the card was removed",
		});
		expect(replay.difference).toBeUndefined();
	});

	test.each([
		[["00B2020C00"], "command 1 differs at offset 2: recorded 01, now 02"],
		[["00B2010C"], "command 1 differs at offset 4: recorded 00, now its end"],
		[["00B2010C0011"], "command 1 differs at offset 5: recorded its end, now 11"],
		[
			["00B2010C00", "0020008008249999FFFFFFFFFF", "80AE800003112234"],
			"command 3 differs at offset 7: recorded 33, now 34",
		],
	])("%j: ends at the first byte that differs", async (commands, sentence) => {
		const replay = await recorded();
		await replay.activate();
		const last = commands.at(-1)!;
		for (const command of commands.slice(0, -1)) await replay.transmit(parseHex(command));
		await expect(replay.transmit(parseHex(last))).rejects.toMatchObject({
			reason: "protocol",
			message: `the replay ends: ${sentence}`,
		});
		expect(replay.difference).toBe(sentence);
		await expect(replay.transmit(parseHex(last))).rejects.toThrow("call activate first");
	});

	test("a reset that was none, a command that was none, a recording that goes on", async () => {
		const replay = await recorded();
		await replay.activate();
		expect(replay.difference).toBe("the recording goes on: 3 more after command 0");
		await expect(replay.activate()).rejects.toThrow("the terminal resets the card, where the recording has a command");
		const short = new ReplayReader(parseDialogue("kassa dialogue 1\nat 2026-11-22T10:00:00Z\natr 3B00\n"));
		await short.activate();
		await expect(short.transmit(parseHex("00B2010C00"))).rejects.toThrow(
			"the terminal sends command 1, where the recording has nothing more",
		);
	});

	test("has the clock and the unpredictable numbers of the recording", async () => {
		const { recorder } = await record(true, []);
		const number = recorder.random.bytes(4);
		const replay = new ReplayReader(recorder.dialogue("test"));
		const random = replay.random(nodeRandom);
		expect(random.bytes(16)).toHaveLength(16);
		expect(formatHex(random.bytes(4))).toBe(formatHex(number));
		expect(random.bytes(4)).toHaveLength(4);
		const clock = replay.clock(new ManualClock(1_800_000_000_000));
		expect(clock.now()).toBe(1_700_000_000_000);
	});
});
