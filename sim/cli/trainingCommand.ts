import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { Argument, Command, Option } from "commander";
import { message } from "../../src/display/messages.js";
import { type Screen, screenText } from "../../src/display/screen.js";
import type { TrainingEnd } from "../../src/flows/trainingHall.js";
import type { Key } from "../../src/ports.js";
import { LESSONS } from "../../src/training/lessons.js";
import { PASSING_SCORE, Progress, REFRESHER_MONTHS } from "../../src/training/progress.js";
import { formatTrainingReport, trainingReport } from "../../src/training/trainingReport.js";
import type { TestTerminal } from "../world/merchant.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { useStoppedTerminal } from "../world/stoppedTerminal.js";
import { systemClock } from "../world/system.js";
import { useTerminalAlone } from "../world/terminalAlone.js";
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

const NAMED: readonly string[] = [...LESSONS.map(({ id }) => id), "practice"];

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
		.addArgument(new Argument("[lesson]", "which lesson; chosen on the display when it is not named").choices(NAMED))
		.option("--json", "print one JSON object instead of the screens")
		.addOption(languageOption())
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
		.addOption(languageOption())
		.addOption(terminalOption("of which terminal"))
		.addOption(stateOption())
		.action(report);
	return training;
}

function languageOption(): Option {
	return new Option("--language <language>", "en or zh").choices(["en", "zh"]).default("en");
}

async function hold(lesson: string | undefined, { json, language, state: folder }: HoldOptions): Promise<void> {
	let begin = () => {};
	const begun = new Promise<void>(resolve => {
		begin = resolve;
	});
	const onTrainingScreen = (screen: Screen) => {
		begin();
		if (!json) console.log(`\n${screenText(screen)}`);
	};
	const options = { language, onTrainingScreen };
	await useTerminalAlone(new StateFolder(folder), "commandLine", options, async ({ terminal, pressKey }) => {
		const keys = pressTyped(pressKey, begun);
		const end = await terminal.train(lesson).finally(() => keys.close());
		if (json) console.log(JSON.stringify(end));
		else console.log(`\n${end.reason}`);
		process.exitCode = isPassed(end) ? 0 : 2;
	});
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
	const told = await useStoppedTerminal(state, name, ({ storage, seal, operators }) => {
		const progress = new Progress({ storage, seal });
		if (progress.wasDamaged) throw new UserError(`the record of training of the terminal ${name} is damaged`);
		const numbers = operators.list().map(({ number }) => number);
		const { utcOffsetMinutes } = systemClock;
		return trainingReport(progress.records, numbers, { now: systemClock.now(), utcOffsetMinutes });
	});
	if (json) console.log(JSON.stringify(told));
	else if (!told.operators.length) console.log("nobody has taken a lesson at this terminal");
	else console.log(formatTrainingReport(told, language).join("\n"));
}
