import type { Key, LogSource } from "../../src/ports.js";

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
	| { readonly type: "train" }
	/** A key message of the terminal's bank, hexadecimal. */
	| { readonly type: "loadKeys"; readonly message: string }
	/** All that are armed from now on, each as the command line takes it: "pull:apdu=7". */
	| { readonly type: "faults"; readonly faults: readonly string[] }
	| { readonly type: "printer"; readonly state: PrinterState }
	/** For the test bank. */
	| { readonly type: "bank"; readonly order: BankOrder };

export interface PanelCard {
	/** What `insertCard` takes; unique. */
	readonly name: string;
	readonly title: string;
	/** One line: how this card behaves. */
	readonly description: string;
	/** Heading under which people look for it. */
	readonly group: string;
}

export interface PanelLogEntry {
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
	readonly source: LogSource;
	readonly text: string;
}

/** What the bank is to do wrong, or its issuer to answer, the next time. */
export type BankOrder =
	| { readonly fault: string }
	| { readonly scenario: string }
	/** Nothing of it any more. */
	| { readonly clear: true };

export type PrinterState = "ready" | "noPaper" | "notConnected";

/** One kind of fault, for people who choose. */
export interface PanelFaultForm {
	readonly example: string;
	readonly meaning: string;
}

/** A strip of paper that the printer has torn off; /receipts/ID.png and .txt are its files. */
export interface PanelReceipt {
	readonly id: number;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
}

/** What the test bank can be told; empty where it cannot be reached. */
export interface PanelBankForms {
	readonly faults: readonly string[];
	readonly scenarios: readonly string[];
}

export interface PanelState {
	readonly inserted: string | null;
	readonly faults: readonly string[];
	readonly screenText: string;
	readonly printer: PrinterState;
	/** The oldest first. */
	readonly receipts: readonly PanelReceipt[];
	/** What the test bank is still to do wrong or to answer. */
	readonly bank: readonly string[];
}

export type PanelMessage =
	| {
			readonly type: "cards";
			readonly cards: readonly PanelCard[];
			readonly menuHint: string;
			readonly faultForms: readonly PanelFaultForm[];
			readonly bankForms: PanelBankForms;
	  }
	| ({ readonly type: "state" } & PanelState)
	| { readonly type: "log"; readonly entries: readonly PanelLogEntry[] }
	| { readonly type: "error"; readonly text: string };

const MOST_FAULTS = 10;
const LONGEST_NAME = 40;
const KEY_MESSAGE = /^([0-9A-Fa-f]{2}){1,4096}$/;

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
	const { type, key, name, faults, state, order, message } = value as Record<string, unknown>;
	switch (type) {
		case "key":
			if (!isKey(key)) throw new CommandError("there is no such key");
			return { type, key };
		case "insert":
			if (typeof name !== "string") throw new CommandError("insert needs the name of a card");
			return { type, name };
		case "remove":
		case "openCase":
		case "train":
			return { type };
		case "loadKeys":
			if (typeof message !== "string" || !KEY_MESSAGE.test(message))
				throw new CommandError("a key message is hexadecimal: see `kassa keys message make`");
			return { type, message };
		case "faults":
			if (!Array.isArray(faults) || faults.length > MOST_FAULTS || !faults.every(each => typeof each === "string"))
				throw new CommandError(`faults need a list of at most ${MOST_FAULTS} texts`);
			return { type, faults };
		case "printer":
			if (state !== "ready" && state !== "noPaper" && state !== "notConnected")
				throw new CommandError("a printer is ready, noPaper or notConnected");
			return { type, state };
		case "bank":
			return { type, order: decodeBankOrder(order) };
		default:
			throw new CommandError("there is no such command");
	}
}

function decodeBankOrder(value: unknown): BankOrder {
	const { fault, scenario, clear } = (value ?? {}) as Record<string, unknown>;
	const isName = (name: unknown): name is string => typeof name === "string" && name.length <= LONGEST_NAME;
	if (isName(fault)) return { fault };
	if (isName(scenario)) return { scenario };
	if (clear === true) return { clear };
	throw new CommandError("an order for the bank has a fault, a scenario, or clear");
}

function parseJson(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		throw new CommandError("a command is JSON");
	}
}
