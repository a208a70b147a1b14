/** @throws {Error} when the page has no element of that id and class */
export function byId<T extends HTMLElement = HTMLElement>(id: string, type?: new () => T): T {
	const element = document.getElementById(id);
	if (!element || (type && !(element instanceof type))) throw new Error(`the page lacks #${id}`);
	return element as T;
}

/** A new element with its class and words. */
export function make<K extends keyof HTMLElementTagNameMap>(
	tag: K,
	className: string,
	text = "",
): HTMLElementTagNameMap[K] {
	const element = document.createElement(tag);
	element.className = className;
	element.textContent = text;
	return element;
}

/** A click with the mouse leaves the focus where it was, so that Enter goes on to the terminal. */
export function keepFocus(element: HTMLElement): void {
	element.addEventListener("mousedown", event => event.preventDefault());
}
