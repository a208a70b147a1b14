import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { ApduCard } from "../../../sim/card/apduCard.js";
import { VirtualCard } from "../../../sim/card/virtualCard.js";
import { PcscReader, type PcscReaderOptions } from "../../../sim/readers/pcscReader.js";
import { plugIntoVpcd } from "../../../sim/readers/vpcdCard.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { makeCards, nodeRandom } from "../card/testCards.js";
import { type PrivatePcscd, startPcscd } from "./privatePcscd.js";

/** Debian's pcscd and vpcd, Kassa's card plugged into them, and whoever reads it through PC/SC. */
const ROOT = fileURLToPath(new URL("../../..", import.meta.url));
const READER = "Virtual PCD 00 00";
const ATR = "3B6500004B41535341";
const SELECT_PSE = "00A404000E315041592E5359532E444446303100";
// How long anything may take on the slowest machine before it counts as stuck.
const BOUND = { timeout: 60_000, interval: 20 };
vi.setConfig({ testTimeout: 3 * BOUND.timeout, hookTimeout: 2 * BOUND.timeout });

const folder = mkdtempSync(join(tmpdir(), "kassa-pcsc-"));
const state = join(folder, "state");
let pcscd: PrivatePcscd;
let card: PluggedCard;

beforeAll(async () => {
	pcscd = await startPcscd();
	process.env.PCSCLITE_CSOCK_NAME = pcscd.env.PCSCLITE_CSOCK_NAME;
	card = await plugCard("unionpay-debit");
	await using(async reader => vi.waitFor(() => expect(reader.present, pcscd.log()).toBe(true), BOUND));
});

afterAll(async () => {
	await card?.pull();
	await pcscd?.stop();
	rmSync(folder, { recursive: true, force: true });
});

describe("Kassa's card through PC/SC", () => {
	test("opensc-tool sees its answer to reset", async () => {
		const { stdout, stderr } = await run("opensc-tool", ["--reader", READER, "--atr"]);
		expect(stdout.replaceAll(":", "").trim().toUpperCase(), stderr + pcscd.log()).toBe(ATR);
	});

	test("opensc-tool selects the payment system environment", async () => {
		const { stdout, stderr } = await run("opensc-tool", ["--reader", READER, "--send-apdu", SELECT_PSE]);
		expect(stdout, stderr).toMatch(/SW1=0x90, SW2=0x00\):\n6F 20 84 0E 31 50 41 59 /);
	});

	test("a whole sale over Kassa's own reader: offline PIN, the bank's approval, the card's TC", async () => {
		const { status, stdout, stderr } = await sale(`pcsc:${READER}`, "--amount", "12.34", "--pin", "1234");
		expect(stderr).toBe("");
		expect(JSON.parse(stdout)).toMatchObject({
			outcome: "approved",
			online: true,
			responseCode: "00",
			amountMinor: 1234,
			cvmResults: "440302",
			cid: "40",
			reversal: "none",
			panMasked: "622126*********0018",
		});
		expect(status).toBe(0);
		const ledger = JSON.parse((await kassa("bank", "ledger", "--json", "--state", state)).stdout);
		expect(ledger).toEqual(expect.arrayContaining([expect.objectContaining({ amountMinor: 1234 })]));
	});

	test("no PIN is tried that nobody gave, and none twice", async () => {
		const tried = () => card.commands().filter(command => command === "0020").length;
		const before = tried();
		expect(JSON.parse((await sale("pcsc", "--amount", "12.34")).stdout).cvmResults).not.toBe("440302");
		expect(tried()).toBe(before);
		await sale("pcsc", "--amount", "12.34", "--pin", "9999");
		expect(tried()).toBe(before + 1);
	});

	test("a protocol that the card does not speak", () =>
		using(
			async reader => {
				await expect(reader.activate()).rejects.toMatchObject({
					reason: "notAccepted",
					message: "the card and the reader have no transmission protocol in common",
				});
			},
			{ transport: "t1" },
		));

	test("a card that another program uses", () =>
		using(async reader => {
			await reader.activate();
			await using(async other => {
				await expect(other.activate()).rejects.toMatchObject({ message: "another program uses the card" });
			});
			await reader.deactivate();
			await reader.activate();
		}));

	test("a card of T=1 gets whole commands", async () => {
		await card.pull();
		const { cards } = await makeCards("unionpay-debit");
		const personalisation = { ...cards["unionpay-debit"], atr: "3B800181" };
		const t1Card = new ApduCard(new VirtualCard({ personalisation, crypto: nodeCrypto, random: nodeRandom }));
		const commands: string[] = [];
		const plugged = await plugIntoVpcd(t1Card, "127.0.0.1", pcscd.vpcdPort, event => {
			if (event.startsWith("command")) commands.push(event);
		});
		try {
			await using(async reader => {
				await vi.waitFor(() => expect(reader.present).toBe(true), BOUND);
				expect(formatHex(await reader.activate())).toBe("3B800181");
				expect(formatHex(await reader.transmit(parseHex(SELECT_PSE)))).toMatch(/^6F.*9000$/);
				expect(commands).toEqual(["command 00A4"]);
			});
		} finally {
			plugged.close();
			await plugged.closed;
		}
		card = await plugCard("unionpay-debit");
		await using(async reader => vi.waitFor(() => expect(reader.present).toBe(true), BOUND));
	});

	test("removal and insertion are noticed, and a card that is pulled is missed", () =>
		using(async reader => {
			const seen: boolean[] = [];
			reader.onChange = present => seen.push(present);
			expect(reader.name).toBe(READER);
			expect(formatHex(await reader.activate())).toBe(ATR);
			expect(formatHex(await reader.transmit(parseHex(SELECT_PSE)))).toMatch(/^6F.*9000$/);
			expect(await card.pull()).toBe(0);
			await expect(reader.transmit(parseHex(SELECT_PSE))).rejects.toMatchObject({ reason: "removed" });
			await vi.waitFor(() => expect(seen).toEqual([false]), BOUND);
			await expect(reader.activate()).rejects.toMatchObject({ reason: "removed" });
			card = await plugCard("unionpay-debit");
			await vi.waitFor(() => expect(seen).toEqual([false, true]), BOUND);
			expect(formatHex(await reader.activate())).toBe(ATR);
		}));
});

