import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { Aedes } from "aedes";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { SERVICE_NAME } from "../../../sim/management/accessRules.js";
import { startBroker } from "../../../sim/management/broker.js";
import { mqttLink } from "../../../sim/management/mqttLink.js";
import { certifyClient, makeTestPki, type PemPair, type TestPki } from "../../../sim/world/pki.js";
import { asciiBytes, latin1Text } from "../../../src/bytes/bytes.js";
import { downFilter, topicOf, UP_FILTER } from "../../../src/management/topics.js";
import type { LinkConnection, LinkMessage } from "../../../src/ports.js";
import { startMosquitto } from "./mosquitto.js";

const TERMINAL = "KASSA001";
const OTHER = "KASSA002";

let pki: TestPki;
let pairs: Readonly<Record<string, PemPair>>;
const open: LinkConnection[] = [];

beforeAll(async () => {
	pki = await makeTestPki();
	const names = [TERMINAL, OTHER, SERVICE_NAME];
	pairs = Object.fromEntries(
		await Promise.all(names.map(async name => [name, await certifyClient(pki, name)] as const)),
	);
});

afterEach(async () => {
	for (const each of open.splice(0)) await each.close().catch(() => {});
});

const brokerTls = () => ({ key: pki.bank.keyPem, cert: pki.bank.certPem, ca: pki.rootPem });
const up = (terminalId: string, kind = "status") => topicOf({ terminalId, direction: "up", kind });
const down = (terminalId: string, kind = "command") => topicOf({ terminalId, direction: "down", kind });
const pause = (ms: number) => new Promise(resolve => setTimeout(resolve, ms));

async function eventually(condition: () => boolean): Promise<void> {
	for (let waited = 0; !condition() && waited < 5_000; waited += 10) await pause(10);
	expect(condition()).toBe(true);
}

for (const [name, start] of [
	["the embedded broker", () => startBroker({ host: "127.0.0.1", port: 0, tls: brokerTls() })],
	["Mosquitto with the access rules of docs/fleet.md", () => startMosquitto(brokerTls())],
] as const)
	describe(name, () => {
		let broker: Awaited<ReturnType<typeof start>>;
		beforeAll(async () => {
			broker = await start();
		});
		afterAll(() => broker.close());

		/** A client with the certificate of `holder`; what it gets stands in `got`. */
		async function client(
			holder: string,
			options: { readonly clientId?: string; readonly will?: LinkMessage; readonly pair?: PemPair } = {},
		) {
			const got: string[] = [];
			const lost: string[] = [];
			const { keyPem: key, certPem: cert } = options.pair ?? pairs[holder]!;
			const link = mqttLink({
				host: "127.0.0.1",
				port: broker.port,
				ca: pki.rootPem,
				key,
				cert,
				answerMs: 3_000,
			});
			const connection = await link.connect(
				{
					clientId: options.clientId ?? holder,
					will: options.will ?? { topic: up(holder, "lost"), payload: asciiBytes("gone"), retain: false },
					keepAliveSeconds: 30,
					onMessage: (topic, payload) => got.push(`${topic} ${latin1Text(payload)}`),
					onLost: () => lost.push("lost"),
				},
				5_000,
			);
			open.push(connection);
			return { ...{ connection, got, lost }, send: send(connection) };
		}
		const send =
			(connection: LinkConnection) =>
			(topic: string, text: string, retain = false) =>
				connection.publish({ topic, payload: asciiBytes(text), retain });

		test("carries messages between a terminal and its bank, both ways", async () => {
			const bank = await client(SERVICE_NAME);
			const terminal = await client(TERMINAL);
			await bank.connection.subscribe(UP_FILTER);
			await terminal.connection.subscribe(downFilter(TERMINAL));
			await terminal.send(up(TERMINAL), "here");
			await bank.send(down(TERMINAL), "do it");
			await eventually(() => bank.got.length === 1 && terminal.got.length === 1);
			expect(bank.got).toEqual([`${up(TERMINAL)} here`]);
			expect(terminal.got).toEqual([`${down(TERMINAL)} do it`]);
		});

		test("keeps what is retained for a terminal that comes later", async () => {
			const bank = await client(SERVICE_NAME);
			await bank.send(down(TERMINAL, "parameters"), "first", true);
			await bank.send(down(TERMINAL, "parameters"), "second", true);
			const terminal = await client(TERMINAL);
			await terminal.connection.subscribe(downFilter(TERMINAL));
			await eventually(() => terminal.got.length > 0);
			expect(terminal.got).toEqual([`${down(TERMINAL, "parameters")} second`]);
			await bank.send(down(TERMINAL, "parameters"), "", true);
		});

		test("a terminal reads and writes nothing of another one's", async () => {
			const bank = await client(SERVICE_NAME);
			await bank.connection.subscribe(UP_FILTER);
			const other = await client(OTHER);
			await other.connection.subscribe(downFilter(OTHER));
			const terminal = await client(TERMINAL);
			// One broker refuses the subscription, another one delivers nothing.
			for (const filter of [downFilter(OTHER), "kassa/1/+/down/+", "kassa/#", "#", up(OTHER)])
				await terminal.connection.subscribe(filter).catch(() => {});
			await bank.send(down(OTHER), "for the other one");
			await eventually(() => other.got.length === 1);
			for (const topic of [up(OTHER), down(TERMINAL), down(OTHER), "kassa/1/status"])
				await (await client(TERMINAL)).send(topic, "forged").catch(() => {});
			await (await client(TERMINAL)).send(up(TERMINAL), "own");
			await eventually(() => bank.got.length > 0);
			await pause(100);
			expect(bank.got.filter(each => !each.endsWith("gone"))).toEqual([`${up(TERMINAL)} own`]);
			expect(other.got).toEqual([`${down(OTHER)} for the other one`]);
			expect(terminal.got).toEqual([]);
		});

		test("a last will for another terminal's topic is never published", async () => {
			const bank = await client(SERVICE_NAME);
			await bank.connection.subscribe(UP_FILTER);
			const will = { topic: up(OTHER, "lost"), payload: asciiBytes("forged"), retain: true };
			const terminal = await client(TERMINAL, { will }).catch(() => undefined);
			// Its own name from a second connection breaks the first one off, if the broker let it in at all.
			await client(TERMINAL);
			await pause(200);
			expect(terminal?.got ?? []).toEqual([]);
			expect(bank.got.filter(each => each.includes("forged"))).toEqual([]);
		});

		test("a connection that breaks off publishes the last will, one that is closed does not", async () => {
			const bank = await client(SERVICE_NAME);
			await bank.connection.subscribe(UP_FILTER);
			const first = await client(TERMINAL);
			await client(TERMINAL); // takes the first one's place
			await eventually(() => bank.got.length > 0 && first.lost.length > 0);
			expect(bank.got).toEqual([`${up(TERMINAL, "lost")} gone`]);
			await expect(first.send(up(TERMINAL), "late")).rejects.toThrow(/link/);
			const closing = await client(OTHER);
			await closing.connection.close();
			await pause(200);
			expect(bank.got.filter(each => each.includes(OTHER))).toEqual([]);
			expect(closing.lost).toEqual([]);
		});

		test("a terminal does not get into another one's place by its name", async () => {
			const other = await client(OTHER);
			await client(TERMINAL, { clientId: OTHER }).catch(() => undefined);
			await pause(200);
			expect(other.lost).toEqual([]);
			await other.send(up(OTHER), "still here");
		});

		test("a certificate of another root, and none, are refused", async () => {
			const stranger = await makeTestPki();
			await expect(client(TERMINAL, { pair: await certifyClient(stranger, TERMINAL) })).rejects.toThrow(
				/cannot reach the management service/,
			);
			await expect(client(TERMINAL, { pair: { keyPem: "", certPem: "" } })).rejects.toThrow(
				/cannot reach the management service/,
			);
		});
	});

