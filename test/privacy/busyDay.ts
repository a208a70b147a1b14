import { cardProfile } from "../../sim/card/cardProfiles.js";
import { BackupDesk } from "../../sim/management/backupDesk.js";
import { ManagementService } from "../../sim/management/managementService.js";
import { ManagementStore } from "../../sim/management/managementStore.js";
import { formatDialogue } from "../../sim/readers/dialogue.js";
import { Recorder } from "../../sim/readers/recorder.js";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { systemRandom } from "../../sim/world/system.js";
import { TEST_AGREEMENT_SECRET, testSigner } from "../../sim/world/testBinding.js";
import { decodeCbor, encodeCbor } from "../../src/bytes/cbor.js";
import { formatHex } from "../../src/bytes/hex.js";
import { screenText } from "../../src/display/screen.js";
import type { Order } from "../../src/flows/order.js";
import { readFrame } from "../../src/journal/frame.js";
import type { RecordSeal } from "../../src/journal/recordCodec.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { monitorReport } from "../../src/monitor/monitorReport.js";
import type { Operation } from "../../src/operation.js";
import { AccessTrail } from "../../src/operators/accessTrail.js";
import type { Storage } from "../../src/ports.js";
import { csvOf, EXPORT_TABLES, merchantExport } from "../../src/privacy/merchantExport.js";
import { Attendant } from "../flows/attendant.js";
import { ACQUIRER_SEED, type BenchOptions, SaleBench } from "../flows/bench.js";
import { withApplication } from "../flows/saleWorld.js";
import { eventually, MemoryBroker } from "../management/linkWorld.js";

const ID = TEST_TERMINAL_IDS.commandLine;
export const DAY_MS = 86_400_000;

/** The card that the busy day is paid with: of this number, name and PIN, which the bank checks. */
export function busyCard(pan: string, cardholderName: string, pin: string) {
	const profile = cardProfile(BUSY_CARD)!;
	return { ...profile, account: { ...profile.account, pan, cardholderName, pin } };
}
export const BUSY_CARD = "unionpay-online-pin";

/** A terminal after all that one can do in a day: nothing is settled or everything, nothing is owed or something. */
export interface BusyDay {
	readonly bench: SaleBench;
	/** What went out or was shown, besides files and log. */
	readonly told: readonly (readonly [where: string, what: string | Uint8Array])[];
	/** The kinds of operation that were approved. */
	readonly approved: readonly Operation[];
	/** Card numbers on the acquirer's list. */
	readonly hotPans: readonly string[];
}

const HOT = ["6226000000000010", "4111111111111111"];

