import type { CborMap, CborValue } from "../bytes/cbor.js";
import type { Direction } from "./topics.js";

/** Whose signature a message to the terminal must bear. */
export type Authority =
	/** The acquirer itself: everything. */
	| "acquirer"
	/** Its help desk: what can do no harm. */
	| "support";

/** What a member of a message is; with "?" it may be absent. `counts` are whole numbers by name. */
type FieldType = "uint" | "text" | "bool" | "bytes" | "bytesList" | "textList" | "counts";
type Field = FieldType | `${FieldType}?`;

export interface MessageKind {
	readonly direction: Direction;
	/** The broker keeps the newest one of each terminal. */
	readonly retain: boolean;
	/** Who may sign it; a message from a terminal is signed by the terminal. */
	readonly authorities: readonly Authority[];
	readonly fields: Readonly<Record<string, Field>>;
}

const NOBODY_ELSE = Object.freeze([]);
const ACQUIRER = Object.freeze(["acquirer"] as const);
const ANY = Object.freeze(["acquirer", "support"] as const);

const up = <F extends Readonly<Record<string, Field>>>(retain: boolean, fields: F) =>
	Object.freeze({ direction: "up", retain, authorities: NOBODY_ELSE, fields: Object.freeze(fields) } as const);
const down = <F extends Readonly<Record<string, Field>>>(
	retain: boolean,
	authorities: readonly Authority[],
	fields: F,
) => Object.freeze({ direction: "down", retain, authorities, fields: Object.freeze(fields) } as const);

/** Every message of the link (docs/management.md; docs/management.asyncapi.json says the same for programs). */
export const MESSAGE_KINDS = Object.freeze({
	/** The terminal is here, or says good-bye. */
	status: up(true, {
		/** Rises with each connection; `lost` repeats it. */
		connection: "uint",
		online: "bool",
		firmware: "text",
		locked: "bool",
		/** Which journal is on the medium. */
		journal: "bytes",
		/** Newest record of the journal, and up to where the bank has said to have it. */
		lastRecord: "uint",
		keptRecord: "uint",
		/** Messages that the acquirer's host must still get. */
		owed: "uint",
		/** Sequence number of what holds, by kind. */
		applied: "counts",
	}),
	/** The last will, signed before the connection: the line broke. */
	lost: up(true, { connection: "uint" }),
	/** Records of the journal, without anything that opens or names a card. */
	journal: up(false, {
		/** Which journal of this terminal: a new one begins with record 1 again. */
		journal: "bytes",
		from: "uint",
		records: "bytesList",
		/** Older records are no longer there. */
		goneBefore: "uint?",
	}),
	/** Something that the bank must hear of now. */
	alert: up(false, {
		number: "uint",
		at: "uint",
		alert: "text",
		text: "text",
		/** E.g. the events that led to it. */
		lines: "textList",
		/** Newest entry of the incident log then, and its hash. */
		entry: "uint",
		hash: "text",
	}),
	/** How a day was, once it has ended. */
	dayReport: up(false, {
		number: "uint",
		at: "uint",
		day: "text",
		/** 0 to 100. */
		score: "uint",
		level: "text",
		/** All of it, JSON. */
		report: "text",
	}),
	/** What a self-check has found. */
	checkReport: up(false, {
		number: "uint",
		at: "uint",
		/** Checks that keep the terminal from selling. */
		blocking: "textList",
		results: "textList",
	}),
	/** What became of a message of the bank's. */
	answer: up(false, { kind: "text", to: "uint", done: "bool", reason: "text", lines: "textList" }),
	/** Records of the journal with all that belongs to them, sealed to the bank. */
	backup: up(false, { journal: "bytes", from: "uint", upTo: "uint", box: "bytes", goneBefore: "uint?" }),
	/** The lists that the terminal goes by, sealed to the bank. */
	backupLists: up(false, {
		/** With whose backup they belong: a new terminal's never take the place of its predecessor's. */
		journal: "bytes",
		box: "bytes",
	}),
	/** Asks for a part of the backup of this terminal's predecessor; part 0 says what there is. */
	restore: up(false, { journal: "bytes", part: "uint" }),
	/** Asks for a piece of the image that is offered. */
	updateRequest: up(false, { digest: "bytes", chunk: "uint" }),

	configuration: down(true, ACQUIRER, {
		syncSeconds: "uint?",
		statusSeconds: "uint?",
		/** Whose messages the terminal takes as the help desk's: Ed25519, 32 bytes. */
		supportKey: "bytes?",
	}),
	parameters: down(true, ACQUIRER, { records: "bytesList" }),
	aids: down(true, ACQUIRER, { records: "bytesList" }),
	caKeys: down(true, ACQUIRER, { records: "bytesList" }),
	hotCards: down(true, ACQUIRER, { records: "bytesList" }),
	/** Certificates that count no more: the acquirer's signed list, as its binding desk gives it. */
	revocations: down(true, ACQUIRER, { list: "bytes" }),
	/** What the terminal watches for: CBOR of a rule set, empty for the built-in one. */
	rules: down(true, ACQUIRER, { set: "bytes" }),
	command: down(false, ANY, { command: "text", by: "text", reason: "text?", call: "text?", version: "text?" }),
	/** The bank has all records of this journal up to this one. */
	kept: down(false, ANY, { journal: "bytes", upTo: "uint" }),
	/** The bank has this alert or report. */
	noticeKept: down(false, ANY, { number: "uint" }),
	backedUp: down(false, ACQUIRER, { journal: "bytes", upTo: "uint" }),
	/** The bank has the lists that came in the box with this SHA-256. */
	listsBackedUp: down(false, ACQUIRER, { digest: "bytes" }),
	/** A part of a backup, sealed to this terminal. */
	restorePart: down(false, ACQUIRER, {
		part: "uint",
		/** Without part 0; 0 when there is nothing to restore, and why. */
		parts: "uint",
		box: "bytes?",
		why: "text?",
		/** With part 0: of all parts' contents. */
		digest: "bytes?",
		/** Numbers that the terminal's predecessor has used, as the bank knows them. */
		batch: "uint?",
		stan: "uint?",
		invoice: "uint?",
	}),
	/** New firmware: its signed manifest (docs/update.md); absent: nothing is offered any more. */
	updateOffer: down(true, ACQUIRER, { manifest: "bytes?" }),
	/** A piece of an image; without bytes the bank does not have it. */
	updateChunk: down(false, ACQUIRER, { digest: "bytes", chunk: "uint", bytes: "bytes?" }),
} as const satisfies Readonly<Record<string, MessageKind>>);