test("a broker of another root is not believed", async () => {
	const { keyPem, certPem } = (await makeTestPki()).bank;
	const broker = await startBroker({
		...{ host: "127.0.0.1", port: 0 },
		tls: { key: keyPem, cert: certPem, ca: pki.rootPem },
	});
	const { keyPem: key, certPem: cert } = pairs[TERMINAL]!;
	const link = mqttLink({ host: "127.0.0.1", port: broker.port, ca: pki.rootPem, key, cert });
	const will = { topic: up(TERMINAL), payload: asciiBytes("gone"), retain: false };
	const options = { clientId: TERMINAL, will, keepAliveSeconds: 30, onMessage: () => {}, onLost: () => {} };
	await expect(link.connect(options, 3_000)).rejects.toThrow(/cannot reach the management service/);
	await broker.close();
	await expect(link.connect(options, 3_000)).rejects.toThrow(/cannot reach the management service/);
});

test("what goes up, what is subscribed to and the last will have QoS 1, as the broker sees them", async () => {
	const aedes = await Aedes.createBroker();
	const sockets: TLSSocket[] = [];
	const published: { readonly topic: string; readonly qos: number }[] = [];
	const subscribed: { readonly topic: string; readonly qos: number }[] = [];
	aedes.on("publish", ({ topic, qos }, client) => {
		if (client) published.push({ topic, qos });
	});
	aedes.on("subscribe", rows => subscribed.push(...rows.map(({ topic, qos }) => ({ topic, qos }))));
	const server = createServer({ ...brokerTls(), requestCert: true }, socket => {
		sockets.push(socket);
		aedes.handle(socket);
	});
	await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as AddressInfo;
	const { keyPem: key, certPem: cert } = pairs[TERMINAL]!;
	const will = { topic: up(TERMINAL, "lost"), payload: asciiBytes("gone"), retain: false };
	const link = mqttLink({ host: "127.0.0.1", port, ca: pki.rootPem, key, cert });
	const connection = await link.connect(
		{ clientId: TERMINAL, will, keepAliveSeconds: 30, onMessage: () => {}, onLost: () => {} },
		5_000,
	);
	await connection.subscribe(downFilter(TERMINAL));
	await connection.publish({ topic: up(TERMINAL), payload: asciiBytes("here"), retain: false });
	await connection.publish({ topic: up(TERMINAL, "lost"), payload: asciiBytes("x"), retain: true });
	expect(subscribed).toEqual([{ topic: downFilter(TERMINAL), qos: 1 }]);
	expect(published).toEqual([
		{ topic: up(TERMINAL), qos: 1 },
		{ topic: up(TERMINAL, "lost"), qos: 1 },
	]);
	const wills: { readonly topic: string; readonly qos: number }[] = [];
	aedes.on("publish", ({ topic, qos }) => wills.push({ topic, qos }));
	for (const socket of sockets) socket.destroy(); // the line breaks
	await eventually(() => wills.some(({ topic }) => topic === will.topic));
	expect(wills.find(({ topic }) => topic === will.topic)).toMatchObject({ qos: 1 });
	await connection.close();
	await new Promise<void>(resolve => aedes.close(() => server.close(() => resolve())));
});
