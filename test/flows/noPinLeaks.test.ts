import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { formatLineText, LineTrace } from "../../sim/card/lineTrace.js";
import { personalisedCard } from "../../sim/card/openCard.js";
import type { Personalisation } from "../../sim/card/personalisation.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { StateFolder } from "../../sim/world/stateFolder.js";
import { openTestWorld } from "../../sim/world/testWorld.js";
import { asciiBytes, equal } from "../../src/bytes/bytes.js";
import { formatHex } from "../../src/bytes/hex.js";
import { screenText } from "../../src/display/screen.js";
import type { Crypto } from "../../src/ports.js";
import { type BenchOptions, PIK, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

/** Hexadecimal of what must be nowhere, and what it is. */
type Secrets = ReadonlyMap<string, string>;

/** A PIN as it could be written down: digits (also packed), characters, one digit a byte, a list. */
function formsOf(pin: string): string[] {
	const digits = Uint8Array.from(pin, Number);
	return [pin, formatHex(asciiBytes(pin)), formatHex(digits), [...digits].join(","), [...digits].join(", ")];
}

/** Which of the secrets the text or the bytes hold. */
function found(haystack: string | Uint8Array, secrets: Secrets): string[] {
	const texts =
		typeof haystack === "string"
			? [haystack.toUpperCase(), haystack.toUpperCase().replaceAll(/[\s:]/g, "")]
			: [formatHex(haystack), Buffer.from(haystack).toString("latin1").toUpperCase()];
	return [...secrets].filter(([secret]) => texts.some(text => text.includes(secret))).map(([, what]) => what);
}

/** Any value as text, byte arrays as hexadecimal and as lists. */
function textOf(value: unknown): string {
	return JSON.stringify(value, (_key, each: unknown) =>
		each instanceof Uint8Array ? `${formatHex(each)} ${[...each].join(",")}` : each,
	);
}

/** Enough PINs that none is in anything by chance, 8 to 12 digits. */
function pinOf(n: number): string {
	const digits = String(7_391_506_284_137 + n * 104_729_111_713).slice(-12);
	return digits.slice(0, 8 + (n % 5));
}

function withPin(card: Personalisation, pin: string): Personalisation {
	return { ...card, applications: card.applications.map(each => ({ ...each, pin })) };
}

describe("after a day of sales, each kind of cardholder verification, right and wrong PINs,", () => {
	const secrets = new Map<string, string>();
	const traces: (readonly [where: string, what: string | Uint8Array])[] = [];
	const verifyBodies: Uint8Array[] = [];
	const pinBlocks: Uint8Array[] = [];
	const outcomes: string[] = [];
	let line = "";

	beforeAll(async () => {
		const kinds = ["cda", "plaintext-pin", "unionpay-online-pin", "two-applications-confirm", "unionpay-credit", "sda"];
		const world = await makeSaleWorld(...kinds);
		for (const [i, kind] of kinds.entries())
			for (let n = 0; n < 4; n++) await day(world[kind]!, kind, pinOf(10 * i + n), pinOf(1_000 + 10 * i + n));
	}, 120_000);

	async function day(made: Omit<BenchOptions, "crypto">, kind: string, pin: string, wrong: string): Promise<void> {
		for (const form of formsOf(pin)) secrets.set(form.toUpperCase(), `PIN of ${kind}`);
		for (const form of formsOf(wrong)) secrets.set(form.toUpperCase(), `wrong PIN of ${kind}`);
		const terminalCrypto: Crypto = {
			...nodeCrypto,
			desEcb(key, data, direction) {
				const result = nodeCrypto.desEcb(key, data, direction);
				if (!equal(key, PIK) || data.every(byte => byte === 0)) return result; // zeros: the check value
				for (const block of [data, result]) secrets.set(formatHex(block), `PIN block of ${kind}`);
				pinBlocks.push(result);
				return result;
			},
		};
		const b = new SaleBench({
			...made,
			personalisation: withPin(made.personalisation, pin),
			account: { ...made.account, pin },
			crypto: nodeCrypto,
			terminalCrypto,
			pins: [wrong, pin],
		});
		const seen = watchVerify(b);
		const trace = new LineTrace();
		b.slot.onLine = trace.note;
		let text = "";
		for (let sale = 0; sale < 2; sale++) {
			const result = await b.sale(1_234 + sale);
			outcomes.push(`${result.outcome} ${formatHex(result.card!.cvmResults!)}`);
			text += textOf(result);
			b.removeCard();
		}
		for (const body of seen()) {
			verifyBodies.push(body);
			secrets.set(formatHex(body), `VERIFY body of ${kind}`);
		}
		traces.push(["results", text]);
		traces.push(["log", b.log.join("\n")]);
		traces.push(["line", formatLineText(trace)]);
		traces.push(["decisions", textOf(b.decisions)]);
		traces.push(["screens", `${textOf(b.screens)}${b.screens.map(screenText).join("\n")}`]);
		traces.push(["journal entries", textOf(b.entries)]);
		for (const name of b.disk.names()) traces.push([`file ${name}`, b.disk.read(name, 0, b.disk.size(name)!)]);
	}

	/** The bodies of VERIFY as they go over the contacts. */
	function watchVerify(b: SaleBench): () => Uint8Array[] {
		const toCard: number[] = [];
		b.wrapCard = card => ({
			...(card.line && { line: card.line }),
			reset: () => card.reset(),
			take(character) {
				toCard.push(character);
				return card.take(character);
			},
		});
		return () => {
			line += formatHex(Uint8Array.from(toCard));
			const bodies: Uint8Array[] = [];
			for (let at = 0; at + 5 < toCard.length; at++) {
				const isVerify = toCard[at] === 0 && toCard[at + 1] === 0x20 && toCard[at + 2] === 0;
				if (!isVerify || (toCard[at + 3] !== 0x80 && toCard[at + 3] !== 0x88)) continue;
				const length = toCard[at + 4]!;
				if (length < 8 || at + 5 + length > toCard.length) continue;
				bodies.push(Uint8Array.from(toCard.slice(at + 5, at + 5 + length)));
			}
			return bodies;
		};
	}

	test("there was something to find: PINs were entered in every way, and sales were approved", () => {
		// Enciphered and plaintext offline PIN that the card found right, a PIN for the issuer, a signature or nothing.
		for (const cvmResults of ["440302", "410302", "420300"])
			expect(outcomes.filter(each => each === `approved ${cvmResults}`).length, cvmResults).toBeGreaterThan(3);
		expect(outcomes.filter(each => each.startsWith("approved")).length).toBeGreaterThan(24);
		expect(verifyBodies.filter(({ length }) => length === 8).length).toBeGreaterThan(4);
		expect(verifyBodies.filter(({ length }) => length > 64).length).toBeGreaterThan(4);
		expect(pinBlocks.length).toBeGreaterThan(4);
		const files = traces.filter(([where]) => where.startsWith("file "));
		expect(new Set(files.map(([where]) => where)).size).toBeGreaterThan(4);
		// The very scan finds them where they have to be: on the card's contacts.
		expect(found(line, secrets)).toEqual(expect.arrayContaining(["VERIFY body of cda", "PIN of plaintext-pin"]));
	});

	// [SEC-01]
	test("no PIN, PIN block or VERIFY body is in a log, a trace, a screen, a result, the journal or a file", () => {
		const leaks = traces.flatMap(([where, what]) => found(what, secrets).map(each => `${each} in ${where}`));
		expect(leaks).toEqual([]);
	});
});

describe("over real files and the command line,", () => {
	const root = fileURLToPath(new URL("../..", import.meta.url));
	const folder = mkdtempSync(join(tmpdir(), "kassa-pins-"));
	const state = new StateFolder(join(folder, "state"));
	const cards = ["cda", "plaintext-pin", "unionpay-online-pin"];
	const secrets = new Map<string, string>();

	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	beforeAll(async () => {
		await openTestWorld(state, false, undefined, ["commandLine"]);
		const config = state.readJson("bank/config.json") as { accounts: { pan: string; pin: string }[] };
		for (const [n, name] of cards.entries()) {
			const card = await personalisedCard(state, name);
			const pin = pinOf(n);
			state.writeJson(`cards/${name}.json`, withPin(card, pin));
			for (const form of [...formsOf(pin), ...formsOf(pinOf(100 + n))])
				secrets.set(form.toUpperCase(), `PIN of ${name}`);
		}
		const pinOfPan = new Map(cards.map((name, n) => [panOf(name), pinOf(n)]));
		const accounts = config.accounts.map(each => ({ ...each, pin: pinOfPan.get(each.pan) ?? each.pin }));
		state.writeJson("bank/config.json", { ...config, accounts });
	}, 60_000);

	function panOf(name: string): string {
		const profile = readFileSync(join(root, "sim/card/profiles", `${name}.json`), "utf8");
		return (JSON.parse(profile) as { account: { pan: string } }).account.pan;
	}

	// [SEC-01]
	test("no PIN is in what is printed or kept, but in the card's and the bank's own files", { timeout: 120_000 }, () => {
		for (const [n, card] of cards.entries()) {
			const pins = card === "unionpay-online-pin" ? [pinOf(n)] : [pinOf(100 + n), pinOf(n)];
			const args = ["--why", "--amount", "12.34", "--card", card, "--state", state.path, "--pin", ...pins];
			const command = ["sim/launch/run.mjs", "kassa", "sale", ...args];
			const { status, stdout, stderr } = spawnSync(process.execPath, command, { cwd: root, encoding: "utf8" });
			expect(stdout, stderr).toMatch(/^APPROVED/m);
			expect(status).toBe(0);
			expect(found(stdout + stderr, secrets), card).toEqual([]);
		}
		const files = readdirSync(state.path, { recursive: true, withFileTypes: true })
			.filter(each => each.isFile())
			.map(each => relative(state.path, join(each.parentPath, each.name)));
		const leaks = files.filter(name => found(readFileSync(state.at(name)), secrets).length > 0);
		expect(leaks.sort()).toEqual(["bank/config.json", ...cards.map(name => `cards/${name}.json`)].sort());
		expect(files).toEqual(
			expect.arrayContaining(["commandLine/key-root", expect.stringMatching(/^commandLine\/journal/)]),
		);
	});
});
