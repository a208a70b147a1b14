import { expect, test } from "vitest";
import { screenText } from "../../src/display/screen.js";
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

test("no such lesson: one sentence that names those that there are", async () => {
	const { bench } = school("firstSale");
	await expect(bench.terminal.train("astrology")).rejects.toThrow(
		/^there is no lesson astrology: the lessons are firstSale, wrongPin, /,
	);
});
