import { once } from "node:events";
import { get } from "node:http";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { type FrontPanel, startFrontPanel } from "../../../sim/web/frontPanel.js";
import type { PanelMessage } from "../../../sim/web/protocol.js";
import { TestWorld } from "./testWorld.js";

let world: TestWorld;
let panel: FrontPanel;

beforeEach(async () => {
	world = new TestWorld();
	panel = await startFrontPanel({ port: 0, host: "127.0.0.1", world });
});
afterEach(() => panel.close());

function status(path: string, host: string): Promise<number | undefined> {
	return new Promise((resolve, reject) => {
		const request = get(new URL(path, panel.url), { headers: { host } }, response => {
			response.resume();
			resolve(response.statusCode);
		});
		request.on("error", reject);
	});
}

function ownHost(): string {
	return new URL(panel.url).host;
}

/** A browser's end of the socket that keeps what it got. */
class Client {
	readonly messages: PanelMessage[] = [];
	readonly frames: Uint8Array[] = [];
	readonly socket: WebSocket;

	constructor(origin = `http://${ownHost()}`, headers: Record<string, string> = {}) {
		this.socket = new WebSocket(`ws://${ownHost()}/socket`, { origin, headers });
		this.socket.on("message", (data, isBinary) => {
			if (isBinary) this.frames.push(new Uint8Array(data as Buffer));
			else this.messages.push(JSON.parse(String(data)));
		});
	}

	async until(condition: () => boolean): Promise<void> {
		await expect.poll(condition, { timeout: 4000, interval: 5 }).toBe(true);
	}

	texts(type: "error"): string[] {
		return this.messages.filter(message => message.type === type).map(message => message.text);
	}
}

test("serves the page under its own names only", async () => {
	const port = new URL(panel.url).port;
	expect(await status("/", ownHost())).toBe(200);
	expect(await status("/", `localhost:${port}`)).toBe(200);
	expect(await status("/panel.js", ownHost())).toBe(200);
	expect(await status("/", `evil.example:${port}`)).toBe(403);
	expect(await status("/", "127.0.0.1:1")).toBe(403);
	expect(await status("/page/../frontPanel.ts", ownHost())).toBe(404);
	const response = await fetch(panel.url);
	expect(response.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'/);
	expect((await fetch(panel.url, { method: "POST" })).status).toBe(405);
});

test.each([
	["another page", "http://evil.example", {}],
	["a page whose name points here", "http://evil.example", { host: "evil.example" }],
	["no page at all", "", {}],
])("a socket from %s is refused", async (_, origin, headers) => {
	const client = new Client(origin, headers);
	const error = await new Promise<Error>(resolve => client.socket.on("error", resolve));
	expect(error.message).toContain("403");
	expect(client.messages).toEqual([]);
});

test("a new browser gets cards, state, the log so far and the picture", async () => {
	world.write("host", "0800");
	const client = new Client();
	await client.until(() => client.frames.length === 1 && client.messages.length === 3);
	expect(client.messages.map(({ type }) => type)).toEqual(["cards", "state", "log"]);
	expect(client.messages[0]).toMatchObject({
		faultForms: expect.arrayContaining([expect.objectContaining({ example: "pull:apdu=7" })]),
	});
	expect(client.messages[1]).toMatchObject({ inserted: null, faults: [], screenText: world.screenText() });
	expect(client.frames[0]).toEqual(world.display.frame);
	client.socket.terminate();
});

test("screens drawn at once go out as one picture, an equal picture not at all", async () => {
	const client = new Client();
	await client.until(() => client.frames.length === 1);
	for (const key of ["1", "2", "3"] as const) world.pressKey(key);
	await client.until(() => client.frames.length === 2);
	world.pressKey("enter");
	world.write("journal", "the last news");
	await client.until(() => JSON.stringify(client.messages).includes("the last news"));
	await new Promise(resolve => setTimeout(resolve, 100));
	expect(client.frames.length).toBe(2);
	expect(client.frames[1]).toEqual(world.display.frame);
	client.socket.terminate();
});

test("what is no command is answered with one error and changes nothing", async () => {
	const client = new Client();
	await client.until(() => client.frames.length === 1);
	const remove = '{"type":"remove"}';
	const fault = '{"type":"faults","faults":["pull"]}';
	const bad = ["x", fault, '{"type":"key","key":"11"}', '{"type":"insert","name":"none"}', remove, Buffer.from(remove)];
	for (const data of bad) client.socket.send(data);
	await client.until(() => client.texts("error").length === bad.length);
	expect(client.texts("error")).toEqual([
		"a command is JSON",
		"fault must have either apdu or byte for pull: give it as pull:apdu=7",
		"there is no such key",
		"there is no such card",
		"no card is in the slot",
		"a command is text",
	]);
	expect(world.pressed).toEqual([]);
	client.socket.send('{"type":"insert","name":"approved"}');
	client.socket.send('{"type":"insert","name":"approved"}');
	await client.until(() => client.texts("error").length === bad.length + 1);
	expect(client.texts("error").at(-1)).toBe("that card is in the slot already");
	client.socket.send('{"type":"insert","name":"mute"}');
	await client.until(() => world.inserted() === "mute");
	expect(world.log.map(({ text }) => text)).toContain("card removed");
	client.socket.terminate();
});

test("an oversized command ends its connection, not the server", async () => {
	const client = new Client();
	await client.until(() => client.frames.length === 1);
	client.socket.send("x".repeat(5000));
	await client.until(() => client.socket.readyState === WebSocket.CLOSED);
	expect((await fetch(panel.url)).status).toBe(200);
});

test("a browser that is refused and breaks off does not end the server", async () => {
	const { port } = new URL(panel.url);
	for (let i = 0; i < 20; i++) {
		const socket = connect(Number(port), "127.0.0.1");
		await once(socket, "connect");
		socket.on("error", () => {});
		socket.write("GET /socket HTTP/1.1\r\nHost: elsewhere.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n");
		socket.resetAndDestroy();
	}
	expect((await fetch(panel.url)).status).toBe(200);
});
