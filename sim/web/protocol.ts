import type { Key } from "../../src/ports.js";
import type { PanelCard, PanelLogEntry } from "./panelWorld.js";

/**
 * What page and server say to each other: each text message is one of these as JSON. A binary message to the page is
 * the whole framebuffer, 320 by 240 pixels of RGB 5-6-5, low byte first.
 */
export type PanelCommand =
	| { readonly type: "key"; readonly key: Key }
	/** Another card in the slot is taken out first. */
	| { readonly type: "insert"; readonly name: string }
	| { readonly type: "remove" }
	| { readonly type: "openCase" }
	/** All that are armed from now on, each as the command line takes it: "pull:apdu=7". */
	| { readonly type: "faults"; readonly faults: readonly string[] };

/** One kind of fault, for people who choose. */
export interface PanelFaultForm {
	readonly example: string;
	readonly meaning: string;
}

export type PanelMessage =
	| {
			readonly type: "cards";
			readonly cards: readonly PanelCard[];
			readonly faultForms: readonly PanelFaultForm[];
	  }
	| {
			readonly type: "state";
			readonly inserted: string | null;
			readonly faults: readonly string[];
			readonly screenText: string;
	  }
	| { readonly type: "log"; readonly entries: readonly PanelLogEntry[] }
	| { readonly type: "error"; readonly text: string };

const MOST_FAULTS = 10;

const KEYS: Readonly<Record<Key, true>> = Object.freeze({
	0: true,
	1: true,
	2: true,
	3: true,
	4: true,
	5: true,
	6: true,
	7: true,
	8: true,
	9: true,
	enter: true,
	clear: true,
	cancel: true,
	up: true,
	down: true,
});

export function isKey(value: unknown): value is Key {
	return typeof value === "string" && Object.hasOwn(KEYS, value);
}

/** What the browser sent was no command; the message says why. */
export class CommandError extends Error {
	override name = "CommandError";
}

/** @throws {CommandError} when `text` is no command */
export function decodeCommand(text: string): PanelCommand {
	const value = parseJson(text);
	if (typeof value !== "object" || value === null) throw new CommandError("a command is a JSON object");
	const { type, key, name, faults } = value as Record<string, unknown>;
	switch (type) {
		case "key":
			if (!isKey(key)) throw new CommandError("there is no such key");
			return { type, key };
		case "insert":
			if (typeof name !== "string") throw new CommandError("insert needs the name of a card");
			return { type, name };
		case "remove":
		case "openCase":
			return { type };
		case "faults":
			if (!Array.isArray(faults) || faults.length > MOST_FAULTS || !faults.every(each => typeof each === "string"))
				throw new CommandError(`faults need a list of at most ${MOST_FAULTS} texts`);
			return { type, faults };
		default:
			throw new CommandError("there is no such command");
	}
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new CommandError("a command is JSON");
	}
}
