import type { Screen } from "../display/screen.js";
import type { FlowContext } from "./flowContext.js";

const CHOICE_TIMEOUT_MS = 30_000;

/** A person moves along `count` choices with the arrow keys and takes one with Enter. @returns its index, or why none */
export async function chooseFrom(
	c: FlowContext,
	count: number,
	draw: (selected: number) => Screen,
): Promise<number | "cancelled" | "timedOut" | "cardRemoved"> {
	let selected = 0;
	for (;;) {
		c.show(draw(selected));
		const event = await c.events.next(CHOICE_TIMEOUT_MS);
		if (event === undefined) return "timedOut";
		if (event === "cardRemoved") return "cardRemoved";
		if (event === "cardInserted") continue;
		if (event.key === "enter") return selected;
		if (event.key === "cancel") return "cancelled";
		// Round about: the last of forty is one key away.
		if (event.key === "up") selected = (selected + count - 1) % count;
		if (event.key === "down") selected = (selected + 1) % count;
	}
}
