import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { coseSign1 } from "../../src/binding/cose.js";
import { type CborMap, encodeDeterministic } from "../../src/bytes/cbor.js";
import { decodeBody, MESSAGE_KINDS, type MessageBody } from "../../src/management/messageKinds.js";
import { type KindOf, MessageError, openMessage, signMessage } from "../../src/management/signedMessage.js";
import { topicOf } from "../../src/management/topics.js";
import { ACQUIRER, OWN, TERMINAL } from "./linkWorld.js";

const HEAD = { sequence: 7, issuedAt: 1_795_000_000_000, expiresAt: 1_795_000_060_000 };
const LOCK: MessageBody<"command"> = { command: "lock", by: "fraud desk", reason: "card testing", call: "400 123" };
const keyOf = () => ACQUIRER.publicKey;
const open = (topic: string, payload: Uint8Array) => openMessage(nodeCrypto, topic, payload, keyOf);
const signed = () => signMessage(TERMINAL, "command", HEAD, LOCK, ACQUIRER.signer);

test("what was signed opens as it was, with its terminal, kind, number and times", () => {
	const { topic, payload, retain } = signed();
	expect(topic).toBe("kassa/1/KASSA001/down/command");
	expect(retain).toBe(false);
	expect(open(topic, payload)).toEqual({ terminalId: TERMINAL, kind: "command", ...HEAD, body: LOCK });
});

test("members of every kind of value come back", () => {
	const body: MessageBody<"status"> = {
		...{ connection: 2 ** 41, online: true, firmware: "0.1.0", locked: false, journal: Uint8Array.of(1, 2) },
		...{ lastRecord: 9, keptRecord: 0, owed: 0, applied: { aids: 3, command: 2 ** 41 } },
	};
	const { topic, payload } = signMessage(TERMINAL, "status", HEAD, body, OWN.signer);
	expect(openMessage(nodeCrypto, topic, payload, () => OWN.publicKey).body).toEqual(body);
});

test("an altered byte, wherever it is, is refused", () => {
	const { topic, payload } = signed();
	fc.assert(
		fc.property(fc.nat(payload.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
			const altered = payload.slice();
			altered[at]! ^= change;
			expect(() => open(topic, altered)).toThrow(MessageError);
		}),
		{ numRuns: 60 },
	);
	expect(() => open(topic, payload.slice(0, -1))).toThrow(MessageError);
	expect(() => open(topic, Uint8Array.of(...payload, 0))).toThrow(MessageError);
	expect(() => open(topic, new Uint8Array(0))).toThrow(MessageError);
});

const SIGNED_BY_THE_BANK: readonly (readonly [kind: KindOf<"down">, body: object])[] = [
	["configuration", { syncSeconds: 5, statusSeconds: 60, supportKey: OWN.publicKey }],
	["parameters", { records: [Uint8Array.of(0x41, 0x3d, 0x31)] }],
	["aids", { records: [Uint8Array.of(0x9f, 6, 1, 0xa0), Uint8Array.of(2)] }],
	["caKeys", { records: [new Uint8Array(16).fill(7)] }],
	["hotCards", { records: [new Uint8Array(10).fill(0x62)] }],
	["revocations", { list: new Uint8Array(12).fill(9) }],
	["rules", { set: Uint8Array.of(0xa1, 1, 2) }],
];

test.each(SIGNED_BY_THE_BANK)("every byte of a message %s, altered, is refused", (kind, body) => {
	const { topic, payload } = signMessage(TERMINAL, kind, HEAD, body as never, ACQUIRER.signer);
	expect(open(topic, payload).body).toEqual(body);
	for (let at = 0; at < payload.length; at++) {
		const altered = payload.slice();
		altered[at]! ^= 1 << (at % 8);
		expect(() => open(topic, altered), `byte ${at}`).toThrow(MessageError);
		expect(() => open(topic, payload.slice(0, at)), `cut at ${at}`).toThrow(MessageError);
	}
});

describe("a message is refused", () => {
	const { payload } = signed();
	const down = (terminalId: string, kind: string) => topicOf({ terminalId, direction: "down", kind });
	for (const [why, topic, message] of [
		["at another terminal", down("KASSA002", "command"), payload],
		["as another kind", down(TERMINAL, "configuration"), payload],
		["in the other direction", topicOf({ terminalId: TERMINAL, direction: "up", kind: "command" }), payload],
		["where no topic is", "kassa/1/KASSA001/down/unheard", payload],
		["where no topic is", "kassa/1/KASSA001/down", payload],
		[
			"signed by another key",
			down(TERMINAL, "command"),
			signMessage(TERMINAL, "command", HEAD, LOCK, OWN.signer).payload,
		],
	] as const)
		test(`${why} (${topic})`, () => expect(() => open(topic, message)).toThrow(MessageError));

	test("that the receiver has no key for", () => {
		const { topic } = signed();
		expect(() => openMessage(nodeCrypto, topic, payload, () => undefined)).toThrow("somebody who is not known here");
	});

	const whole: CborMap = new Map<number, number | CborMap>([
		[1, 7],
		[2, 1],
		[4, new Map(Object.entries(LOCK as unknown as Record<string, string>))],
	]);
	for (const [why, members] of [
		["without a number", new Map([...whole].filter(([label]) => label !== 1))],
		["without its time", new Map([...whole].filter(([label]) => label !== 2))],
		["without members", new Map([...whole].filter(([label]) => label !== 4))],
		["with a label that nobody knows", new Map([...whole, [5, 1]])],
		["with a negative number", new Map([...whole, [1, -1]])],
		["with a text as its number", new Map<number | string, number | string | CborMap>([...whole, [1, "7"]] as never)],
		["that is no map", [1, 2]],
	] as const)
		test(`${why}, though rightly signed`, () => {
			const topic = down(TERMINAL, "command");
			const message = coseSign1(encodeDeterministic(members as CborMap), ACQUIRER.signer, topic);
			expect(() => open(topic, message)).toThrow(MessageError);
		});
});

test("members are checked: missing, unknown and of the wrong kind", () => {
	const members = (changed: Readonly<Record<string, unknown>>) =>
		new Map(Object.entries({ ...LOCK, ...changed }).filter(([, value]) => value !== undefined)) as CborMap;
	expect(decodeBody("command", members({}))).toEqual(LOCK);
	expect(decodeBody("command", members({ by: undefined }))).toBe('a message "command" lacks by');
	expect(decodeBody("command", members({ by: 1 }))).toBe('a message "command" has no such by');
	expect(decodeBody("command", members({ amount: 1 }))).toBe('a message "command" has no such amount');
	expect(decodeBody("command", "lock")).toBe('a message "command" has members');
	expect(decodeBody("aids", new Map([["records", [Uint8Array.of(1), "x"]]]))).toMatch(/no such records/);
});

test("nothing but what a terminal says is retained or signed by it", () => {
	for (const [kind, row] of Object.entries(MESSAGE_KINDS)) {
		expect(row.authorities.length > 0, kind).toBe(row.direction === "down");
		if (kind === "command" || kind === "journal" || kind === "backup") expect(row.retain, kind).toBe(false);
	}
});
