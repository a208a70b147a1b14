import { type MessageId, message } from "../display/messages.js";
import { MOST_ROWS, menu, page } from "../display/operationScreens.js";
import { render } from "../display/render.js";
import type { Screen } from "../display/screen.js";
import { service } from "../display/screens.js";
import { EventQueue } from "../flows/eventQueue.js";
import type { TrainingEnd, TrainingHall } from "../flows/trainingHall.js";
import { type Lesson, words } from "./lesson.js";
import { lessonPage } from "./lessonScreens.js";
import { isLessonId, LESSONS, lessonOf } from "./lessons.js";
import { practiseFreely } from "./practiseFreely.js";
import { dueAt, PASSING_SCORE, Progress } from "./progress.js";
import { type LessonEvent, runLesson } from "./runLesson.js";
import { TrainingDisplay, withBanner } from "./trainingDisplay.js";
import { formatTrainingReport, trainingReport } from "./trainingReport.js";
import { TrainingTerminal } from "./trainingTerminal.js";

/** Nobody chooses: the terminal goes back to selling. */
const PATIENCE_MS = 60_000;
/** In the place of a lesson's name. */
const FREE_PRACTICE = "practice";
const LEFT: TrainingEnd = Object.freeze({ done: false, reason: "the trainee left" });

/**
 * Training mode: the operator takes lessons until they leave with Cancel, or the one that was named.
 * @param onScreen sees each screen as it is drawn, with the banner: a front panel, a test
 * @throws {RangeError} one sentence, when there is no such lesson
 */
export async function holdTraining(
	hall: TrainingHall,
	name: string | undefined,
	onScreen?: (screen: Screen) => void,
): Promise<TrainingEnd> {
	if (name !== undefined && name !== FREE_PRACTICE && !isLessonId(name)) {
		const names = [...LESSONS.map(({ id }) => id), FREE_PRACTICE].join(", ");
		throw new RangeError(`there is no lesson ${name}: the lessons are ${names}`);
	}
	const visit = new Visit(hall, onScreen);
	try {
		if (name === undefined) return await visit.choose();
		return await (name === FREE_PRACTICE ? visit.practise() : visit.take(lessonOf(name)));
	} finally {
		visit.end();
	}
}

class Visit {
	readonly #hall: TrainingHall;
	readonly #onScreen: ((screen: Screen) => void) | undefined;
	readonly #display: TrainingDisplay;
	readonly #events: EventQueue<LessonEvent>;
	readonly #progress: Progress;
	readonly #giveBack: readonly (() => void)[];