describe("what is missing, in one sentence", () => {
	test("the reader", async () => {
		await expect(PcscReader.open({ name: "Omnikey" })).rejects.toThrow(
			'PC/SC knows no reader "Omnikey": choose one of "Virtual PCD 00 00", "Virtual PCD 00 01"',
		);
	});

	test("which of several readers", async () => {
		await expect(PcscReader.open({ name: "Virtual" })).rejects.toThrow(/^"Virtual" could be any of .*: give more/);
	});

	test("pcscd", async () => {
		const nobody = { ...pcscd.env, PCSCLITE_CSOCK_NAME: join(folder, "nobody") };
		const args = ["sale", "--reader", "pcsc", "--amount", "1", "--state", state];
		const { status, stderr } = await run(process.execPath, [...KASSA, ...args], nobody);
		expect(stderr).toMatch(/^kassa: pcscd does not run: apt install pcscd[^\n]*\n$/);
		expect(status).toBe(1);
	});
});

async function using(work: (reader: PcscReader) => Promise<void>, options: PcscReaderOptions = {}): Promise<void> {
	const reader = await PcscReader.open({ name: "pcd 00 00", ...options });
	try {
		await work(reader);
	} finally {
		await reader.close();
	}
}

interface PluggedCard {
	/** CLA and INS of each command that it got. */
	commands(): string[];
	/** Ctrl-C. @returns the exit status */
	pull(): Promise<number | null>;
}

const KASSA = ["sim/launch/run.mjs", "kassa"];

/** `kassa card serve`, once it says that the card is in. */
async function plugCard(name: string): Promise<PluggedCard> {
	const args = ["card", "serve", "--vpcd", `127.0.0.1:${pcscd.vpcdPort}`, "--card", name, "--state", state];
	const child = spawn(process.execPath, [...KASSA, ...args], { cwd: ROOT, env: pcscd.env });
	let said = "";
	for (const output of [child.stdout, child.stderr])
		output.on("data", text => {
			said += text;
		});
	await vi.waitFor(() => {
		if (child.exitCode !== null) throw new Error(said);
		expect(said).toContain("is in the reader");
	}, BOUND);
	return {
		commands: () => [...said.matchAll(/^command (.*)$/gm)].map(([, command]) => command!),
		pull: () => interrupted(child),
	};
}

async function interrupted(child: ChildProcess): Promise<number | null> {
	if (child.exitCode !== null) return child.exitCode;
	const ended = new Promise<number | null>(resolve => child.once("exit", resolve));
	child.kill("SIGINT");
	const timer = setTimeout(() => child.kill("SIGKILL"), BOUND.timeout);
	const status = await ended;
	clearTimeout(timer);
	return status;
}

function run(command: string, args: readonly string[], env = pcscd.env) {
	return new Promise<{ status: number; stdout: string; stderr: string }>(resolve => {
		const child = execFile(command, args, { cwd: ROOT, env, timeout: BOUND.timeout }, (_error, stdout, stderr) =>
			resolve({ status: child.exitCode ?? -1, stdout, stderr }),
		);
	});
}

function kassa(...args: string[]) {
	return run(process.execPath, [...KASSA, ...args]);
}

const sale = (reader: string, ...args: string[]) =>
	kassa("sale", "--state", state, "--json", "--reader", reader, ...args);
