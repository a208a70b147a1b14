import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Command } from "commander";
import { message } from "../../src/display/messages.js";
import { type Screen, screenText } from "../../src/display/screen.js";
import type { TrainingEnd } from "../../src/flows/trainingHall.js";
import { KeyError } from "../../src/keys/keyError.js";
import type { Key } from "../../src/ports.js";
import { LESSONS } from "../../src/training/lessons.js";
import { PASSING_SCORE, Progress, REFRESHER_MONTHS } from "../../src/training/progress.js";
import { formatTrainingReport, trainingReport } from "../../src/training/trainingReport.js";
import { readConfiguration } from "../world/configurationFile.js";
import { EMPTY_READER } from "../world/emptyReader.js";
import { MemoryDisplay } from "../world/memoryDisplay.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { makeSystemClock } from "../world/system.js";
import { type RunningTerminal, startTestTerminal } from "../world/testTerminal.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption, terminalOption } from "./options.js";

interface HoldOptions {
	readonly json?: boolean;
	readonly language: "en" | "zh";
	readonly state: string;
}

interface ReportOptions {
	readonly json?: boolean;
	readonly language: "en" | "zh";
	readonly terminal: TestTerminal;
	readonly state: string;
}

const KEYS_HELP = `
Keys are typed as words, Enter after each line: digits as they are, then enter, clear, cancel, up (puts the training card
in), down (takes it out), or their first letters e, c, x, u, d. So "1250 e" keys in an amount.

Lessons: ${LESSONS.map(({ id }) => id).join(", ")}; practice: whatever one likes, until cancel.

Exit status: 0 the lesson was passed, 2 it was not, 1 anything else.`;

/** `kassa training`: lessons at the terminal of the command line, and the report for the merchant. */
export function trainingCommand(): Command {
	const training = new Command("training")
		.summary("train at the terminal: no money moves")
		.description("train at the terminal of the command line: no bank is called and no money moves")
		.usage("[lesson] [options] | lessons | report");
	training
		.command("hold", { isDefault: true })
		.description("hold a lesson; this is what `kassa training [lesson]` does")
		.argument("[lesson]", "which lesson; chosen on the display when it is not named")
		.option("--json", "print one JSON object instead of the screens")
		.option("--language <language>", "en or zh", parseLanguage, "en")
		.addOption(stateOption())
		.addHelpText("after", KEYS_HELP)
		.action(hold);
	training.addHelpText("after", KEYS_HELP);
	training
		.command("lessons")
		.description("list the lessons, and after how many months each is due again")
		.action(() => {
			for (const { id, title, isDrill } of LESSONS)
				console.log(
					`${id.padEnd(16)} ${message(title, "en").padEnd(18)} ${REFRESHER_MONTHS[id]} months${isDrill ? ", drill" : ""}`,
				);
		});
	training
		.command("report")
		.description("tell who has learnt what at a terminal that does not run, and what is due again")
		.option("--json", "print JSON")
		.option("--language <language>", "en or zh", parseLanguage, "en")
		.addOption(terminalOption("of which terminal"))
		.addOption(stateOption())
		.action(report);
	return training;
}

function parseLanguage(text: string): "en" | "zh" {
	if (text === "en" || text === "zh") return text;
	throw new UserError("the languages are en and zh");
}

async function hold(lesson: string | undefined, { json, language, state: folder }: HoldOptions): Promise<void> {
	const state = new StateFolder(folder);
	await openTestWorld(state, false);
	let begin = () => {};
	const begun = new Promise<void>(resolve => {
		begin = resolve;
	});
	const running = start(state, "commandLine", language, screen => {
		begin();
		if (!json) console.log(`\n${screenText(screen)}`);
	});
	try {
		const keys = pressTyped(running.pressKey, begun);
		const end = await running.terminal.train(lesson).finally(() => keys.close());
		if (json) console.log(JSON.stringify(end));
		else console.log(`\n${end.reason}`);
		process.exitCode = isPassed(end) ? 0 : 2;
	} catch (error) {
		throw explained(error);
	} finally {
		running.release();
	}
}

/** Free practice cannot fail. */
function isPassed({ done, score = 100 }: TrainingEnd): boolean {
	return done && score >= PASSING_SCORE;
}

/** Long enough for the terminal to draw what comes next before the next key of a line is pressed. */
const KEY_MS = 30;
const NAMES: Readonly<Record<string, Key>> = Object.freeze({
	...{ enter: "enter", e: "enter", clear: "clear", c: "clear", cancel: "cancel", x: "cancel" },
	...{ up: "up", u: "up", down: "down", d: "down" },
} as const);

/** What a person types, from the first screen on; at its end they leave. */
function pressTyped(press: (key: Key) => void, begun: Promise<void>) {
	const lines = createInterface({ input: process.stdin });
	let isOpen = true;
	const work = async () => {
		for await (const line of lines) {
			await begun;
			for (const word of line.trim().split(/\s+/)) {
				const named = NAMES[word.toLowerCase()];
				const keys = named ? [named] : /^[0-9]+$/.test(word) ? ([...word] as Key[]) : [];
				if (!keys.length && word) console.error(`kassa: there is no key ${word}: see kassa training --help`);
				for (const key of keys) {
					await pause(KEY_MS);
					press(key);
				}
			}
		}
		await begun;
		for (; isOpen; await pause(KEY_MS)) press("cancel");
	};
	void work();
	return {
		close() {
			isOpen = false;
			lines.close();
			process.stdin.destroy();
		},
	};
}

async function report({ json, language, terminal: name, state: folder }: ReportOptions): Promise<void> {
	const state = new StateFolder(folder);
	await openTestWorld(state, false);
	const { terminal, release } = start(state, name, language, () => {});
	try {
		const hall = terminal.trainingHall!;
		const progress = new Progress(hall);
		if (progress.wasDamaged) throw new UserError(`the record of training of the terminal ${name} is damaged`);
		const told = trainingReport(progress.records, hall.operators, makeSystemTime());
		if (json) console.log(JSON.stringify(told));
		else if (!told.operators.length) console.log("nobody has taken a lesson at this terminal");
		else console.log(formatTrainingReport(told, language).join("\n"));
	} catch (error) {
		throw explained(error);
	} finally {
		release();
	}
}

/** What a person can do something about, in a sentence: no such lesson, a terminal without keys. */
function explained(error: unknown): unknown {
	return error instanceof RangeError || error instanceof KeyError ? new UserError(error.message) : error;
}

function makeSystemTime() {
	const clock = makeSystemClock();
	return { now: clock.now(), utcOffsetMinutes: clock.utcOffsetMinutes };
}

/** A terminal of the test world by itself: no bank, no card. */
function start(
	state: StateFolder,
	name: TestTerminal,
	language: "en" | "zh",
	onTrainingScreen: (screen: Screen) => void,
): RunningTerminal {
	return startTestTerminal({
		...{ state, name, language, onTrainingScreen },
		bankPort: 0,
		configuration: readConfiguration(state, undefined),
		reader: EMPTY_READER,
		display: new MemoryDisplay(),
		log: { line: () => {} },
	});
}
