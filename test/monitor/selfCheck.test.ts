import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { MemoryDisplay } from "../../sim/world/memoryDisplay.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { DeviceRandom } from "../../src/crypto/deviceRandom.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { CHECKS, type CheckInputs, type CheckName } from "../../src/monitor/checks.js";
import { formatSelfCheck, type SelfCheckReport, selfCheck, statusText } from "../../src/monitor/selfCheck.js";

const NOW = Date.UTC(2026, 10, 22, 4);
const DAY = 86_400_000;
const DIGEST = new Uint8Array(32).fill(0xab);
const OTHER = new Uint8Array(32).fill(0xac);

/** A terminal with nothing wrong, as far as the checks look. */
function healthy(): { inputs: CheckInputs; disk: MemoryDisk; slots: KeySlots } {
	const disk = new MemoryDisk();
	const random = new DeviceRandom(new SeededRandom(3), nodeCrypto);
	const slots = new KeySlots({ storage: disk, random, crypto: nodeCrypto }, new Uint8Array(32).fill(1));
	new Seal(slots, random);
	const inputs: CheckInputs = {
		firmware: { actual: DIGEST, expected: DIGEST },
		configuration: { digest: DIGEST, damaged: [] },
		keys: slots,
		requiredKeys: ["journal", "link"],
		certificates: () => [{ name: "TLS", from: NOW - DAY, until: NOW + 400 * DAY }],
		caKeys: [{ name: "A000000333 0B", until: NOW + 800 * DAY }],
		storage: disk,
		journal: { whyFull: () => undefined, verify: () => ({ records: 7, damage: [] }), lastAt: NOW - DAY },
		incidents: { verify: () => ({ entries: 2, problems: [] }) },
		accessTrail: { verify: () => ({ entries: 2, problems: [] }) },
		bankClockDifference: -3,
		random,
		display: new MemoryDisplay(),
		keypadIsHeard: true,
		reader: { present: false, deactivate: async () => {} },
		reachBank: async () => undefined,
		tamper: { cause: undefined },
	};
	return { inputs, disk, slots };
}

const run = (inputs: CheckInputs, scope: "start" | "full" = "full") => selfCheck(inputs, nodeCrypto, NOW, scope);
const of = (report: SelfCheckReport, check: CheckName) => report.results.find(each => each.check === check)!;

test("a healthy terminal passes every check and may sell", async () => {
	const report = await run(healthy().inputs);
	expect(report.results.map(({ check, verdict }) => [check, verdict])).toEqual(
		Object.keys(CHECKS).map(check => [check, "passed"]),
	);
	expect(report.blocking).toEqual([]);
	expect(formatSelfCheck(report, "en")[0]).toBe("Ready to sell");
	expect(formatSelfCheck(report, "zh")[0]).toBe("自检通过");
	expect(statusText(report)).toBe("SELF-CHECK PASSED");
});

const damage = (repaired: boolean) => ({ record: 3, segment: 1, offset: 0, copies: [], repaired });
const lost = () => ({ records: 7, damage: [damage(false)] });
const repaired = () => ({ records: 7, damage: [damage(true)] });
const journal = (changes: object) => ({ journal: { ...healthy().inputs.journal!, ...changes } });

