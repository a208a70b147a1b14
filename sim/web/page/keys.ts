import type { Key } from "../../../src/ports.js";
import { isKey } from "../protocol.js";
import { byId, keepFocus } from "./dom.js";

const PRESSED_MS = 120;

const COMPUTER_KEYS: Readonly<Record<string, Key>> = Object.freeze({
	Enter: "enter",
	Backspace: "clear",
	Escape: "cancel",
	ArrowUp: "up",
	ArrowDown: "down",
});

/** Mouse and keyboard become presses of the terminal's keys; "i" is the card. */
export function listenToKeys({ press, toggleCard }: { press: (key: Key) => void; toggleCard: () => void }): void {
	for (const button of byId("keypad").querySelectorAll("button")) {
		const { key } = button.dataset;
		if (!isKey(key)) throw new Error("a button without a key");
		keepFocus(button);
		button.addEventListener("click", () => press(key));
	}
	document.addEventListener("keydown", event => {
		if (event.ctrlKey || event.metaKey || event.altKey || event.repeat || belongsToFocus(event)) return;
		if (event.key.toLowerCase() === "i") return toggleCard();
		const key = COMPUTER_KEYS[event.key] ?? event.key;
		if (!isKey(key)) return;
		event.preventDefault();
		showPressed(key);
		press(key);
	});
}

/** Typing in the filter, scrolling the log, and Enter on a focused button mean what they mean everywhere. */
function belongsToFocus({ target, key }: KeyboardEvent): boolean {
	if (target instanceof HTMLInputElement) return true;
	if (target instanceof HTMLButtonElement) return key === "Enter";
	return target === byId("lines") && key.startsWith("Arrow");
}

function showPressed(key: Key): void {
	const button = byId("keypad").querySelector(`[data-key="${key}"]`);
	button?.classList.add("pressed");
	setTimeout(() => button?.classList.remove("pressed"), PRESSED_MS);
}
