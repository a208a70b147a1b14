import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { deskRequests, requestFrames } from "../../src/binding/deskMessages.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../../src/bytes/cbor.js";
import { setJournalAside } from "../../src/flows/setJournalAside.js";
import { makeEntry } from "../../src/journal/hashChain.js";
import { openAttestation } from "../../src/keys/attestation.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { decodeRules } from "../../src/monitor/decodeRules.js";
import { formatDayReport } from "../../src/monitor/formatDayReport.js";
import { monitorReport } from "../../src/monitor/monitorReport.js";
import type { TamperCause } from "../../src/ports.js";
import { Attendant } from "./attendant.js";
import type { BenchOptions, SaleBench } from "./bench.js";
import { BindWorld, type BindWorldOptions, SERIAL } from "./bindWorld.js";
import { makeSaleWorld } from "./saleWorld.js";

let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-online-pin"))["unionpay-online-pin"]!;
});

const TERMINAL = "KASSA002";

async function bound(options: BindWorldOptions = {}): Promise<BindWorld> {
	const w = new BindWorld(world, options);
	new Attendant(w.bench);
	expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: true });
	w.bench.removeCard();
	return w;
}

/** Somebody opens it, and service brings it back: new keys, the unreadable journal set aside. */
function openedAndServiced({ bench }: BindWorld, cause: TamperCause): void {
	bench.tamper.open(cause);
	serviced(bench);
}

function serviced(bench: SaleBench): void {
	bench.tamper.cause = undefined;
	const slots = new KeySlots({ storage: bench.disk, random: new SeededRandom(9), crypto: nodeCrypto }, DEVICE_KEY);
	slots.renew();
	setJournalAside({ storage: bench.disk, random: new SeededRandom(9), clock: bench.clock }, slots);
	bench.restart();
	// The access trail has lost its seal with the keys: no passcode counts for a quarter of an hour.
	bench.clock.set(bench.clock.now() + 16 * 60_000);
	new Attendant(bench);
}

const DEVICE_KEY = new Uint8Array(32).fill(0x5a);

// [KEY-STO-04]
test("opened, erased, serviced: the bank learns of it from the terminal's own attestation, and binds it when it is released", async () => {
	const w = await bound();
	expect(await w.bench.sale(100)).toMatchObject({ outcome: "approved" });
	w.bench.removeCard();
	w.bench.clock.set(w.bench.clock.now() + 3_600_000);
	const openedAt = w.bench.clock.now();
	w.bench.tamper.open("mesh");
	await expect(w.bench.terminal.bind(w.code())).rejects.toThrow("the keys were erased");
	w.bench.clock.set(openedAt + 7_200_000);
	serviced(w.bench);
	expect(await w.bench.sale(100)).toMatchObject({ outcome: "notAccepted", reason: "sealBroken" });
	w.bench.removeCard();
	const reportedAt = w.bench.clock.now();
	const code = w.code();
	const refused = await w.bench.terminal.bind(code);
	expect(refused).toMatchObject({ done: false, code: "terminalTampered" });
	expect(refused.reason).toBe("the terminal was opened and its keys erased: the bank must release it first");
	w.bench.removeCard();
	const event = { serial: SERIAL, cause: "mesh", at: openedAt, reportedAt, releasedAt: undefined };
	expect(w.registry.devices.tampers()).toEqual([event]);
	expect(await w.bench.terminal.bind(code)).toMatchObject({ code: "terminalTampered" });
	w.bench.removeCard();
	expect(w.registry.devices.tampers()).toEqual([event]); // told twice, noted once
	w.bench.clock.set(reportedAt + 60_000);
	expect(w.desk.releaseTampers(TERMINAL)).toBe(1);
	expect(w.desk.releaseTampers(TERMINAL)).toBe(0);
	expect(await w.bench.terminal.bind(code)).toMatchObject({ done: true }); // the refusal has not used the code up
	expect(w.desk.tampers()).toEqual([
		{
			serial: SERIAL,
			terminalId: TERMINAL,
			cause: "mesh",
			at: new Date(openedAt).toISOString(),
			reportedAt: new Date(reportedAt).toISOString(),
			releasedAt: new Date(reportedAt + 60_000).toISOString(),
		},
	]);
	w.bench.removeCard();
	expect(await w.bench.sale(100)).toMatchObject({ outcome: "approved" });
}, 60_000);

test("what the logs must hold counts without a seal until the first start with new keys, and never again", async () => {
	const w = await bound();
	w.bench.terminal.monitor.lock("fraud desk", "a dispute", "1");
	openedAndServiced(w, "case");
	expect(await w.bench.sale(100)).toMatchObject({ outcome: "notAccepted" });
	w.bench.removeCard();
	const open = () => w.bench.terminal.monitor.incidents.state.open.map(({ cause }) => cause);
	expect(open()).toEqual(["remoteLock"]);
	const [head] = decodeCbor(w.bench.disk.read("incidents.head", 0, w.bench.disk.size("incidents.head")!)) as [
		Uint8Array,
	];
	const forged = encodeCbor({ ...(decodeCbor(head) as object), state: { open: [] } });
	w.bench.disk.replace("incidents.head", encodeCbor([forged]));
	w.bench.restart();
	expect(open()).toEqual(expect.arrayContaining(["stateLost"]));
}, 60_000);

