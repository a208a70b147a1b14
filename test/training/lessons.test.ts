import { expect, test } from "vitest";
import { soon } from "../../sim/world/soon.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { WHITE } from "../../src/display/layout.js";
import { screenText } from "../../src/display/screen.js";
import type { Digit, Key } from "../../src/ports.js";
import { Progress } from "../../src/training/progress.js";
import { trainingReport } from "../../src/training/trainingReport.js";
import { school, train } from "./school.js";
import { EVERY_LESSON } from "./trainee.js";

test.each(EVERY_LESSON)(
	"lesson %s is passed by who does what it says",
	async id => {
		const { bench } = school(id);
		expect(await train(bench, id)).toMatchObject({ done: true, score: 100 });
	},
	20_000,
);

test("a wrong answer and a cancelled sale are explained, done again, and cost points", async () => {
	const { bench, trainee, screens } = school("firstSale");
	trainee.wrongAnswers = 1;
	trainee.cancelledSales = 1;
	expect(await train(bench, "firstSale")).toMatchObject({ done: true, score: 33 });
	const pages = screens.filter(({ name }) => name === "training").map(screenText);
	expect(pages.filter(text => text.includes("Not quite"))).toHaveLength(2);
	expect(pages.at(-1)).toContain("Take it again 33%");
});

test("in free practice any sale can be made; nothing is noted, and Cancel on the idle screen ends it", async () => {
	const { bench, trainee, screens } = school("firstSale");
	trainee.take("phishingCall"); // no step of which begins a sale by itself
	const training = train(bench, "practice");
	const shows = async (name: string) => {
		while (screens.at(-1)?.name !== name) await new Promise(resolve => setTimeout(resolve, 2));
	};
	await shows("idle");
	for (const key of ["4", "2", "0", "enter"] as const) bench.pressKey(key);
	while (!screens.some(({ name }) => name === "approved")) await new Promise(resolve => setTimeout(resolve, 2));
	await shows("idle");
	bench.pressKey("cancel");
	expect(await training).toEqual({ done: true, reason: "the trainee practised freely" });
	expect(new Progress(bench.terminal.trainingHall!).records).toEqual([]);
	expect([...bench.terminal.journal.transactions()]).toEqual([]);
}, 20_000);

test("no such lesson: one sentence that names those that there are", async () => {
	const { bench } = school("firstSale");
	await expect(bench.terminal.train("astrology")).rejects.toThrow(
		/^there is no lesson astrology: the lessons are firstSale, wrongPin, /,
	);
});

test("the operator who is signed on gets the record; where cashiers work nobody learns without a number", async () => {
	const { bench, trainee } = school("phishingCall");
	const { terminal } = bench;
	const own = asciiBytes("86420975");
	terminal.operators.add("12", "cashier", "supervisor", bench.clock.now());
	expect(terminal.operators.choosePasscode("12", own, bench.clock.now())).toBeUndefined();
	terminal.operators.add("77", "supervisor", "supervisor", bench.clock.now());
	expect(await train(bench, "phishingCall")).toEqual({
		done: false,
		reason: "nobody is signed on: sign on with number and passcode first",
	});
	const typed = ["12", "86420975"];
	bench.onScreen = ({ name, items }) => {
		const isEmpty = !items.some(item => item.kind === "dots" && item.count > 0);
		if ((name !== "enterOperator" && name !== "enterPasscode") || !isEmpty || !typed.length) return;
		const keys = [...typed.shift()!] as Digit[];
		soon(() => {
			for (const key of [...keys, "enter" as const]) bench.pressKey(key);
		});
	};
	expect(await terminal.signOn()).toMatchObject({ done: true, operator: "12" });
	trainee.take("phishingCall");
	expect(await train(bench, "phishingCall")).toMatchObject({ score: 100 });
	const hall = terminal.trainingHall!;
	expect(hall.operators).toEqual(["12", "77"]);
	const report = trainingReport(new Progress(hall).records, hall.operators, {
		...{ now: bench.clock.now(), utcOffsetMinutes: 480 },
	});
	expect(report.operators.map(({ operator, upToDate }) => [operator, upToDate])).toEqual([
		["12", 1],
		["77", 0],
	]);
});

test("from the menu the trainee chooses lessons and the report, and silence gives the terminal back", async () => {
	const { bench, screens } = school("firstSale");
	const training = train(bench);
	while (!screens.length) await Promise.resolve();
	const press = async (...keys: Key[]) => {
		for (const key of keys) {
			bench.pressKey(key);
			for (let i = 0; i < 20; i++) await Promise.resolve();
		}
	};
	await press("down", "up", "up"); // no further than the first
	for (let i = 0; i < 12; i++) await press("down"); // no further than the report
	await press("enter");
	const page = screens.find(({ name }) => name === "page"); // the trainee reads it, and leaves it with Enter
	expect(screenText(page!)).toMatch(/Training report\n/);
	expect(screens.at(-1)?.name).toBe("menu");
	expect(await training).toEqual({ done: false, reason: "the trainee left" });
	expect(await bench.sale(1234)).toMatchObject({ outcome: "approved" });
});

test("the live menu leads to the training, and its Cancel back", async () => {
	const { bench, screens } = school("firstSale");
	const passing = setInterval(() => bench.clock.advance(1_000), 2);
	let isOver = false;
	bench.onScreen = screen => {
		const chosen = screen.items.find(item => item.kind === "text" && item.colour === WHITE && item.font === "text");
		const isTraining = chosen?.kind === "text" && chosen.text === "Training";
		if (screen.name === "menu") soon(() => bench.pressKey(isTraining ? "enter" : "down"));
		else if (screen.name === "idle" && !screens.length) soon(() => bench.pressKey("down"));
		else if (screen.name === "idle") isOver = true;
	};
	const running = bench.terminal.run();
	while (!screens.some(({ name }) => name === "menu")) await new Promise(resolve => setTimeout(resolve, 5));
	expect(bench.terminal.isBusy).toBe(true);
	bench.pressKey("cancel");
	while (!isOver) await new Promise(resolve => setTimeout(resolve, 5));
	bench.terminal.stop();
	await running;
	clearInterval(passing);
}, 20_000);
