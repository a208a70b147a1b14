import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { type Screen, screenText } from "../../src/display/screen.js";
import type { TrainingEnd } from "../../src/flows/training.js";
import type { LessonId } from "../../src/training/lesson.js";
import { holdTraining } from "../../src/training/training.js";
import { SaleBench } from "../flows/bench.js";
import { makeSaleWorld } from "../flows/saleWorld.js";
import { EVERY_LESSON, Trainee } from "./trainee.js";

const { "unionpay-debit": world } = await makeSaleWorld("unionpay-debit");

/** A live terminal whose operator takes lessons as they should be taken. */
function school(id: LessonId) {
	const screens: Screen[] = [];
	const bench: SaleBench = new SaleBench({
		...world!,
		crypto: nodeCrypto,
		training: (hall, lesson) =>
			holdTraining(hall, lesson, screen => {
				screens.push(screen);
				trainee.see(screen);
			}),
	});
	const trainee = new Trainee(key => bench.pressKey(key), id);
	return { bench, trainee, screens };
}

/** Time passes while nobody acts. */
async function train(bench: SaleBench, lesson?: string): Promise<TrainingEnd> {
	const passing = setInterval(() => bench.clock.advance(250), 2);
	try {
		return await bench.terminal.train(lesson);
	} finally {
		clearInterval(passing);
	}
}

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

test("no such lesson: one sentence that names those that there are", async () => {
	const { bench } = school("firstSale");
	await expect(bench.terminal.train("astrology")).rejects.toThrow(
		/^there is no lesson astrology: the lessons are firstSale, wrongPin, /,
	);
});