test("a line that somebody has added behind the bank's lock locks the terminal the more, and the bank hears of both logs", async () => {
	const w = await bound();
	const { monitor, access } = w.bench.terminal;
	monitor.lock("fraud desk", "a dispute", "1");
	const [lock] = monitor.incidents.state.open;
	const forge = (file: string, before: { readonly number: number; readonly hash: string }, event: object) => {
		w.bench.disk.append(file, asciiBytes(`${makeEntry(nodeCrypto, before, 1, event).line}\n`));
		w.bench.disk.flush(file);
	};
	const factor = { type: "factor", incident: lock!.number, factor: "bank", by: "bank" };
	forge("incidents.000000", monitor.incidents.newest, factor);
	forge("access.000000", access.newest, { type: "signedOn", who: "20" });
	w.bench.restart();
	const again = w.bench.terminal.monitor;
	expect(again.incidents.state.open.map(({ cause, missing }) => [cause, missing])).toEqual([
		["remoteLock", ["bank", "merchant"]],
		["stateLost", ["bank", "merchant"]],
	]);
	expect(
		again.notices.waiting.flatMap(({ kind, body }) => (kind === "alert" ? [[body.alert, body.text]] : [])),
	).toEqual([
		["stateLost", `incident log: something was added behind entry ${lock!.number}`],
		["accessSuspected", `access trail: something was added behind entry ${access.newest.number}`],
	]);
	expect(w.bench.terminal.shift.operator).toBeUndefined();
}, 60_000);

test("a list of operators that was removed is told to the bank once", async () => {
	const w = await bound();
	w.bench.terminal.operators.add("12", "cashier", "supervisor", w.bench.clock.now());
	w.bench.disk.remove("operators");
	const told = () =>
		w.bench.terminal.monitor.notices.waiting.filter(
			({ kind, body }) => kind === "alert" && body.alert === "operatorsLost",
		).length;
	for (let start = 0; start < 2; start++) {
		w.bench.restart();
		expect([w.bench.terminal.operators.isLost, told()]).toEqual([true, 1]);
	}
});

test("a second opening is a second event, whatever was released before; one by order needs no release", async () => {
	const w = await bound();
	openedAndServiced(w, "case");
	expect(await w.bench.terminal.bind(w.code())).toMatchObject({ code: "terminalTampered" });
	w.desk.releaseTampers(TERMINAL);
	w.bench.removeCard();
	w.bench.clock.set(w.bench.clock.now() + 1_000);
	openedAndServiced(w, "voltage");
	expect(await w.bench.terminal.bind(w.code())).toMatchObject({ code: "terminalTampered" });
	expect(w.registry.devices.tampers().map(({ cause }) => cause)).toEqual(["case", "voltage"]);
	w.desk.releaseTampers(TERMINAL);
	w.bench.removeCard();
	const slots = new KeySlots({ storage: w.bench.disk, random: new SeededRandom(9), crypto: nodeCrypto }, DEVICE_KEY);
	slots.zeroise({ cause: "order", at: w.bench.clock.now() + 2_000 });
	serviced(w.bench);
	expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: true });
	expect(w.registry.devices.tampers().map(({ cause }) => cause)).toEqual(["case", "voltage", "order"]);
	const { monitor } = w.bench.terminal;
	const logged = [...monitor.incidents.lines()].map(line => JSON.parse(line).event);
	expect(logged.filter(({ type }) => type === "opened").map(({ cause }) => cause)).toEqual([
		"tamper",
		"tamper",
		"erasure",
	]);
	expect(monitor.incidents.state.open).toEqual([]);
	expect(monitor.notices.waiting.filter(({ kind, body }) => kind === "alert" && body.alert === "stateLost")).toEqual(
		[],
	);
}, 60_000);

test("without a code nothing is noted: nobody else can have a terminal shut out", async () => {
	const w = await bound();
	openedAndServiced(w, "case");
	expect(await w.bench.terminal.bind("0000000000")).toMatchObject({ code: "codeWrong" });
	expect(w.registry.devices.tampers()).toEqual([]);
});

