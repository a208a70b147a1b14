import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import {
	type RegisterServer,
	type RegisterServerOptions,
	startRegisterServer,
} from "../../../sim/register/registerServer.js";
import { makeTestPki, type TestPki } from "../../../sim/world/pki.js";
import type { RegisterEvent } from "../../../src/register/registerEvent.js";
import type { BenchOptions } from "../../flows/bench.js";
import { makeSaleWorld } from "../../flows/saleWorld.js";
import { violations } from "../../register/registerSchema.js";
import { RegisterWorld, schemaFaults } from "../../register/registerWorld.js";

const TOKEN = "0123456789abcdef0123456789abcdef";
const SALE = { operation: "sale", amountMinor: 1234 };
const KEY = "order-0001";

const folder = mkdtempSync(join(tmpdir(), "kassa-register-"));
const tls = { key: join(folder, "key.pem"), cert: join(folder, "cert.pem") };
let made: Omit<BenchOptions, "crypto">;
let pki: TestPki;
let world: RegisterWorld;
let server: RegisterServer | undefined;

beforeAll(async () => {
	made = (await makeSaleWorld("unionpay-debit"))["unionpay-debit"]!;
	pki = await makeTestPki();
	writeFileSync(tls.key, pki.bank.keyPem);
	writeFileSync(tls.cert, pki.bank.certPem);
});
afterEach(async () => {
	await server?.close();
	server = undefined;
	expect(schemaFaults.splice(0)).toEqual([]);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function start(options: Partial<RegisterServerOptions> = {}): Promise<RegisterServer> {
	world = new RegisterWorld(made);
	server = await startRegisterServer({ register: world.register, host: "127.0.0.1", port: 0, ...options });
	return server;
}

interface Call {
	readonly headers?: Record<string, string>;
	readonly body?: string | object;
}
interface Reply {
	readonly status: number;
	readonly headers: Record<string, string | string[] | undefined>;
	readonly body: Record<string, unknown>;
}

/** One request; its answer is checked against the schema. */
async function call(method: string, path: string, { headers = {}, body }: Call = {}): Promise<Reply> {
	const text = typeof body === "object" ? JSON.stringify(body) : body;
	const isTls = server!.url.startsWith("https");
	const type = text === undefined ? {} : { "content-type": "application/json" };
	const reply = await new Promise<Reply>((resolve, reject) => {
		const options = { method, agent: false, headers: { ...type, ...headers } };
		const sent = isTls
			? httpsRequest(`${server!.url}${path}`, { ...options, ca: pki.rootPem, servername: "localhost" })
			: httpRequest(`${server!.url}${path}`, options);
		sent.on("error", reject).on("response", response => {
			let received = "";
			response.setEncoding("utf8");
			response.on("data", (chunk: string) => {
				received += chunk;
			});
			response.on("end", () => {
				resolve({ status: response.statusCode!, headers: response.headers, body: JSON.parse(received) });
			});
		});
		sent.end(text);
	});
	const shape = path === "/status" ? "status" : path.startsWith("/services") ? "served" : "transaction";
	const definition = reply.status >= 400 ? "problem" : shape;
	expect(violations(definition, reply.body)).toBe("");
	expect(reply.headers["content-type"]).toMatch(reply.status >= 400 ? "application/problem+json" : "application/json");
	return reply;
}

const order = (key: string, body: object = SALE) =>
	call("POST", "/transactions", { headers: { "idempotency-key": key }, body });
const end = (key: string) => call("GET", `/transactions/${key}?wait=30`);

describe("a sale over HTTP", () => {
	test("202 at once, the result by a long poll, the last transaction, the status", async () => {
		await start();
		const first = await order(KEY);
		expect(first).toMatchObject({ status: 202, body: { key: KEY, status: "underWay" } });
		expect(first.headers.location).toBe(`/transactions/${KEY}`);
		expect(first.headers["cache-control"]).toBe("no-store");
		const result = await end(KEY);
		expect(result).toMatchObject({ status: 200, body: { status: "approved", invoice: 1 } });
		expect((await call("GET", "/transactions/last")).body).toEqual(result.body);
		expect(await call("GET", "/status")).toMatchObject({ status: 200, body: { state: "idle", owed: 0 } });
	});

	test("the same key, one after the other and at the same time: charged once", async () => {
		await start();
		const insertCard = world.withoutCard();
		const all = await Promise.all([order(KEY), order(KEY), order(KEY), order(KEY)]);
		expect(all.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
		insertCard();
		const result = await end(KEY);
		expect(await order(KEY)).toMatchObject({ status: 200, body: result.body });
		expect(await call("POST", "/transactions", { body: { ...SALE, key: KEY } })).toMatchObject({ status: 200 });
		expect(await order(`"${KEY}"`)).toMatchObject({ status: 200 });
		expect(await order(KEY, { ...SALE, amountMinor: 1 })).toMatchObject({ status: 409, body: { code: "otherOrder" } });
		expect(world.bench.merchantMinor).toBe(1234);
	});

	test("a settlement: 202 at once, its end by a long poll, the same key again, an event", async () => {
		await start();
		await order(KEY);
		await end(KEY);
		const settle = (body: object) => call("POST", "/services", { headers: { "idempotency-key": "settle-0001" }, body });
		const first = await settle({ service: "settle" });
		expect(first).toMatchObject({ status: 202, body: { service: "settle", status: "underWay" } });
		expect(first.headers.location).toBe("/services/settle-0001");
		const result = await call("GET", "/services/settle-0001?wait=30");
		expect(result).toMatchObject({ status: 200, body: { status: "done", reason: "settled, the totals agree" } });
		expect(await settle({ service: "settle" })).toMatchObject({ status: 200, body: result.body });
		expect(await settle({ service: "echo" })).toMatchObject({ status: 409, body: { code: "otherOrder" } });
		expect(await call("GET", "/services/settle-0002")).toMatchObject({ status: 404 });
		expect(await call("GET", "/services/settle-0001?wait=61")).toMatchObject({ status: 400 });
		expect(await call("POST", "/services", { body: { service: "settle" } })).toMatchObject({ status: 400 });
		expect(world.events.filter(({ event }) => event === "service")).toHaveLength(2);
	});

	test("after a restart of the terminal the journal answers", async () => {
		await start();
		await order(KEY);
		const { body } = await end(KEY);
		await server!.close();
		world.restart();
		server = await startRegisterServer({ register: world.register, host: "127.0.0.1", port: 0 });
		expect(await order(KEY)).toMatchObject({ status: 200, body });
		expect(world.bench.merchantMinor).toBe(1234);
	});

	test("cancelled before the card; busy meanwhile for another key", async () => {
		await start();
		world.withoutCard();
		await order(KEY);
		expect(await order("order-0002")).toMatchObject({ status: 409, body: { code: "busy" } });
		expect(await call("GET", "/status")).toMatchObject({ body: { state: "busy", key: KEY } });
		const poll = end(KEY);
		expect(await call("POST", `/transactions/${KEY}/cancel`)).toMatchObject({ status: 202 });
		expect(await poll).toMatchObject({ body: { status: "declined", outcome: "cancelled" } });
		expect(await call("POST", `/transactions/${KEY}/cancel`)).toMatchObject({ status: 200 });
	});
});

describe("what is wrong is one sentence", () => {
	test.each<[string, string, string, Call, number, RegExp]>([
		["bad JSON", "POST", "/transactions", { body: '{"operation":' }, 400, /one JSON object/],
		["no body", "POST", "/transactions", {}, 400, /the body must be a JSON object/],
		["a list", "POST", "/transactions", { body: "[]" }, 400, /the body must be a JSON object/],
		["no key", "POST", "/transactions", { body: SALE }, 400, /Idempotency-Key/],
		[
			"two keys",
			"POST",
			"/transactions",
			{ body: { ...SALE, key: "order-0002" }, headers: { "idempotency-key": KEY } },
			400,
			/the same/,
		],
		["a short key", "POST", "/transactions", { body: { ...SALE, key: "short" } }, 400, /8 to 64/],
		[
			"an unknown member",
			"POST",
			"/transactions",
			{ body: { ...SALE, key: KEY, amont: 1 } },
			400,
			/amont has no meaning/,
		],
		["a prototype", "POST", "/transactions", { body: `{"__proto__":{},"key":"${KEY}"}` }, 400, /cannot be read/],
		["half a cent", "POST", "/transactions", { body: { ...SALE, key: KEY, amountMinor: 0.5 } }, 400, /whole number/],
		["too much", "POST", "/transactions", { body: { key: KEY, note: "x".repeat(5_000) } }, 413, /at most 4096 bytes/],
		[
			"no JSON type",
			"POST",
			"/transactions",
			{ body: "amount=1", headers: { "content-type": "application/x-www-form-urlencoded" } },
			415,
			/application\/json/,
		],
		["an unknown key", "GET", "/transactions/order-0009", {}, 404, /nothing was charged/],
		["a long key", "GET", `/transactions/${"a".repeat(80)}`, {}, 400, /8 to 64/],
		["a very long key", "GET", `/transactions/${"a".repeat(200)}`, {}, 400, /./],
		["an odd wait", "GET", `/transactions/${KEY}?wait=soon`, {}, 400, /waitSeconds/],
		["too long a wait", "GET", `/transactions/${KEY}?wait=61`, {}, 400, /from 0 to 60/],
		["an unknown parameter", "GET", `/transactions/${KEY}?weit=1`, {}, 400, /wait/],
		["a parameter too many", "GET", "/status?x=1", {}, 400, /no parameters/],
		["a body of a cancellation", "POST", `/transactions/${KEY}/cancel`, { body: { now: true } }, 400, /no body/],
		["no WebSocket", "GET", "/events", {}, 426, /WebSocket/],
		["another method", "DELETE", `/transactions/${KEY}`, {}, 404, /no such route/],
		["another path", "GET", "/", {}, 404, /no such route/],
		["the first transaction is still to come", "GET", "/transactions/last", {}, 404, /no transaction yet/],
	])("%s", async (_what, method, path, given, status, sentence) => {
		await start();
		const reply = await call(method, path, given);
		expect(reply).toMatchObject({ status, body: { status, detail: expect.stringMatching(sentence) } });
		expect(world.bench.entries).toEqual([]);
	});

	test("what is no HTTP is refused and the server goes on", async () => {
		await start();
		const socket = connect(Number(new URL(server!.url).port), "127.0.0.1");
		let answer = "";
		socket.on("data", data => {
			answer += String(data);
		});
		socket.write("\x00\x01 garbage\r\n\r\n");
		await new Promise(resolve => socket.once("close", resolve));
		const [head, body] = answer.split("\r\n\r\n");
		expect(head).toMatch(/^HTTP\/1\.1 400 /);
		expect(violations("problem", JSON.parse(body!))).toBe("");
		expect(await call("GET", "/status")).toMatchObject({ status: 200 });
	});
});

describe("who may call", () => {
	test.each([
		["another name in Host", { host: "kassa.example:80" }],
		["this machine with another port", { host: "127.0.0.1:1" }],
		["a web page", { origin: "http://127.0.0.1:8080" }],
		["a page without an origin", { origin: "null" }],
		["a browser's address bar", { "sec-fetch-site": "none" }],
	])("on loopback not %s", async (_who, headers) => {
		await start();
		expect(await call("GET", "/status", { headers })).toMatchObject({ status: 403, body: { code: "forbidden" } });
		expect(await call("POST", "/transactions", { headers, body: { ...SALE, key: KEY } })).toMatchObject({
			status: 403,
		});
		expect(await refusedUpgrade("/events", headers)).toBe(403);
		expect(world.bench.entries).toEqual([]);
	});

	test("localhost is this machine", async () => {
		await start();
		const { port } = new URL(server!.url);
		expect(await call("GET", "/status", { headers: { host: `localhost:${port}` } })).toMatchObject({ status: 200 });
	});

	test.each([
		["none", {}],
		["a wrong one", { authorization: `Bearer ${TOKEN.replace("0", "1")}` }],
		["a longer one", { authorization: `Bearer ${TOKEN}0` }],
		["without the scheme", { authorization: TOKEN }],
	])("with a token configured, no request with %s", async (_what, headers) => {
		await start({ token: TOKEN });
		const reply = await call("GET", "/status", { headers });
		expect(reply).toMatchObject({ status: 401, body: { code: "unauthorised" } });
		expect(reply.headers["www-authenticate"]).toBe("Bearer");
		expect(JSON.stringify(reply.body)).not.toContain(TOKEN);
		expect(await refusedUpgrade("/events", headers)).toBe(401);
	});

	test("another address with token and TLS: over TLS, with the token, whatever Host says", async () => {
		await start({ host: "0.0.0.0", token: TOKEN, tls });
		const { port } = new URL(server!.url);
		server = { ...server!, url: `https://127.0.0.1:${port}` };
		const authorization = `Bearer ${TOKEN}`;
		const headers = { authorization, host: "till.example" };
		expect(await call("GET", "/status", { headers })).toMatchObject({ status: 200 });
		expect(await call("GET", "/status")).toMatchObject({ status: 401 });
		const socket = new WebSocket(`wss://127.0.0.1:${port}/events`, { ca: pki.rootPem, headers: { authorization } });
		expect(await firstMessage(socket)).toMatchObject({ event: "status" });
		socket.terminate();
	});

	const needs = /^the cash-register interface listens on 0\.0\.0\.0 only with a token and with TLS: [^\n]*$/;
	test.each<[string, Partial<RegisterServerOptions>, RegExp]>([
		["neither", { host: "0.0.0.0" }, needs],
		["a token only", { host: "0.0.0.0", token: TOKEN }, needs],
		["TLS only", { host: "0.0.0.0", tls }, needs],
		["a name", { host: "localhost" }, /listens on localhost only with/],
		["a short token", { token: TOKEN.slice(1) }, /32 or more/],
		["a token with a space", { token: `${TOKEN} x` }, /without spaces/],
		[
			"a missing key",
			{ host: "0.0.0.0", token: TOKEN, tls: { ...tls, key: "missing.pem" } },
			/missing\.pem cannot be read/,
		],
		["a certificate in the place of the key", { tls: { ...tls, key: tls.cert } }, /belong together/],
	])("refuses to start with %s", async (_what, options, sentence) => {
		const refusal = await start(options).catch((error: Error) => error);
		expect(refusal).toMatchObject({ name: "UserError", message: expect.stringMatching(sentence) });
		expect(server).toBeUndefined();
	});
});

describe("the WebSocket", () => {
	test("events of a sale in order, and requests on the same line", async () => {
		await start();
		const socket = new WebSocket(`${server!.url.replace("http", "ws")}/events`);
		const messages: Record<string, unknown>[] = [];
		const isOver = new Promise<void>(resolve => {
			socket.on("message", data => {
				const message = JSON.parse(String(data)) as Record<string, unknown>;
				messages.push(message);
				expect(violations("event" in message ? "event" : "answer", message)).toBe("");
				const { transaction } = message as { transaction?: { status: string } };
				if (transaction && transaction.status !== "underWay") resolve();
			});
		});
		await new Promise(resolve => socket.once("open", resolve));
		socket.send(JSON.stringify({ id: 7, request: "start", key: KEY, order: SALE }));
		await isOver;
		const events = messages.filter(message => "event" in message) as unknown as RegisterEvent[];
		expect(events[0]).toMatchObject({ event: "status", status: { state: "idle" } });
		expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, i) => events[0]!.sequence + i));
		expect(events.at(-1)).toMatchObject({ transaction: { key: KEY, status: "approved" } });
		expect(messages).toContainEqual(expect.objectContaining({ id: 7, status: 202 }));
		socket.send(JSON.stringify({ id: "b", request: "transaction", key: KEY }));
		socket.send("{");
		socket.send(JSON.stringify({ id: { a: 1 }, request: "status" }));
		await expect.poll(() => messages.filter(message => "body" in message).length).toBe(4);
		const [, ...answers] = messages.filter(message => "body" in message);
		expect(answers).toContainEqual(expect.objectContaining({ id: "b", status: 200 }));
		expect(answers.filter(({ status }) => status === 400)).toHaveLength(2);
		socket.terminate();
	});

	test("a message over the limit ends the line, not the server", async () => {
		await start();
		const socket = new WebSocket(`${server!.url.replace("http", "ws")}/events`);
		const closed = new Promise(resolve => socket.once("close", resolve).on("error", () => {}));
		socket.once("open", () => socket.send("x".repeat(5_000)));
		await closed;
		expect(await call("GET", "/status")).toMatchObject({ status: 200 });
	});

	test("another path is refused", async () => {
		await start();
		expect(await refusedUpgrade("/socket", {})).toBe(404);
	});
});

