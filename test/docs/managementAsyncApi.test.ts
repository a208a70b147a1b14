import { readFileSync } from "node:fs";
import specs from "@asyncapi/specs";
import { Ajv } from "ajv";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex } from "../../src/bytes/hex.js";
import { MESSAGE_KINDS, type MessageKindName } from "../../src/management/messageKinds.js";
import { openMessage } from "../../src/management/signedMessage.js";
import { topicOf } from "../../src/management/topics.js";
import { transact } from "../journal/testEntries.js";
import { ACQUIRER, eventually, LinkWorld, OWN, TERMINAL } from "../management/linkWorld.js";
import { testUpdate, UpdateWorld } from "../update/updateWorld.js";

interface Message {
	readonly payload: object & { readonly properties: object; readonly required: readonly string[] };
	readonly "x-authorities"?: readonly string[];
}
interface AsyncApi {
	readonly channels: Readonly<Record<string, { readonly address: string }>>;
	readonly operations: Readonly<
		Record<
			string,
			{
				readonly action: string;
				readonly channel: { readonly $ref: string };
				readonly bindings: { readonly mqtt: { readonly qos: number; readonly retain: boolean } };
			}
		>
	>;
	readonly components: { readonly messages: Readonly<Record<string, Message>>; readonly schemas: object };
}

const FILE = new URL("../../docs/management.asyncapi.json", import.meta.url);
const DOCUMENT = JSON.parse(readFileSync(FILE, "utf8")) as AsyncApi;
const kinds = Object.keys(MESSAGE_KINDS) as MessageKindName[];

test("the document is AsyncAPI 3.0.0, and a spoiled one is not", () => {
	const ajv = new Ajv({ strict: false, meta: false, validateSchema: false, validateFormats: false });
	const validate = ajv.compile(specs.schemas["3.0.0"] as object);
	expect(validate(DOCUMENT), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
	expect(validate({ ...DOCUMENT, channels: [] })).toBe(false);
	expect(validate({ ...DOCUMENT, asyncapi: "9.0.0" })).toBe(false);
});

test("channels, operations and members are those of the message table, each once", () => {
	expect(Object.keys(DOCUMENT.channels).sort()).toEqual([...kinds].sort());
	expect(Object.keys(DOCUMENT.components.messages).sort()).toEqual([...kinds].sort());
	for (const kind of kinds) {
		const { direction, retain, authorities, fields } = MESSAGE_KINDS[kind];
		expect(DOCUMENT.channels[kind]!.address).toBe(topicOf({ terminalId: "{terminal}", direction, kind }));
		const found = Object.values(DOCUMENT.operations).filter(({ channel }) => channel.$ref === `#/channels/${kind}`);
		expect(found).toHaveLength(1);
		expect(found[0]).toMatchObject({
			action: direction === "up" ? "send" : "receive",
			bindings: { mqtt: { qos: 1, retain } },
		});
		const message = DOCUMENT.components.messages[kind]!;
		expect(message["x-authorities"] ?? []).toEqual([...authorities]);
		expect(Object.keys(message.payload.properties)).toEqual(Object.keys(fields));
		const required = Object.entries(fields).filter(([, type]) => !type.endsWith("?"));
		expect(message.payload.required).toEqual(required.map(([name]) => name));
	}
});

test("what terminal and bank say fits the schemas", async () => {
	const world = new LinkWorld();
	for (let i = 0; i < 3; i++) transact(world.journal);
	world.notices.alert("fault", "a test");
	world.notices.dayReport({ day: "2026-11-22", score: 1, level: "low", report: "{}" });
	world.notices.checkReport({ blocking: [], results: ["tamper passed: closed"] });
	await world.service.start();
	await world.service.order(TERMINAL, "aids", { records: [Uint8Array.of(1)] });
	await world.service.order(TERMINAL, "configuration", { syncSeconds: 5 });
	await world.service.order(TERMINAL, "rules", { set: new Uint8Array(0) });
	const updates = new UpdateWorld();
	const { image, manifest } = testUpdate("2.0.0");
	world.firmware = updates.update;
	world.chunkOf = (_, chunk) => image.slice(1_024 * chunk, 1_024 * (chunk + 1));
	world.boot();
	await world.service.order(TERMINAL, "updateOffer", { manifest });
	world.start();
	await world.service.order(TERMINAL, "command", { command: "lock", by: "x", reason: "y" }, { validMs: 60_000 });
	await eventually(() => world.lock !== undefined && world.management.kept === world.journal.lastRecord);
	await eventually(() => world.notices.waiting.length === 0 && updates.update.isReady);
	await world.close();
	const ajv = new Ajv({ strict: false });
	const seen = new Set<string>();
	for (const { topic, payload } of world.broker.published) {
		if (payload.length === 0) continue;
		const { kind, body } = openMessage(nodeCrypto, topic, payload, (_, of) =>
			MESSAGE_KINDS[of].direction === "up" ? OWN.publicKey : ACQUIRER.publicKey,
		);
		seen.add(kind);
		const schema = { ...DOCUMENT.components.messages[kind]!.payload, components: DOCUMENT.components };
		const validate = ajv.compile(schema);
		expect(validate(asJson(body)), `${kind}: ${JSON.stringify(validate.errors)}`).toBe(true);
		expect(validate({ ...(asJson(body) as object), unheard: 1 })).toBe(false);
	}
	for (const kind of [
		"status",
		"journal",
		"alert",
		"answer",
		"aids",
		"configuration",
		"command",
		"kept",
		"noticeKept",
		"dayReport",
		"checkReport",
		"rules",
		"updateOffer",
		"updateRequest",
		"updateChunk",
	])
		expect(seen, kind).toContain(kind);
});

/** Byte strings as hexadecimal text, as the document has them. */
function asJson(value: unknown): unknown {
	if (value instanceof Uint8Array) return formatHex(value);
	if (Array.isArray(value)) return value.map(asJson);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, asJson(member)]));
}
