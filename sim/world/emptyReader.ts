import type { CardReader } from "../../src/ports.js";

/** A reader without a card, for what needs none. */
export const EMPTY_READER: CardReader = {
	present: false,
	onChange: undefined,
	activate: () => Promise.reject(new Error("there is no card")),
	transmit: () => Promise.reject(new Error("there is no card")),
	deactivate: async () => {},
};