test("more connections than registers need are closed; the server goes on", async () => {
	await start();
	const port = Number(new URL(server!.url).port);
	const sockets: Socket[] = [];
	let closed = 0;
	for (let i = 0; i < 60; i++) {
		const socket = connect(port, "127.0.0.1");
		sockets.push(socket.on("error", () => {}).on("close", () => closed++));
	}
	await expect.poll(() => closed).toBeGreaterThanOrEqual(60 - 32);
	expect(closed).toBeLessThan(60);
	for (const socket of sockets) socket.destroy();
	await expect
		.poll(() => call("GET", "/status").catch(() => undefined), { timeout: 5_000 })
		.toMatchObject({ status: 200 });
});

async function refusedUpgrade(path: string, headers: Record<string, string>): Promise<number | undefined> {
	const socket = new WebSocket(`${server!.url.replace("http", "ws")}${path}`, { headers });
	return new Promise(resolve => {
		socket.once("unexpected-response", (_request, response) => {
			resolve(response.statusCode);
			response.destroy();
		});
		socket.once("open", () => resolve(undefined)).on("error", () => {});
	});
}

function firstMessage(socket: WebSocket): Promise<unknown> {
	return new Promise((resolve, reject) => {
		socket.once("message", data => resolve(JSON.parse(String(data)))).once("error", reject);
	});
}