// [KEY-STO-04]
describe("the monitor", () => {
	const OPENED = {
		name: "opened",
		says: { en: "The terminal was opened", zh: "终端被打开" },
		...{ on: ["tamper"], where: [], measure: "count", threshold: 1, windowSeconds: 60, quietSeconds: 0 },
		actions: ["lockTerminal", "alertBank"],
	};
	const monitoring = decodeRules({ limitsMinor: [], rules: [OPENED] });
	const CAUSE = { kind: "event", name: "tamper", points: 60, count: 1 };

	test("counts an opening when there are keys again: in the rules, the day's score and the report", async () => {
		const w = await bound({ bench: { monitoring } });
		const { bench: b } = w;
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		openedAndServiced(w, "case");
		for (let start = 0; start < 2; start++) {
			const { monitor } = b.terminal;
			expect(monitor.assessment.today()).toMatchObject({ score: 100, level: "high" });
			expect(monitor.assessment.today().causes).toContainEqual(CAUSE);
			expect(monitorReport(monitor, b.clock.now()).today?.causes).toContainEqual(CAUSE);
			const about = { trend: monitor.assessment.trend, rules: monitor.rules, money: String };
			expect(formatDayReport(monitor.assessment.today(), about, "en").join("\n")).toContain("Terminal was opened");
			expect(monitor.locked).toMatchObject({ cause: "ruleLock", detail: "rule opened" });
			const alerts = monitor.notices.waiting.flatMap(({ kind, body }) => (kind === "alert" ? [body.alert] : []));
			expect(alerts).toEqual(["rule", "tamper"]);
			b.restart(); // nothing was done in between that would have kept it
		}
		b.clock.advance(24 * 3_600_000);
		await b.terminal.selfCheck("start");
		const told = b.terminal.monitor.notices.waiting.find(({ kind }) => kind === "dayReport");
		expect(told?.body).toMatchObject({ level: "high", report: expect.stringContaining('"tamper"') });
	}, 60_000);

	test("counts it once, also where no rule asks for it", async () => {
		const w = await bound({ bench: { monitoring: BUILT_IN_RULES } });
		openedAndServiced(w, "mesh");
		for (let start = 0; start < 2; start++) {
			expect(w.bench.terminal.monitor.assessment.today().causes).toEqual([CAUSE]);
			w.bench.restart();
		}
	});

	test("takes an erasure by order for no opening", async () => {
		const { bench: b } = await bound({ bench: { monitoring } });
		const slots = new KeySlots({ storage: b.disk, random: new SeededRandom(9), crypto: nodeCrypto }, DEVICE_KEY);
		slots.zeroise({ cause: "order", at: b.clock.now() });
		b.restart();
		serviced(b);
		expect(b.terminal.monitor.assessment.hasBegun).toBe(false);
		expect(b.terminal.monitor.notices.waiting).toMatchObject([
			{ kind: "alert", body: { alert: "tamper", text: expect.stringContaining("erasure") } },
		]);
	});
});

describe("the attestation", () => {
	/** The request of a ceremony, and the attestation in it. */
	async function attested(w: BindWorld): Promise<{ readonly record: Uint8Array; readonly signingKey: Uint8Array }> {
		const frames: Uint8Array[] = [];
		w.line.toDesk = frame => {
			frames.push(frame.slice());
			return frame;
		};
		await w.bench.terminal.bind(w.code());
		const request = deskRequests.read(requestFrames.decode(frames[1]!));
		return { record: request.attestation!, signingKey: request.signingKey };
	}

	test("of the request tells serial, keys and that none were erased; any altered byte is refused", async () => {
		const w = new BindWorld(world);
		new Attendant(w.bench);
		const { record, signingKey } = await attested(w);
		const told = openAttestation(nodeCrypto, record, signingKey)!;
		const { signing, agreement } = w.bench.terminal.identity().publicKeys;
		expect(told).toMatchObject({ serial: SERIAL, signingKey: signing, agreementKey: agreement, misuses: 0 });
		expect(told.zeroised).toBeUndefined();
		for (let at = 0; at < record.length; at++) {
			const altered = record.slice();
			altered[at]! ^= 1 << (at % 8);
			expect(openAttestation(nodeCrypto, altered, signingKey), `byte ${at}`).toBeUndefined();
		}
		expect(openAttestation(nodeCrypto, record, agreement)).toBeUndefined();
		expect(openAttestation(nodeCrypto, new Uint8Array(70), signingKey)).toBeUndefined();
	});

	test("that is missing, or is another terminal's, binds nothing", async () => {
		const other = new BindWorld(world, { bench: { seed: 7 } });
		new Attendant(other.bench);
		const { record } = await attested(other);
		for (const attestation of [undefined, record]) {
			const w = new BindWorld(world);
			new Attendant(w.bench);
			const identity = w.bench.terminal.identity();
			const kid = nodeCrypto.sha256(identity.publicKeys.signing).slice(0, 8);
			const signer = { kid, sign: (bytes: Uint8Array) => identity.signCose(bytes) };
			let frames = 0;
			w.line.toDesk = frame => {
				if (++frames !== 2) return frame;
				const { attestation: _own, ...request } = deskRequests.read(requestFrames.decode(frame));
				return requestFrames.encode(deskRequests.sign({ ...request, ...(attestation && { attestation }) }, signer));
			};
			// The desk says "malformed", but to another request than the terminal has made.
			expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: false, code: "bankNotTrusted" });
			expect(w.registry.bindings()).toEqual([]);
		}
	}, 60_000);
});