describe("each fault", () => {
	test.each<[string, Partial<CheckInputs>, CheckName, string, string]>([
		["an open lid", { tamper: { cause: "case" } }, "tamper", "failed", "case"],
		["other firmware", { firmware: { actual: OTHER, expected: DIGEST } }, "firmware", "failed", "not what its maker"],
		[
			"a list of the acquirer's that was changed",
			{ configuration: { digest: DIGEST, damaged: ["caKeys"] } },
			"configuration",
			"failed",
			"download again: caKeys",
		],
		["a missing key", { requiredKeys: ["journal", "master"] }, "keys", "failed", "missing: master"],
		[
			"a certificate that ended",
			{ certificates: () => [{ name: "TLS", until: NOW }] },
			"certificates",
			"failed",
			"TLS ended on 2026-11-22",
		],
		[
			"one that ends soon",
			{ certificates: () => [{ name: "TLS", until: NOW + 59 * DAY }] },
			"certificates",
			"warning",
			"2027-01-20",
		],
		[
			"one from the future",
			{ certificates: () => [{ name: "TLS", from: NOW + 1, until: NOW + DAY }] },
			"certificates",
			"failed",
			"does not hold yet",
		],
		[
			"a CA key that ended",
			{
				caKeys: [
					{ name: "B", until: NOW + 99 * DAY },
					{ name: "A", until: NOW - 1 },
				],
			},
			"caKeys",
			"failed",
			"A ended",
		],
		["a full storage", journal({ whyFull: () => "settle first" }), "storage", "failed", "settle first"],
		["a lost record", journal({ verify: lost }), "journal", "failed", "1 of 7"],
		["a repaired record", journal({ verify: repaired }), "journal", "warning", "1 of 7"],
		[
			"a changed incident log",
			{ incidents: { verify: () => ({ entries: 2, problems: ["line 1 was changed"] }) } },
			"incidents",
			"failed",
			"line 1",
		],
		[
			"a changed access trail",
			{ accessTrail: { verify: () => ({ entries: 2, problems: ["line 1 was changed"] }) } },
			"accessTrail",
			"failed",
			"line 1",
		],
		["a clock that ran wrong", { bankClockDifference: 301 }, "clock", "warning", "301 s"],
		[
			"a clock behind the journal",
			journal({ lastAt: NOW + 2 * 3_600_000 }),
			"clock",
			"failed",
			"behind the last transaction",
		],
		[
			"a random source that repeats",
			{ random: { bytes: n => new Uint8Array(n), refresh: () => {} } },
			"random",
			"failed",
			"repeats",
		],
		[
			"a display without size",
			{ display: { ...new MemoryDisplay(), width: 0, height: 0, begin() {}, send() {}, end() {} } },
			"display",
			"failed",
			"no size",
		],
		["keys that nobody hears", { keypadIsHeard: false }, "keypad", "failed", "nobody listens"],
		[
			"a card that was left",
			{ reader: { present: true, deactivate: async () => {} } },
			"slot",
			"warning",
			"a card is in it",
		],
		["a silent bank", { reachBank: async () => "the bank does not answer" }, "link", "warning", "does not answer"],
	])("%s", async (_, changes, check, verdict, says) => {
		const report = await run({ ...healthy().inputs, ...changes });
		expect(of(report, check)).toMatchObject({ verdict, check });
		expect(of(report, check).says.en).toContain(says);
		expect(of(report, check).says.zh).toMatch(/\p{Script=Han}/u);
		expect(report.results.filter(each => each.verdict !== "passed").map(each => each.check)).toEqual([check]);
		expect(report.blocking).toEqual(verdict === "failed" && CHECKS[check].isSafetyRelevant ? [check] : []);
	});
});

test("a damaged key is found by opening it", async () => {
	const { inputs, disk } = healthy();
	disk.flip("key-journal.1", 40);
	const report = await run(inputs);
	expect(of(report, "keys")).toMatchObject({ verdict: "failed", isSafetyRelevant: true });
	expect(of(report, "keys").says.en).toContain("journal key is damaged");
});

test("a medium that forgets what was written is found", async () => {
	const { inputs, disk } = healthy();
	const storage = { ...forgetful(disk) };
	expect(of(await run({ ...inputs, storage }), "storage").says.en).toContain("does not keep");
	expect(disk.list()).not.toContain("self-check.probe");
});

function forgetful(disk: MemoryDisk): CheckInputs["storage"] {
	return {
		replace: (name, bytes) => disk.replace(name, bytes.slice().fill(0)),
		read: (name, at, length) => disk.read(name, at, length),
		remove: name => disk.remove(name),
		size: name => disk.size(name),
	};
}

test("erased keys block, whatever else is well; the journal cannot be read then", async () => {
	const { inputs, slots } = healthy();
	slots.zeroise({ cause: "mesh", at: NOW });
	const report = await run({ ...inputs, journal: undefined, requiredKeys: [] });
	expect(report.blocking).toEqual(["tamper"]);
	expect(of(report, "journal").verdict).toBe("notChecked");
});

test("a check that throws has failed, and the others go on", async () => {
	const refresh = () => {
		throw new Error("the source of random numbers has failed");
	};
	const { inputs } = healthy();
	const report = await run({ ...inputs, random: { bytes: n => inputs.random.bytes(n), refresh } });
	expect(report.blocking).toEqual(["random"]);
	expect(of(report, "link").verdict).toBe("passed");
	expect(formatSelfCheck(report, "en").slice(0, 2)).toEqual([
		"Not safe: sales are blocked",
		"X Random numbers: the source of random numbers has failed",
	]);
	expect(statusText(report)).toBe("SELF-CHECK: random failed");
});

test("what a board does not have is told, not passed", async () => {
	const { firmware, tamper, ...inputs } = healthy().inputs;
	expect([firmware, tamper]).not.toContain(undefined);
	const report = await run({ ...inputs, certificates: () => [] });
	expect(["firmware", "tamper", "certificates"].map(check => of(report, check as CheckName).verdict)).toEqual([
		"notChecked",
		"notChecked",
		"notChecked",
	]);
});

test("at power-on the long checks are left out", async () => {
	const checked = (await run(healthy().inputs, "start")).results.map(({ check }) => check);
	expect(Object.keys(CHECKS).filter(check => !checked.includes(check as CheckName))).toEqual([
		"journal",
		"incidents",
		"accessTrail",
		"link",
	]);
});

test("the page for people has a row for each check", () => {
	const page = readFileSync(new URL("../../docs/monitoring.md", import.meta.url), "utf8");
	for (const [name, { isSafetyRelevant, atStart }] of Object.entries(CHECKS))
		expect(page).toContain(`| \`${name}\` | ${isSafetyRelevant ? "yes" : "no"} | ${atStart ? "yes" : "no"} |`);
});
