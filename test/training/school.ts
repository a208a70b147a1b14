import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import type { Screen } from "../../src/display/screen.js";
import type { TrainingEnd } from "../../src/flows/trainingHall.js";
import type { LessonId } from "../../src/training/lesson.js";
import { holdTraining } from "../../src/training/training.js";
import { type BenchOptions, SaleBench } from "../flows/bench.js";
import { makeSaleWorld } from "../flows/saleWorld.js";
import { Trainee } from "./trainee.js";

const { "unionpay-debit": world } = await makeSaleWorld("unionpay-debit");

/** A live terminal whose operator takes lessons as they should be taken. */
export function school(id: LessonId, options: Partial<BenchOptions> = {}) {
	const screens: Screen[] = [];
	const bench: SaleBench = new SaleBench({
		...world!,
		crypto: nodeCrypto,
		...options,
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
export async function train(bench: SaleBench, lesson?: string, stepMs = 1_000): Promise<TrainingEnd> {
	const passing = setInterval(() => bench.clock.advance(stepMs), 2);
	try {
		return await bench.terminal.train(lesson);
	} finally {
		clearInterval(passing);
	}
}