export type MessageKindName = keyof typeof MESSAGE_KINDS;

type Value<T extends string> = T extends "uint"
	? number
	: T extends "text"
		? string
		: T extends "bool"
			? boolean
			: T extends "bytes"
				? Uint8Array
				: T extends "bytesList"
					? readonly Uint8Array[]
					: T extends "textList"
						? readonly string[]
						: Readonly<Record<string, number>>;
type Fields<K extends MessageKindName> = (typeof MESSAGE_KINDS)[K]["fields"];
type OptionalName<F> = { [N in keyof F]: F[N] extends `${string}?` ? N : never }[keyof F];

/** The members of a message of this kind. */
export type MessageBody<K extends MessageKindName> = {
	readonly [N in Exclude<keyof Fields<K>, OptionalName<Fields<K>>>]: Value<Fields<K>[N] & string>;
} & {
	readonly [N in OptionalName<Fields<K>>]?: Fields<K>[N] extends `${infer T}?` ? Value<T> : never;
};

export function isMessageKind(name: string): name is MessageKindName {
	return Object.hasOwn(MESSAGE_KINDS, name);
}

export function encodeBody<K extends MessageKindName>(body: MessageBody<K>): CborMap {
	const entries: [string, CborValue][] = [];
	for (const [name, value] of Object.entries(body as Readonly<Record<string, unknown>>))
		if (value !== undefined)
			entries.push([name, isCounts(value) ? new Map(Object.entries(value)) : (value as CborValue)]);
	return new Map(entries);
}

/** @returns one sentence when it is no message of this kind: unknown members are refused too */
export function decodeBody<K extends MessageKindName>(kind: K, value: CborValue): MessageBody<K> | string {
	if (!(value instanceof Map)) return `a message "${kind}" has members`;
	const fields: Readonly<Record<string, Field>> = MESSAGE_KINDS[kind].fields;
	const body: Record<string, unknown> = {};
	for (const [name, member] of value as CborMap) {
		const field = typeof name === "string" && Object.hasOwn(fields, name) ? fields[name] : undefined;
		if (!field || !isOf(field.replace("?", "") as FieldType, member)) return `a message "${kind}" has no such ${name}`;
		body[name as string] = member instanceof Map ? Object.fromEntries(member as Map<string, number>) : member;
	}
	const missing = Object.keys(fields).find(name => !fields[name]!.endsWith("?") && !(name in body));
	return missing === undefined ? (body as MessageBody<K>) : `a message "${kind}" lacks ${missing}`;
}

function isOf(type: FieldType, value: CborValue): boolean {
	switch (type) {
		case "uint":
			return isUint(value);
		case "text":
			return typeof value === "string";
		case "bool":
			return typeof value === "boolean";
		case "bytes":
			return value instanceof Uint8Array;
		case "bytesList":
			return Array.isArray(value) && value.every(each => each instanceof Uint8Array);
		case "textList":
			return Array.isArray(value) && value.every(each => typeof each === "string");
		case "counts":
			return value instanceof Map && [...value].every(([name, count]) => typeof name === "string" && isUint(count));
	}
}

function isUint(value: unknown): boolean {
	return typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
}

function isCounts(value: unknown): value is Readonly<Record<string, number>> {
	return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
