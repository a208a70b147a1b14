import { soon } from "../../sim/world/soon.js";
import { WHITE } from "../../src/display/layout.js";
import { type MessageId, message } from "../../src/display/messages.js";
import type { Screen, TextItem } from "../../src/display/screen.js";
import type { Digit, Key } from "../../src/ports.js";
import type { LessonId } from "../../src/training/lesson.js";
import { LESSONS, lessonOf } from "../../src/training/lessons.js";

/** What a trainee does at one step: which keys begin it, and the answers to what the terminal asks. */
interface Doing {
	/** At the idle screen. */
	readonly begin?: string;
	readonly pin?: string;
	readonly menu?: MessageId;
	readonly invoice?: string;
	readonly amount?: string;
}

/** By lesson, for the steps in which something is to be done, in their order. */
const DOINGS: Readonly<Record<LessonId, readonly Doing[]>> = {
	firstSale: [{ begin: "1250" }],
	wrongPin: [{ begin: "500", pin: "1111" }, { begin: "500" }],
	refund: [{ begin: "2000" }, { menu: "refund", invoice: "1", amount: "2000" }],
	settlement: [{ begin: "800" }, { menu: "settle" }],
	powerLoss: [{ begin: "3000" }, {}],
	suspiciousCard: [{ begin: "600" }, { begin: "600" }, { begin: "700" }, { begin: "700" }],
	lock: [{ begin: "100" }],
	tamper: [{}],
	phishingCall: [],
};

const ENDS = ["approved", "declined", "cardError", "reversalOwed", "notAccepted", "processingError", "removeCard"];

const READ = ["warning", "confirm", "tampered", "recovering", "notice", "page", "pinIncorrect", "cancelled"];

/** Takes a lesson as it should be taken, seeing nothing but the screens; `mistakes` are made first. */
export class Trainee {
	readonly #press: (key: Key) => void;
	/** Which lesson: it may take several, one after the other. */
	#id: LessonId;
	/** Of the step that is under way, from 0. */
	#step = 0;
	#hasBegun = false;
	/** How many questions are answered wrong first. */
	wrongAnswers = 0;
	/** How often a practice is cancelled first. */
	cancelledSales = 0;

	constructor(press: (key: Key) => void, id: LessonId) {
		this.#press = press;
		this.#id = id;
	}

	take(id: LessonId): void {
		this.#id = id;
		this.#step = 0;
		this.#hasBegun = false;
	}

	/** To be called with each screen that reaches the live display. */
	see(screen: Screen): void {
		soon(() => this.#act(screen));
	}

	get #doing(): Doing {
		const { steps } = lessonOf(this.#id);
		const before = steps.slice(0, this.#step).filter(({ kind }) => kind === "do").length;
		return DOINGS[this.#id][before] ?? {};
	}

	#act(screen: Screen): void {
		const [, ...items] = screen.items;
		const textItems = items.filter((item): item is TextItem => item.kind === "text");
		const texts = textItems.map(({ text }) => text);
		const isEmpty = !items.some(item => item.kind === "dots" && item.count > 0);
		const { pin = "1234", menu, invoice = "", amount = "" } = this.#doing;
		const { name } = screen;
		if (name === "training") this.#readPage(texts);
		else if (name === "idle") this.#begin();
		else if (name === "menu") this.#choose(textItems, menu);
		else if (name === "enterDigits" && texts[1] === "") this.#type(invoice);
		else if (name === "enterAmount" && menu && texts[1]?.endsWith("0.00")) this.#type(amount);
		else if (name === "insertCard") this.#press(this.cancelledSales-- > 0 ? "cancel" : "up");
		else if (name === "enterPin" && isEmpty) this.#type(pin);
		else if (name === "enterPasscode" && isEmpty) this.#type("1234");
		else if (READ.includes(name)) this.#press("enter");
		else if (ENDS.includes(name)) this.#takeCard();
	}

	#begin(): void {
		if (this.#hasBegun) return;
		this.#hasBegun = true;
		const { menu, begin } = this.#doing;
		if (menu) this.#press("down");
		else if (begin) this.#type(begin);
		else this.#press("enter");
	}

	/** The last sale of a suspicious card shows its warning when the card is out. */
	#takeCard(): void {
		this.#press("down");
		if (!(this.#id === "suspiciousCard" && this.#step === 3)) this.#press("enter");
	}

	/** A page of the lesson: a question is answered, everything else is read. */
	#readPage(texts: readonly string[]): void {
		const [heading = ""] = texts;
		const place = /(\d+)\/\d+$/.exec(heading);
		const { title, steps } = lessonOf(this.#id);
		if (place && heading.startsWith(message(title, "en"))) {
			this.#step = Number(place[1]) - 1;
			this.#hasBegun = false;
			const step = steps[this.#step]!;
			if (step.kind === "ask") {
				const wrong = (step.right + 1) % step.choices.length;
				const choice = this.wrongAnswers-- > 0 ? wrong : step.right;
				this.#press(String(choice + 1) as Digit);
				return;
			}
		}
		if (!heading.startsWith("Training")) this.#press("enter");
	}

	/** The chosen row is the white one. */
	#choose(items: readonly TextItem[], menu: MessageId | undefined): void {
		if (!menu) return;
		const chosen = items.find(({ font, colour }) => font === "text" && colour === WHITE);
		this.#press(chosen?.text === message(menu, "en") ? "enter" : "down");
	}

	#type(digits: string): void {
		for (const digit of digits) this.#press(digit as Digit);
		this.#press("enter");
	}
}

export const EVERY_LESSON = LESSONS.map(({ id }) => id);
