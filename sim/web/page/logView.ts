import type { PanelLogEntry } from "../protocol.js";
import { byId, keepFocus, make } from "./dom.js";

/** Entries kept on the page; older ones go. */
const MAX_ENTRIES = 3000;
/** The list follows the newest entry while it is scrolled to within this many pixels of the end. */
const FOLLOW_PIXELS = 24;

/** The log: the newest entry at the bottom, by source and by words. */
export class LogView {
	readonly #lines = byId("lines");
	readonly #filter = byId("filter", HTMLInputElement);
	readonly #tabs = [...byId("tabs").querySelectorAll("button")];
	#source = "all";
	#follows = true;

	constructor() {
		const lines = this.#lines;
		lines.addEventListener("scroll", () => {
			this.#follows = lines.scrollHeight - lines.scrollTop - lines.clientHeight < FOLLOW_PIXELS;
		});
		// A receipt that comes out takes room from the log.
		new ResizeObserver(() => {
			if (this.#follows) lines.scrollTop = lines.scrollHeight;
		}).observe(lines);
		this.#filter.addEventListener("input", () => this.#showMatching());
		for (const [i, tab] of this.#tabs.entries()) {
			keepFocus(tab);
			tab.addEventListener("click", () => this.#select(tab));
			tab.addEventListener("keydown", event => this.#moveTab(event, i));
		}
		this.#select(this.#tabs[0]!);
	}

	clear(): void {
		this.#lines.replaceChildren();
	}

	add(entries: readonly PanelLogEntry[]): void {
		const lines = this.#lines;
		lines.append(...entries.map(entry => this.#line(entry)));
		while (lines.childElementCount > MAX_ENTRIES) lines.firstElementChild!.remove();
		if (this.#follows) lines.scrollTop = lines.scrollHeight;
	}

	#line({ at, source, text }: PanelLogEntry): HTMLElement {
		const line = make("div", "entry");
		line.dataset.source = source;
		line.append(make("time", "", timeText(at)), make("span", "source", source), make("span", "text", text));
		line.hidden = !this.#matches(line);
		return line;
	}

	#matches(line: HTMLElement): boolean {
		const words = this.#filter.value.trim().toLowerCase();
		return (
			(this.#source === "all" || line.dataset.source === this.#source) &&
			line.lastElementChild!.textContent!.toLowerCase().includes(words)
		);
	}

	#showMatching(): void {
		for (const line of this.#lines.querySelectorAll<HTMLElement>(".entry")) line.hidden = !this.#matches(line);
		this.#lines.scrollTop = this.#lines.scrollHeight;
	}

	#select(tab: HTMLButtonElement): void {
		this.#source = tab.dataset.source ?? "all";
		for (const each of this.#tabs) {
			each.setAttribute("aria-selected", String(each === tab));
			each.tabIndex = each === tab ? 0 : -1;
		}
		this.#showMatching();
	}

	/** Left and right move among the tabs (WAI-ARIA, tabs pattern). */
	#moveTab(event: KeyboardEvent, at: number): void {
		const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
		const tab = this.#tabs[(at + step + this.#tabs.length) % this.#tabs.length]!;
		if (step === 0) return;
		this.#select(tab);
		tab.focus();
	}
}

/** Local time of the browser, to the millisecond. */
function timeText(at: number): string {
	const time = new Date(at);
	const two = (value: number) => String(value).padStart(2, "0");
	const seconds = `${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, "0")}`;
	return `${two(time.getHours())}:${two(time.getMinutes())}:${seconds}`;
}