/** @param endsSettled the batch is settled at the end, and nothing is owed; else a reversal and an unsettled sale stay */
export async function busyDay(world: Omit<BenchOptions, "crypto">, endsSettled: boolean): Promise<BusyDay> {
	const broker = new MemoryBroker();
	const store = new ManagementStore(":memory:");
	const told: (readonly [string, string | Uint8Array])[] = [];
	const approved: Operation[] = [];
	const bench = new SaleBench({
		...{ ...world, crypto: nodeCrypto, serial: ID, monitoring: BUILT_IN_RULES },
		pins: [world.account.pin],
		configuration: withApplication(world.configuration, { tacDenial: "1010000000" }),
		managementLink: broker.link(),
		printer: {
			async print(bytes) {
				told.push(["receipt", bytes.slice()]);
				return "printed";
			},
		},
		downloads: {
			...{ parameters: undefined, aids: [], caKeys: [] },
			hotCards: HOT,
		},
	});
	new Attendant(bench);
	const recorders: Recorder[] = [];
	bench.wrapReader = reader => {
		const recorder = new Recorder({ reader, clock: bench.clock, random: systemRandom, reveal: false });
		recorders.push(recorder);
		return recorder.reader;
	};
	const service = new ManagementService({
		backupDesk: new BackupDesk(store, TEST_AGREEMENT_SECRET, nodeCrypto, systemRandom),
		...{ link: broker.link(), store, signer: testSigner(nodeCrypto, ACQUIRER_SEED), crypto: nodeCrypto },
		...{ clock: bench.clock, log: text => bench.log.push(text) },
	});
	store.enrol(ID, bench.terminal.identity().publicKeys);
	await service.start();
	const running = bench.terminal.management!.run();

	const perform = async (operation: Operation, amountMinor: number, more: Partial<Order> = {}) => {
		bench.removeCard();
		const result = await bench.terminal.perform({ operation, amountMinor, operator: "7", ...more });
		told.push(["result", textOf(result)]);
		if (result.status === "approved") approved.push(operation);
		bench.clock.advance(60_000);
		return result.invoice!;
	};
	const first = await perform("sale", 12_345, { requestKey: "till 1/4711" });
	await perform("saleVoid", 12_345, { invoice: first });
	const second = await perform("sale", 5_000);
	await perform("refund", 1_000, { invoice: second });
	await perform("saleWithCashback", 6_000, { cashbackMinor: 1_000 });
	const hold = await perform("preAuthorisation", 9_000);
	await perform("completion", 8_000, { invoice: hold });
	await perform("tip", 0, { invoice: await perform("sale", 2_000), tipMinor: 200 });
	await perform("balance", 0);
	bench.desk.scenarios.order("do not honour", undefined, 1);
	await perform("sale", 3_000);
	bench.bank.failNext("silent");
	await perform("sale", 4_000);
	await bench.terminal.serve({ service: "download" });
	await bench.terminal.selfCheck("full");
	for (let i = 0; i < 3; i++) await perform("refund", 100 + i);
	const lock = { command: "lock", by: "fraud desk", reason: "card testing", call: "400 123" };
	for (const command of [lock, { command: "release", by: "fraud desk" }]) {
		const { sequence } = await service.order(ID, "command", command, { validMs: 60_000 });
		await eventually(() => store.order(ID, "command", sequence)?.answer !== undefined);
	}
	await service.order(ID, "rules", { set: encodeCbor({ ...BUILT_IN_RULES, limitsMinor: [50_000] }) });
	const { monitor } = bench.terminal;
	monitor.incidents.append(bench.clock.now(), { type: "opened", cause: "localLock", detail: "supervisor" });
	monitor.give("supervisor", "supervisor");
	await perform("sale", 2_100);
	await bench.terminal.serve({ service: "deliver" });
	await bench.terminal.serve({ service: "settle" });
	bench.clock.advance(DAY_MS);
	if (endsSettled) await bench.terminal.selfCheck("full");
	else {
		await perform("sale", 1_111);
		bench.bank.failNext("silent");
		await perform("sale", 2_222);
	}
	bench.terminal.stop();
	await running;
	await service.stop();
	store.close();
	for (const { topic, payload } of broker.published) told.push([`message ${topic}`, payload]);
	told.push(["screens", `${textOf(bench.screens)}\n${bench.screens.map(screenText).join("\n")}`]);
	told.push(["decisions", textOf(bench.decisions)]);
	told.push(["entries", textOf(bench.entries)]);
	for (const recorder of recorders) told.push(["recording", formatDialogue(recorder.dialogue("a busy day"))]);
	const exported = merchantExport(
		{
			...{ merchant: { name: "", merchantId: "", terminalId: ID }, utcOffsetMinutes: 480, feeOf: () => undefined },
			...{ journal: bench.terminal.journal, incidents: monitor.incidents, days: monitor.days() },
			access: new AccessTrail({ ...bench.journalPorts, crypto: nodeCrypto }, bench.clock.now()).entries(),
			lastCheck: monitor.lastCheck,
		},
		{ from: 0, before: Number.MAX_SAFE_INTEGER },
	);
	told.push(["export", textOf(exported)], ...EXPORT_TABLES.map(table => ["export", csvOf(exported, table)] as const));
	told.push(["report", textOf(monitorReport(monitor, bench.clock.now()))]);
	return { bench, told, approved, hotPans: HOT };
}

/** Any value as text, bytes as hexadecimal and as characters. */
export function textOf(value: unknown): string {
	return JSON.stringify(value, (_key, each: unknown) => {
		if (typeof each === "bigint") return String(each);
		return each instanceof Uint8Array ? `${formatHex(each)} ${Buffer.from(each).toString("latin1")}` : each;
	});
}

export function fileOf(storage: Storage, name: string): Uint8Array {
	return storage.read(name, 0, storage.size(name)!);
}

/** What a file holds for who has the terminal's keys: the boxes that it is made of, opened; lines of JSON, parsed. */
export function openedFile(storage: Storage, seal: RecordSeal, name: string): unknown[] {
	const bytes = fileOf(storage, name);
	if (/^(?:incidents|access)\.[0-9]{6}$/.test(name))
		return Buffer.from(bytes)
			.toString("latin1")
			.split("\n")
			.filter(Boolean)
			.map(line => JSON.parse(line) as unknown);
	if (/^(?:incidents|access)\.head$/.test(name)) return [decodeCbor((decodeCbor(bytes) as readonly [Uint8Array])[0])];
	const whole = seal.open(bytes);
	if (whole) return [decodeCbor(whole)];
	const contents: unknown[] = [];
	for (let at = 0; at < bytes.length; ) {
		const frame = readFrame((from, length) => bytes.slice(from, from + length), at);
		const plain = frame && seal.open(frame.payload);
		if (!plain) break;
		contents.push(decodeCbor(plain));
		at += frame.length;
	}
	return contents;
}

/** Names of all members, however deep. */
export function membersOf(value: unknown, found = new Set<string>()): Set<string> {
	if (value instanceof Uint8Array || typeof value !== "object" || value === null) return found;
	if (Array.isArray(value)) for (const each of value) membersOf(each, found);
	else
		for (const [name, each] of Object.entries(value)) {
			found.add(name);
			membersOf(each, found);
		}
	return found;
}

/** Every value of bytes, however deep. */
export function bytesIn(value: unknown): Uint8Array[] {
	if (value instanceof Uint8Array) return [value];
	if (typeof value !== "object" || value === null) return [];
	return Object.values(value).flatMap(bytesIn);
}