	constructor(hall: TrainingHall, onScreen: ((screen: Screen) => void) | undefined) {
		this.#hall = hall;
		this.#onScreen = onScreen;
		this.#display = new TrainingDisplay(hall.display);
		this.#display.isOpen = true;
		this.#events = new EventQueue<LessonEvent>(hall.clock);
		this.#progress = new Progress(hall);
		if (this.#progress.wasDamaged) hall.log.line("terminal", "the record of training was damaged and begins anew");
		this.#giveBack = [
			hall.takeKeys(key => this.#events.push({ key })),
			hall.onTampered(() => {
				this.#display.isOpen = false; // what the live terminal has to say goes before everything
				this.#events.push("stopped");
			}),
		];
	}

	end(): void {
		this.#display.isOpen = false;
		for (const giveBack of this.#giveBack) giveBack();
	}

	/** Lessons, one after the other, and the report, until Cancel or silence. */
	async choose(): Promise<TrainingEnd> {
		const { language } = this.#hall;
		let last = LEFT;
		for (let selected = 0; ; ) {
			const more = [message("freePractice", language), message("trainingReport", language)];
			const labels = [...LESSONS.map(each => this.#label(each)), ...more];
			this.#show(menu("trainingMode", labels, selected, language));
			const key = await this.#key();
			if (key === undefined || key === "cancel") return last;
			if (key === "up") selected = Math.max(0, selected - 1);
			if (key === "down") selected = Math.min(labels.length - 1, selected + 1);
			if (key !== "enter") continue;
			const chosen = LESSONS[selected];
			if (chosen) last = await this.take(chosen);
			else if (selected === LESSONS.length) last = await this.practise();
			else await this.#report();
		}
	}

	/** Whatever the trainee likes, at a training terminal of its own. */
	async practise(): Promise<TrainingEnd> {
		await this.#at(training => practiseFreely({ training, events: this.#events }));
		return { done: true, reason: "the trainee practised freely" };
	}

	/** One lesson, and what became of it: noted before it is shown. */
	async take(lesson: Lesson): Promise<TrainingEnd> {
		const { language, operator, clock, log } = this.#hall;
		const room = { events: this.#events, language, show: (screen: Screen) => this.#show(screen) };
		const score = await this.#at(training => runLesson({ ...room, training }, lesson));
		if (score === undefined) return LEFT;
		if (lesson.isDrill) this.#hall.noteDrill(`drill ${lesson.id}, operator ${operator}, ${score} percent`);
		const { passedAt } = this.#progress.note(operator, lesson.id, score, clock.now());
		const isPassed = score >= PASSING_SCORE;
		log.line("terminal", `training: operator ${operator}, lesson ${lesson.id}: ${score} percent`);
		const title: MessageId = isPassed ? "lessonPassed" : "lessonNotPassed";
		const due = isPassed ? [`${DUE_AGAIN[language]} ${this.#day(dueAt({ lesson: lesson.id, passedAt }))}`] : [];
		this.#show(lessonPage(title, `${score}%`, [message(lesson.title, language), ...due], language));
		await this.#key();
		return { done: true, reason: `lesson ${lesson.id}: ${score} percent`, score };
	}

	/** A training terminal is made for the work, and nothing is left of it afterwards. */
	async #at<T>(work: (training: TrainingTerminal) => Promise<T>): Promise<T> {
		this.#show(service("makingKeys", this.#hall.language));
		const training = this.#makeTerminal();
		this.#events.clear();
		try {
			training.start();
			return await work(training);
		} finally {
			training.close();
		}
	}

	/** With these ports of the hall and no other. */
	#makeTerminal(): TrainingTerminal {
		const { display, sounder, clock, entropy, crypto, log, printer, storage } = this.#hall;
		const { configuration, profile, language } = this.#hall;
		return new TrainingTerminal(
			{
				...{ display, clock, entropy, crypto, log, storage },
				...(sounder && { sounder }),
				...(printer && { printer }),
			},
			{
				...{ configuration, profile, language },
				onScreen: screen => this.#events.push({ screen }),
				onShown: screen => this.#onScreen?.(withBanner(screen)),
				onJournalEntry: ({ type }) => {
					if (type === "settled") this.#events.push("settled");
				},
			},
		);
	}

	/** The lesson, and when it was passed how well. */
	#label({ id, title }: Lesson): string {
		const { operator, language, clock } = this.#hall;
		const record = this.#progress.of(operator, id);
		const isPassed = record?.passedAt && dueAt(record) > clock.now();
		return `${message(title, language)}${isPassed ? ` ${record.score}%` : ""}`;
	}

	async #report(): Promise<void> {
		const { language, operators, clock } = this.#hall;
		const lines = formatTrainingReport(
			trainingReport(this.#progress.records, operators, {
				...{ now: clock.now(), utcOffsetMinutes: clock.utcOffsetMinutes },
			}),
			language,
		);
		for (let first = 0; ; ) {
			this.#show(page("trainingReport", lines, first, language));
			const key = await this.#key();
			if (key === undefined || key === "enter" || key === "cancel") return;
			if (key === "up") first = Math.max(0, first - 1);
			if (key === "down") first = Math.min(Math.max(0, lines.length - MOST_ROWS), first + 1);
		}
	}

	/** @returns undefined when nobody is there, or the live terminal needs its display */
	async #key() {
		for (;;) {
			const event = await this.#events.next(PATIENCE_MS);
			if (event === undefined || event === "stopped") return undefined;
			if (typeof event === "object" && "key" in event) return event.key;
		}
	}

	#show(screen: Screen): void {
		if (!this.#display.isOpen) return;
		render(this.#display, screen);
		this.#onScreen?.(withBanner(screen));
	}

	#day(at: number): string {
		const { utcOffsetMinutes } = this.#hall.clock;
		return new Date(at + utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
	}
}

const DUE_AGAIN = words("Due again on", "复训日期");
