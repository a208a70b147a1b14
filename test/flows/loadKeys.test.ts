import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { testSigner } from "../../sim/world/testBinding.js";
import { asciiBytes, xor } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { ed25519KeyPair } from "../../src/crypto/ed25519.js";
import { type Screen, screenText } from "../../src/display/screen.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import type { ComponentKey } from "../../src/keys/keyComponents.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { makeRemoteKeys, type RemoteKey } from "../../src/keys/remoteKeyLoading.js";
import type { Key } from "../../src/ports.js";
import { keysFor } from "../keys/componentKeys.js";
import { ACQUIRER_SEED, type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

const TMK: ComponentKey = { slot: "master", algorithm: "T", length: 16 };
const FIRST = "0123456789ABCDEFFFEEDDCCBBAA0099";
const SECOND = "A1B2C3D4E5F60718293A4B5C6D7E8F90";
const WHOLE = xor(parseHex(FIRST), parseHex(SECOND));
const KCV = (hex: string) => formatHex(keyCheckValue(nodeCrypto, "T", parseHex(hex)));
const WHOLE_KCV = KCV(formatHex(WHOLE));
const CODES = { custodian1: "11112222", custodian2: "33334444" };
const BANK = testSigner(nodeCrypto, ACQUIRER_SEED);
const SERIAL = "KASSA-0002";

let options: BenchOptions;
let b: SaleBench;
let before: string;

beforeAll(async () => {
	const world = await makeSaleWorld("cda");
	options = { ...world.cda!, crypto: nodeCrypto, serial: SERIAL };
});

const slots = () =>
	new KeySlots({ storage: b.disk, random: new SeededRandom(3), crypto: nodeCrypto }, new Uint8Array(32).fill(0x5a));
const kcvOf = (slot: "master" | "mac") => formatHex(slots().kcv(slot)!);

beforeEach(() => {
	b = new SaleBench(options);
	void b.terminal; // makes its keys
	before = kcvOf("master");
	for (const role of ["custodian1", "custodian2"] as const) b.passcodes.set(role, asciiBytes(CODES[role]), 0);
});

type Acts = readonly (readonly [screen: string, keys: readonly Key[] | (() => void)])[];

/** Answers screen after screen: what is pressed for each, in the order in which they appear. */
function persons(...acts: Acts): void {
	let next = 0;
	b.onScreen = screen => {
		const [name, act] = acts[next] ?? [];
		if (screen.name !== name || (name === "enterPasscode" && dots(screen) > 0)) return;
		next++;
		void press(act!);
	};
}

/** One key after the other, as the terminal takes them: nobody types 64 keys ahead. */
async function press(act: Acts[number][1]): Promise<void> {
	await new Promise(done => setTimeout(done, 0));
	if (typeof act === "function") {
		act();
		return;
	}
	for (const key of act) {
		b.pressKey(key);
		await new Promise(done => setTimeout(done, 0));
	}
}

const dots = ({ items }: Screen) => items.reduce((sum, item) => sum + (item.kind === "dots" ? item.count : 0), 0);
const code = (digits: string) => ["enterPasscode", [...(digits.split("") as Key[]), "enter"]] as const;
const part = (hex: string) => ["enterComponent", [...keysFor(hex), "enter"]] as const;
const yes = ["confirm", ["enter"]] as const;
const no = ["confirm", ["cancel"]] as const;

describe("in two components", () => {
	test("each custodian keys in one behind an own passcode and sees its check value, then that of the whole", async () => {
		persons(code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian2), part(SECOND), yes, yes);
		const result = await b.terminal.loadKeyComponents(TMK);
		expect(result).toEqual({ done: true, reason: `the master key with check value ${WHOLE_KCV} is loaded` });
		expect(kcvOf("master")).toBe(WHOLE_KCV);
		const confirmed = b.screens.filter(({ name }) => name === "confirm").map(screenText);
		expect(confirmed.map(text => [KCV(FIRST), KCV(SECOND), WHOLE_KCV].findIndex(kcv => text.includes(kcv)))).toEqual([
			0, 1, 2,
		]);
	});

	test("no screen shows more than four digits, and none of the other's component; log and medium hold nothing", async () => {
		persons(code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian2), part(SECOND), yes, yes);
		await b.terminal.loadKeyComponents(TMK);
		const shown = b.screens.filter(({ name }) => name === "enterComponent").map(screenText);
		for (const text of shown) expect(text.split("\n")[2]?.replace(/[[\]]/g, "") ?? "").toMatch(/^[0-9A-F]{0,4}$/);
		const everything = `${b.screens.map(screenText).join("\n")}\n${b.log.join("\n")}`;
		for (const secret of [FIRST, SECOND, formatHex(WHOLE)])
			for (let at = 0; at + 8 <= secret.length; at++) expect(everything).not.toContain(secret.slice(at, at + 8));
		for (const name of b.disk.names())
			for (const secret of [FIRST, SECOND, formatHex(WHOLE)])
				expect(formatHex(b.disk.read(name, 0, b.disk.size(name)!))).not.toContain(secret);
	});

	test.each([
		[
			"the first custodian's passcode a second time",
			[code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian1), ["enterPasscode", ["cancel"]]],
			"no second custodian agreed",
		],
		["no passcode", [["enterPasscode", ["cancel"]]], "no first custodian agreed"],
		[
			"cancelled in the middle",
			[code(CODES.custodian1), ["enterComponent", ["1", "2", "cancel"]]],
			"a custodian gave up: start again",
		],
		[
			"another check value than on the paper",
			[code(CODES.custodian1), part(FIRST), no],
			"a custodian gave up: start again",
		],
		[
			"the whole not confirmed",
			[code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian2), part(SECOND), yes, no],
			"the check value of the key was not confirmed: start again with the first component",
		],
		[
			"silence",
			[code(CODES.custodian1), ["enterComponent", () => b.clock.advance(61_000)]],
			"a custodian gave up: start again",
		],
	] as readonly (readonly [string, Acts, string])[])("%s: nothing is stored", async (_what, acts, reason) => {
		persons(...acts);
		expect(await b.terminal.loadKeyComponents(TMK)).toEqual({ done: false, reason });
		expect(kcvOf("master")).toBe(before);
		expect(b.screenNames().at(-1)).toBe("notice");
	});

	test("a component that is none is keyed in again, and the same one twice is none", async () => {
		const zeros = "0".repeat(32);
		persons(
			...[code(CODES.custodian1), part(zeros), ["notice", ["enter"]] as const, part(FIRST), yes],
			...[code(CODES.custodian2), part(FIRST), ["notice", ["enter"]] as const, part(SECOND), yes, yes],
		);
		expect((await b.terminal.loadKeyComponents(TMK)).done).toBe(true);
		expect(kcvOf("master")).toBe(WHOLE_KCV);
		expect(b.log.filter(line => line.includes("key component refused"))).toEqual([
			"terminal key component refused: this is no random component: key it in again",
			"terminal key component refused: two components are the same: ask the bank for new ones",
		]);
	});

	test("an opened case ends it", async () => {
		persons(code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian2), [
			"enterComponent",
			() => {
				b.tamper.open();
				b.pressKey("1");
			},
		]);
		await b.terminal.loadKeyComponents(TMK);
		expect(slots().isZeroised).toBe(true);
		expect(b.screenNames().at(-1)).toBe("tampered");
	});

	test.each([
		["the first", [code(CODES.custodian1)]],
		["the second", [code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian2)]],
	] as readonly (readonly [string, Acts])[])("a card that leaves during %s component ends it", async (_which, acts) => {
		b.insertCard();
		persons(...acts, [
			"enterComponent",
			() => {
				for (const key of ["1", "2", "3"] as const) b.pressKey(key);
				b.removeCard();
			},
		]);
		expect(await b.terminal.loadKeyComponents(TMK)).toEqual({
			done: false,
			reason: "a custodian gave up: start again",
		});
		expect(kcvOf("master")).toBe(before);
		// Nothing was kept: the next loading begins with the first custodian.
		persons(code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian2), part(SECOND), yes, yes);
		expect((await b.terminal.loadKeyComponents(TMK)).done).toBe(true);
		expect(kcvOf("master")).toBe(WHOLE_KCV);
	});

	test.each([1, 2] as const)(
		"a power cut during component %i leaves the key that was there, and no digit",
		async which => {
			const acts: Acts = [code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian2)];
			let isOff = false;
			persons(...(which === 1 ? acts.slice(0, 1) : acts), [
				"enterComponent",
				() => {
					for (const digit of FIRST.slice(0, 8)) if (digit <= "9") b.pressKey(digit as Key);
					isOff = true;
				},
			]);
			void b.terminal.loadKeyComponents(TMK);
			while (!isOff) await new Promise(done => setTimeout(done, 0));
			b.onScreen = undefined;
			b.restart();
			expect(kcvOf("master")).toBe(before);
			for (const name of b.disk.names())
				for (const secret of [FIRST, FIRST.slice(0, 8), "01234567"])
					expect(formatHex(b.disk.read(name, 0, b.disk.size(name)!))).not.toContain(secret);
			persons(code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian2), part(SECOND), yes, yes);
			expect((await b.terminal.loadKeyComponents(TMK)).done).toBe(true);
		},
	);

	test("a power cut at each write at its end: the old key or the new one, whole", async () => {
		const seen = new Set<string>();
		for (let cut = 0; ; cut++) {
			b = new SaleBench(options);
			void b.terminal;
			for (const role of ["custodian1", "custodian2"] as const) b.passcodes.set(role, asciiBytes(CODES[role]), 0);
			persons(code(CODES.custodian1), part(FIRST), yes, code(CODES.custodian2), part(SECOND), yes, [
				"confirm",
				() => {
					b.disk.cutAfter(cut);
					b.pressKey("enter");
				},
			]);
			const ended = await b.terminal.loadKeyComponents(TMK).then(
				({ done }) => done,
				() => "cut" as const,
			);
			b.restart();
			seen.add(kcvOf("master"));
			expect([before, WHOLE_KCV]).toContain(kcvOf("master"));
			if (ended === true) break;
			expect(ended).toBe("cut");
		}
		expect([...seen].sort()).toEqual([before, WHOLE_KCV].sort());
	});

	test("without passcodes it says what to do", async () => {
		b.disk.remove("passcode-custodian1");
		persons(code(CODES.custodian1));
		const { reason } = await b.terminal.loadKeyComponents(TMK);
		expect(reason).toBe("no first custodian passcode is set: set one first");
	});
});

