import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { enrolment } from "../../../sim/management/enrolment.js";
import { brokerTls } from "../../../sim/management/managementFolder.js";
import { type ManagementInUse, startManagement, useManagement } from "../../../sim/management/startManagement.js";
import { readConfiguration } from "../../../sim/world/configurationFile.js";
import { EMPTY_READER } from "../../../sim/world/emptyReader.js";
import { MemoryDisplay } from "../../../sim/world/memoryDisplay.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { startTestTerminal } from "../../../sim/world/testTerminal.js";
import { openTestWorld } from "../../../sim/world/testWorld.js";
import type { Terminal } from "../../../src/terminal.js";
import { startMosquitto } from "./mosquitto.js";

const ID = "KASSA002";
const folder = mkdtempSync(join(tmpdir(), "kassa-manage-"));
const state = new StateFolder(folder);
const log: string[] = [];
let terminal: Terminal;

beforeAll(async () => {
	await openTestWorld(state, false, undefined, ["commandLine"]);
	({ terminal } = startTestTerminal({
		...{ state, name: "commandLine", bankPort: 0, configuration: readConfiguration(state, undefined) },
		...{ reader: EMPTY_READER, display: new MemoryDisplay() },
		log: { line: (_, text) => log.push(text) },
	}));
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

for (const [name, broker] of [
	["the embedded broker", undefined],
	["Mosquitto", () => startMosquitto(brokerTls(state))],
] as const)
	describe(`a terminal, its bank's service and ${name}, each in a process`, () => {
		let started: Awaited<ReturnType<typeof startMosquitto>> | undefined;
		let management: ManagementInUse;
		let running: Promise<void>;

		beforeAll(async () => {
			started = await broker?.();
			management = await startManagement(state, started && `127.0.0.1:${started.port}`);
			await management.ask(enrolment("commandLine", terminal.identity().publicKeys));
			running = terminal.management!.run();
		}, 60_000);
		afterAll(async () => {
			try {
				terminal.stop();
				await running;
				await management.leave();
			} finally {
				await started?.close(); // also when the service never started
			}
		}, 60_000);

		test("lock, self-check and release are obeyed and answered", async () => {
			const to = { terminal: ID, by: "fraud desk", validMs: 60_000, waitMs: 30_000 };
			expect(await management.ask({ command: "lock", ...to, reason: "test", call: "1" })).toMatchObject({
				answer: { done: true, reason: "locked: no sales" },
			});
			expect(await terminal.sale(100)).toMatchObject({ status: "declined" });
			expect(await management.ask({ command: "selfCheck", ...to })).toMatchObject({ answer: { done: true } });
			expect(await management.ask({ command: "release", ...to })).toMatchObject({
				answer: { done: true, reason: expect.stringContaining("released by the bank") },
			});
			terminal.monitor.give("merchant", "test"); // nobody is at the keypad here
			expect(terminal.monitor.locked).toBeUndefined();
			expect((await management.ask({ statuses: true })).statuses).toMatchObject([{ terminal: ID, online: true }]);
		}, 60_000);

		test("another command finds the service; what it does not understand it says", async () => {
			const other = await useManagement(state);
			expect(other.broker).toEqual(management.broker);
			await expect(
				other.ask({ command: "lock", terminal: "KASSA999", by: "x", validMs: 1, waitMs: 0 }),
			).rejects.toThrow("the bank has never heard of KASSA999");
			await expect(other.ask({ command: "explode" })).rejects.toThrow("command");
			await other.leave();
			expect((await management.ask({ statuses: true })).statuses).toHaveLength(1);
		}, 60_000);
	});

test("the service ends with whoever started it, however that one ends", async () => {
	for (const signal of ["SIGKILL", "SIGTERM"] as const) {
		const module = new URL("../../../sim/management/startManagement.ts", import.meta.url).href;
		const folderModule = new URL("../../../sim/world/stateFolder.ts", import.meta.url).href;
		const script = `
			const { startManagement } = await import(${JSON.stringify(module)});
			const { StateFolder } = await import(${JSON.stringify(folderModule)});
			await startManagement(new StateFolder(${JSON.stringify(folder)}), undefined);
			console.log("up");
			setInterval(() => {}, 1000);`;
		const parent = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], { stdio: "pipe" });
		let complaint = "";
		parent.stderr.on("data", (bytes: Buffer) => {
			complaint += bytes.toString();
		});
		await new Promise<void>((resolve, reject) => {
			parent.stdout.once("data", () => resolve());
			parent.once("close", () => reject(new Error(complaint)));
		});
		const { pid } = JSON.parse(readFileSync(state.at("management/running.json"), "utf8")) as { readonly pid: number };
		const isAlive = () => {
			try {
				return process.kill(pid, 0);
			} catch {
				return false;
			}
		};
		expect(isAlive()).toBe(true);
		parent.kill(signal);
		await expect.poll(isAlive, { timeout: 15_000 }).toBe(false);
		expect(state.has("management/running.json")).toBe(false);
	}
}, 90_000);

test("a broker that cannot be reached, or is none, ends the service with one sentence", async () => {
	await expect(startManagement(state, "127.0.0.1:1")).rejects.toThrow(/cannot reach the management service/);
	await expect(startManagement(state, "somewhere")).rejects.toThrow("somewhere is no broker: name one as HOST:PORT");
}, 60_000);
