import type { Language, MessageId } from "../display/messages.js";
import type { Screen } from "../display/screen.js";
import type { EventQueue } from "../flows/eventQueue.js";
import type { Key } from "../ports.js";
import { handOn } from "./handOn.js";
import { type AskStep, type DoStep, ENDS, type Lesson, type Words } from "./lesson.js";
import { lessonPage } from "./lessonScreens.js";
import type { TrainingTerminal } from "./trainingTerminal.js";

/** What reaches a lesson: the trainee's keys, and what becomes of the training terminal. */
export type LessonEvent =
	| { readonly key: Key }
	| { readonly screen: Screen }
	| "powerCut"
	| "takenBack"
	| "settled"
	/** The live terminal needs its display. */
	| "stopped";

/** Percent of the checks that were right at once; undefined: the trainee went away. */
export type LessonEnd = number | undefined;

/** What a lesson is held with. */
export interface Classroom {
	readonly training: TrainingTerminal;
	readonly events: EventQueue<LessonEvent>;
	readonly language: Language;
	/** Draws a page over what the training terminal shows. */
	show(screen: Screen): void;
}

/** Nobody is there any more. */
export const PATIENCE_MS = 5 * 60_000;
/** In which the training terminal comes back to its idle screen. */
const SETTLE_MS = 300;
const MOST_CANCELS = 20;

/** A lesson, step by step, until its end or until the trainee leaves with Cancel. */
export async function runLesson(room: Classroom, lesson: Lesson): Promise<LessonEnd> {
	const run = new LessonRun(room, lesson);
	try {
		return await run.toEnd();
	} catch (error) {
		if (error instanceof Left) return undefined;
		throw error;
	}
}

/** Ends a lesson from any depth. */
class Left extends Error {
	override readonly name = "Left";
}

class LessonRun {
	readonly #room: Classroom;
	readonly #lesson: Lesson;
	#place = "";

	constructor(room: Classroom, lesson: Lesson) {
		this.#room = room;
		this.#lesson = lesson;
	}

	async toEnd(): Promise<number> {
		const { steps, title } = this.#lesson;
		let checks = 0;
		let right = 0;
		for (const [i, step] of steps.entries()) {
			this.#place = `${i + 1}/${steps.length}`;
			if (step.kind === "read") {
				await this.#page(title, [step.text]);
				continue;
			}
			checks++;
			if (await (step.kind === "do" ? this.#practise(step) : this.#ask(step))) right++;
		}
		return Math.round((100 * right) / checks);
	}

	/** @returns whether it was right at once */
	async #ask({ question, choices, right, why }: AskStep): Promise<boolean> {
		const { title } = this.#lesson;
		const texts = [this.#text(question), ...choices.map((choice, i) => `${i + 1}  ${this.#text(choice)}`)];
		for (let tries = 0; ; tries++) {
			this.#show(lessonPage(title, this.#place, texts, this.#room.language));
			let chosen: number;
			do chosen = Number(await this.#key()) - 1;
			while (!choices[chosen]);
			await this.#page(chosen === right ? "lessonRight" : "lessonWrong", [why]);
			if (chosen === right) return tries === 0;
		}
	}

	/** @returns whether it was right at once */
	async #practise(step: DoStep): Promise<boolean> {
		const { training } = this.#room;
		for (let tries = 0; ; tries++) {
			if (step.happens !== "powerComesBack" || tries > 0) await this.#toIdle();
			await this.#page(this.#lesson.title, [step.text]);
			if (tries === 0) this.#happen(step.happens);
			training.bank.onRequest = (operation, isReversal) => {
				if (isReversal) this.#room.events.push("takenBack");
				if (isReversal || operation !== step.cutsPowerAt) return;
				training.cutPower();
				this.#room.events.push("powerCut");
			};
			training.show();
			const isRight = await this.#watch(step);
			training.hide();
			if (isRight) return tries === 0;
			await this.#page("lessonWrong", [step.hint]);
		}
	}

	#happen(what: DoStep["happens"]): void {
		const { training } = this.#room;
		if (what === "lock") training.lock();
		if (what === "openCase") training.openCase();
		if (what === "powerComesBack") training.restart();
	}

	/** Hands the keys on until the awaited thing, or another end, has come and was seen. */
	async #watch(step: DoStep): Promise<boolean> {
		const { training } = this.#room;
		const { awaits } = step;
		let verdict: boolean | undefined;
		let hasHappened = false;
		if (training.screen) verdict = this.#judge(step, training.screen, hasHappened);
		for (;;) {
			const event = await this.#next();
			if (typeof event === "string") {
				hasHappened ||= "event" in awaits && awaits.event === event;
				if (event === "powerCut") return hasHappened;
				if (hasHappened && !("before" in awaits)) verdict ??= true;
			} else if ("screen" in event) {
				if (event.screen.name === "fault") throw new Left(); // it cannot go on; its own screen and the log say why
				if (verdict !== undefined && training.isIdle) return verdict;
				verdict ??= this.#judge(step, event.screen, hasHappened);
			} else if (verdict !== undefined && event.key === "enter") return verdict;
			else this.#press(event.key, step);
		}
	}

	/** @param hasHappened what is awaited beside a screen @returns undefined for a screen that decides nothing */
	#judge({ awaits, onTheWay = [] }: DoStep, { name }: Screen, hasHappened: boolean): boolean | undefined {
		const { training } = this.#room;
		if ("screen" in awaits && name === awaits.screen) {
			const { operation } = awaits;
			return operation === undefined || training.terminal.journal.last()?.operation === operation;
		}
		if (hasHappened && "event" in awaits && name === awaits.before) return true;
		return ENDS.includes(name) && !onTheWay.includes(name) ? false : undefined;
	}

	#press(key: Key, { card }: DoStep): void {
		if (handOn(this.#room.training, key, card) === "left") throw new Left();
	}

	/** Whatever was left open is cancelled. */
	async #toIdle(): Promise<void> {
		const { training, events } = this.#room;
		training.removeCard();
		for (let i = 0; i < MOST_CANCELS && !training.isIdle; i++) {
			training.pressKey("cancel");
			await events.next(SETTLE_MS);
		}
	}

	/** Text to be read, until Enter. */
	async #page(title: MessageId, texts: readonly Words[]): Promise<void> {
		this.#show(
			lessonPage(
				title,
				this.#place,
				texts.map(text => this.#text(text)),
				this.#room.language,
			),
		);
		while ((await this.#key()) !== "enter");
	}

	#show(screen: Screen): void {
		this.#room.training.hide();
		this.#room.show(screen);
	}

	/** The next key; what the training terminal does meanwhile nobody sees. @throws {Left} on Cancel */
	async #key(): Promise<Key> {
		for (;;) {
			const event = await this.#next();
			if (typeof event !== "object" || !("key" in event)) continue;
			if (event.key === "cancel") throw new Left();
			return event.key;
		}
	}

	async #next(): Promise<LessonEvent> {
		const event = await this.#room.events.next(PATIENCE_MS);
		if (event === undefined || event === "stopped") throw new Left();
		return event;
	}

	#text(text: Words): string {
		const { training, language } = this.#room;
		return text[language].replace("{invoice}", () => String(training.terminal.journal.last()?.invoice ?? ""));
	}
}
