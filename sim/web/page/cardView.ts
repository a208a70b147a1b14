import type { PanelCard, PanelCommand } from "../protocol.js";
import { byId, keepFocus, make } from "./dom.js";

/** Neighbours in the gallery differ well when the hue turns by the golden angle, in degrees. */
const HUE_STEP = 137.5;
const FIRST_HUE = 212;

/** The gallery and the card in the slot. */
export class CardView {
	readonly #send: (command: PanelCommand) => void;
	readonly #gallery = byId("gallery");
	readonly #filter = byId("cardFilter", HTMLInputElement);
	readonly #slotCard = byId("slotCard", HTMLButtonElement);
	#cards: readonly PanelCard[] = [];
	#inserted: string | null = null;
	/** The card that "i" inserts. */
	#chosen: string | undefined;

	constructor(send: (command: PanelCommand) => void) {
		this.#send = send;
		keepFocus(this.#slotCard);
		this.#slotCard.addEventListener("click", () => this.toggle());
		this.#filter.addEventListener("input", () => this.#applyFilter());
	}

	showCards(cards: readonly PanelCard[]): void {
		this.#cards = cards;
		this.#chosen ??= cards[0]?.name;
		const groups = new Map<string, HTMLElement>();
		for (const [i, card] of cards.entries()) {
			const section = groups.get(card.group) ?? cardGroup(card.group);
			groups.set(card.group, section);
			section.append(this.#galleryCard(card, i));
		}
		this.#gallery.replaceChildren(...groups.values());
		this.#applyFilter();
		this.showInserted(this.#inserted);
	}

	/** Cards in whose name, title, group or description every word of the filter stands. */
	#applyFilter(): void {
		const words = this.#filter.value.toLowerCase().split(/\s+/).filter(Boolean);
		const matching = new Set(
			this.#cards
				.filter(card => {
					const text = Object.values(card).join(" ").toLowerCase();
					return words.every(word => text.includes(word));
				})
				.map(({ name }) => name),
		);
		for (const section of this.#gallery.children as HTMLCollectionOf<HTMLElement>) {
			const buttons = [...section.querySelectorAll("button")];
			for (const button of buttons) button.hidden = !matching.has(button.dataset.name!);
			section.hidden = buttons.every(button => button.hidden);
		}
		byId("noCard").hidden = matching.size > 0;
	}

	showInserted(name: string | null): void {
		this.#inserted = name;
		if (name !== null) this.#chosen = name;
		for (const button of this.#gallery.querySelectorAll("button")) {
			button.setAttribute("aria-pressed", String(button.dataset.name === name));
			button.classList.toggle("chosen", button.dataset.name === this.#chosen);
		}
		const at = this.#cards.findIndex(card => card.name === name);
		this.#slotCard.hidden = at < 0;
		if (at < 0) return;
		const { title } = this.#cards[at]!;
		this.#slotCard.querySelector(".cardTitle")!.textContent = title;
		this.#slotCard.setAttribute("aria-label", `Remove ${title}`);
		paint(this.#slotCard, at);
	}

	/** Takes the card out, or puts the last chosen one in. */
	toggle(): void {
		if (this.#inserted !== null) this.#send({ type: "remove" });
		else if (this.#chosen !== undefined) this.#send({ type: "insert", name: this.#chosen });
	}

	#choose(name: string): void {
		this.#send(this.#inserted === name ? { type: "remove" } : { type: "insert", name });
	}

	#galleryCard({ name, title, description }: PanelCard, at: number): HTMLElement {
		const button = make("button", "galleryCard");
		button.type = "button";
		button.dataset.name = name;
		const picture = make("span", "card picture");
		picture.append(make("span", "chip"));
		paint(picture, at);
		const words = make("span", "words");
		words.append(make("strong", "", title), make("span", "description", description));
		button.append(picture, words);
		keepFocus(button);
		button.addEventListener("click", () => this.#choose(name));
		return button;
	}
}

function cardGroup(title: string): HTMLElement {
	const section = make("section", "cardGroup");
	section.append(make("h3", "", title));
	section.setAttribute("aria-label", title);
	return section;
}

function paint(card: HTMLElement, at: number): void {
	card.style.setProperty("--hue", String((FIRST_HUE + at * HUE_STEP) % 360));
}