describe("in a key message", () => {
	const mac = parseHex("00112233445566778899AABBCCDDEEFF");
	const key: RemoteKey = {
		...{ slot: "mac", usage: "M0", algorithm: "T", modeOfUse: "C", exportability: "N" },
		...{ key: mac, kcv: keyCheckValue(nodeCrypto, "T", mac) },
	};
	const messageFor = (sequence: number, secretKey = BANK.secretKey, serial = SERIAL) => {
		const { agreement } = b.terminal.identity().publicKeys;
		const ports = { crypto: nodeCrypto, random: new SeededRandom(8) };
		return makeRemoteKeys(ports, secretKey, { serial, agreementKey: agreement }, sequence, [key]);
	};

	test("of the bank it is taken, once; the log says which", async () => {
		const record = messageFor(1);
		expect(await b.terminal.loadKeys(record)).toEqual({ done: true, reason: "keys loaded: mac" });
		expect(kcvOf("mac")).toBe(formatHex(key.kcv));
		expect(b.log).toContain("terminal keys loaded: mac");
		const again = "the key message was used before: ask the bank for a new one";
		expect(await b.terminal.loadKeys(record)).toEqual({ done: false, reason: again });
	});

	test("of anybody else, for another terminal, altered, or to a terminal without a bank: refused", async () => {
		const stranger = ed25519KeyPair(nodeCrypto, new Uint8Array(32).fill(1));
		const altered = messageFor(1);
		altered[altered.length - 1]! ^= 1;
		const mac = kcvOf("mac");
		const notBank = "the key message is not from the bank: ask it to send the keys again";
		expect((await b.terminal.loadKeys(messageFor(1, stranger.secretKey))).reason).toBe(notBank);
		expect((await b.terminal.loadKeys(altered)).reason).toBe(notBank);
		expect((await b.terminal.loadKeys(messageFor(1, BANK.secretKey, "OTHER"))).reason).toMatch(
			/for the terminal OTHER/,
		);
		expect((await b.terminal.loadKeys(new Uint8Array(0))).done).toBe(false);
		expect(kcvOf("mac")).toBe(mac);
		const other = new SaleBench({ ...options, isUnbound: true });
		expect((await other.terminal.loadKeys(altered)).reason).toMatch(/bound to no bank/);
	});
});
