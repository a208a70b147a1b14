import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BackupDesk } from "../../sim/management/backupDesk.js";
import { ManagementService } from "../../sim/management/managementService.js";
import { ManagementStore } from "../../sim/management/managementStore.js";
import type { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { systemRandom } from "../../sim/world/system.js";
import { TEST_AGREEMENT_SECRET as BACKUP_SECRET, testSigner } from "../../sim/world/testBinding.js";
import { revocationLists } from "../../src/binding/certificates.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../../src/bytes/cbor.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { openSealedBox } from "../../src/crypto/sealedBox.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import { decodeConfiguration } from "../../src/emv/decodeConfiguration.js";
import { Downloads } from "../../src/flows/downloads.js";
import { Journal } from "../../src/journal/journal.js";
import type { TransactionRecord } from "../../src/journal/transactionRecord.js";
import type { Seal } from "../../src/keys/seal.js";
import { ManagementState } from "../../src/management/managementState.js";
import type { MessageBody } from "../../src/management/messageKinds.js";
import { restoreAtStart } from "../../src/management/restore.js";
import { openMessage } from "../../src/management/signedMessage.js";
import type { LinkMessage } from "../../src/ports.js";
import { transact } from "../journal/testEntries.js";
import { eventually, MemoryBroker } from "../management/linkWorld.js";
import { Attendant } from "./attendant.js";
import { ACQUIRER_SEED, type BenchOptions, SaleBench } from "./bench.js";
import { aidRecord, caKeyRecords } from "./downloadRecords.js";
import { makeSaleWorld, withApplication } from "./saleWorld.js";

const CARD = "unionpay-credit";
const ACQUIRER = testSigner(nodeCrypto, ACQUIRER_SEED);
const ID = TEST_TERMINAL_IDS.commandLine;
const BANK_KEY = { secretKey: BACKUP_SECRET, publicKey: x25519PublicKey(BACKUP_SECRET) };
let world: Omit<BenchOptions, "crypto">;
let broker: MemoryBroker;
let store: ManagementStore;
let service: ManagementService;
let old: SaleBench;
const running: { readonly bench: SaleBench; readonly ended: Promise<void> }[] = [];

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

beforeEach(async () => {
	broker = new MemoryBroker();
	store = new ManagementStore(":memory:");
	old = bench(2026);
	const { clock } = old;
	service = new ManagementService({
		backupDesk: new BackupDesk(store, BACKUP_SECRET, nodeCrypto, systemRandom),
		...{ link: broker.link(), store, signer: ACQUIRER, crypto: nodeCrypto, clock, log: () => {} },
	});
	enrol(old);
	await service.start();
});

afterEach(async () => {
	for (const { bench: each } of running) each.terminal.stop();
	await Promise.all(running.splice(0).map(({ ended }) => ended));
	await service.stop();
	store.close();
});

/** @param seed of everything random in it: another device has other keys */
function bench(seed: number, more: Partial<BenchOptions> = {}): SaleBench {
	const made = new SaleBench({
		...{ ...world, crypto: nodeCrypto, serial: ID, seed, ...more },
		managementLink: broker.link(),
	});
	new Attendant(made);
	return made;
}

const enrol = (of: SaleBench) => store.enrol(ID, of.terminal.identity().publicKeys);

function connect(of: SaleBench): void {
	running.push({ bench: of, ended: of.terminal.management!.run() });
}

async function backedUp(of: SaleBench): Promise<void> {
	of.terminal.management!.sync();
	await eventually(() => of.terminal.management!.backedUp === of.terminal.journal.lastRecord, 20_000);
	await eventually(() => store.backup(ID, new Uint8Array(8)) !== undefined);
}

async function sell(of: SaleBench, amountMinor: number): Promise<void> {
	expect(await of.sale(amountMinor)).toMatchObject({ outcome: "approved" });
	of.removeCard();
}

/** The terminal that takes the broken one's place, bound anew; at the same bank, where a number comes only once, or not. */
function replacement(sameBank: boolean, more: Partial<BenchOptions> = {}): SaleBench {
	old.terminal.stop();
	const made = bench(77, { ...(sameBank && { acquirer: old.acquirer }), ...more });
	made.clock.advance(60_000); // numbers of messages begin with the time of day
	made.cardState = old.cardState;
	enrol(made);
	connect(made);
	return made;
}

/** What a person could see of a transaction; sealed values are other bytes on another device. */
const seen = (record: TransactionRecord | undefined) =>
	record && { ...record, sealedMessage: undefined, reversal: undefined, scriptResults: undefined };

/** The key store's content, but for what counts its starts. */
const keyFiles = ({ disk }: SaleBench) =>
	disk
		.list()
		.filter(name => name.startsWith("key-") && name !== "key-root")
		.sort()
		.map(name => `${name} ${formatHex(disk.read(name, 0, disk.size(name)!))}`);

describe("restore", () => {
	test("brings history and totals back; numbers go on above; no key comes back", async () => {
		await sell(old, 1_000);
		await sell(old, 2_000);
		expect(await old.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
		await sell(old, 3_000);
		connect(old);
		await backedUp(old);
		await sell(old, 4_000);
		await backedUp(old); // incremental
		await eventually(() => (store.backup(ID, new Uint8Array(8))?.boxes.length ?? 0) > 1);
		const { journal } = old.terminal;

		const b = replacement(true);
		const own = keyFiles(b);
		expect(own).not.toEqual(keyFiles(old));
		expect(await b.terminal.management!.restore()).toMatchObject({ done: true });
		b.terminal.stop();
		b.restart();
		const restored = b.terminal.journal;
		expect(restored.batches().map(({ batch, phase }) => [batch, phase])).toEqual(
			journal.batches().map(({ batch, phase }) => [batch, phase]),
		);
		for (const { batch } of journal.batches()) {
			expect(restored.totals(batch)).toEqual(journal.totals(batch));
			expect([...restored.transactions(batch)].map(seen)).toEqual([...journal.transactions(batch)].map(seen));
		}
		expect(restored.nextInvoice()).toBeGreaterThan(journal.nextInvoice());
		expect(restored.nextStan()).toBeGreaterThan(journal.nextStan());
		expect(keyFiles(b)).toEqual(own);
		expect(b.disk.list().filter(name => name.startsWith("restore"))).toEqual([]);
		// What a void needs was sealed by the broken device: the new one can use it, and the bank knows the sale.
		const last = restored.last()!;
		b.log.length = 0;
		await sell(b, 500);
		expect(restored.last()!.invoice).toBeGreaterThan(last.invoice + 999);
		expect(
			await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice: last.invoice } as never),
		).toMatchObject({
			outcome: "approved",
		});
	});

	describe("of lists", () => {
		const LISTS = ["parameters", "aids", "caKeys", "hotCards"] as const;
		const listsOf = ({ disk, journalPorts: { seal } }: SaleBench) => {
			const ports = { storage: disk, seal: seal as Seal, crypto: nodeCrypto, log: { line: () => {} } };
			const downloads = new Downloads(ports, decodeConfiguration(world.configuration, nodeCrypto));
			return LISTS.map(name => downloads.kept(name));
		};
		/** Its lists come over the line to the host, where nobody retains them. */
		const withLists = () => {
			const configuration = withApplication(world.configuration, { tacDenial: "1010000000" });
			old = bench(2026, {
				configuration,
				downloads: {
					parameters: "TIP_PERCENT=10",
					aids: [aidRecord("A000000333010101"), aidRecord("A000000333010102", "1010000000")],
					caKeys: caKeyRecords(configuration),
					hotCards: ["6226000000000010", world.account.pan],
				},
			});
			enrol(old);
		};
		const saved = async () => {
			await sell(old, 1_000);
			expect(await old.terminal.serve({ service: "download" })).toMatchObject({ done: true });
			connect(old);
			await backedUp(old);
			await eventually(() => old.terminal.management!.listsBackedUp);
		};
		const restored = async (b: SaleBench) => {
			expect(await b.terminal.management!.restore()).toMatchObject({ done: true });
			b.terminal.stop();
			b.restart();
		};

		test("brings all of them back, and the next sale obeys them", async () => {
			withLists();
			await saved();
			const b = replacement(true);
			expect(listsOf(b).flat()).toEqual([]);
			await restored(b);
			expect(listsOf(b)).toEqual(listsOf(old));
			expect(listsOf(b).map(list => list.length)).toEqual([1, 2, 2, 1]);
			expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: false }); // a hot card
		});

		test("leaves alone one that the acquirer has given the new terminal, even an empty one", async () => {
			withLists();
			await saved();
			await service.order(ID, "hotCards", { records: [] });
			await service.order(ID, "parameters", { records: [asciiBytes("TIP_PERCENT=20")] });
			const b = replacement(true);
			await eventually(() => b.disk.size("download-hotCards") !== undefined);
			await eventually(() => b.disk.size("download-parameters") !== undefined);
			await restored(b);
			const [parameters, aids, caKeys, hotCards] = listsOf(b);
			expect(parameters).toEqual([asciiBytes("TIP_PERCENT=20")]);
			expect([aids!.length, caKeys!.length, hotCards!.length]).toEqual([2, 2, 0]);
			expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		});
	});

	test("rules, revocations and settings of the link come from the bank, not from the backup", async () => {
		const rule = {
			...{ name: "tried", says: { en: "Two sales", zh: "两笔" }, on: ["sale"], where: [], measure: "count" },
			...{ threshold: 2, windowSeconds: 60, quietSeconds: 0, actions: ["alertBank"] },
		};
		const claims = { issuer: "Kassa test acquirer", issuedAt: Date.UTC(2026, 10, 22, 4) / 1000, number: 1 };
		const revocations = revocationLists.sign({ ...claims, revoked: [new Uint8Array(8)] }, ACQUIRER);
		await service.order(ID, "configuration", { syncSeconds: 11, statusSeconds: 22 });
		await service.order(ID, "rules", { set: encodeCbor({ limitsMinor: [], rules: [rule] }) });
		await service.order(ID, "revocations", { list: revocations });
		const has = ({ terminal, disk, journalPorts: { seal } }: SaleBench) =>
			terminal.monitor.rules.map(({ name }) => name).join() === "tried" &&
			terminal.binding.kept?.revocations !== undefined &&
			new ManagementState({ storage: disk, seal, clock: old.clock }, () => {}).stored.syncSeconds === 11;
		await sell(old, 1_000);
		connect(old);
		await eventually(() => has(old));
		await backedUp(old);

		broker.forget(); // the broker was lost, too
		const b = replacement(true);
		expect(has(b)).toBe(false);
		await eventually(() => has(b));
		expect(await b.terminal.management!.restore()).toMatchObject({ done: true });
		b.terminal.stop();
		b.restart();
		expect(has(b)).toBe(true);
		expect(b.terminal.binding.kept!.revocations).toEqual(revocations);
	});

	test("a terminal that is bound to nobody is told to be bound first, and asks for nothing", async () => {
		await sell(old, 1_000);
		connect(old);
		await backedUp(old);
		const b = replacement(false, { isUnbound: true });
		expect(await b.terminal.management!.restore()).toEqual({
			...{ done: false, reason: "this terminal is bound to no merchant: bind it first, then restore", lines: [] },
		});
		await eventually(() => b.terminal.management!.isConnected);
		expect(broker.published.filter(({ topic }) => topic.endsWith("up/restore"))).toEqual([]);
		expect(b.disk.list().filter(name => name.startsWith("restore"))).toEqual([]);
	});

	test("a terminal with a history of its own is left as it is", async () => {
		await sell(old, 1_000);
		connect(old);
		await backedUp(old);
		const b = replacement(false);
		await sell(b, 700);
		expect(await b.terminal.management!.restore()).toMatchObject({
			...{ done: false, reason: "this terminal has transactions of its own: restore onto a new one" },
		});
	});

	const isLastPart = ({ topic, payload }: LinkMessage) => {
		if (!topic.endsWith("restorePart")) return false;
		const opened = openMessage(nodeCrypto, topic, payload, () => ACQUIRER.publicKey);
		const { part, parts } = opened.body as MessageBody<"restorePart">;
		return part > parts;
	};

	test("a sale that was made before the last part came stays, and nothing is restored", async () => {
		await sell(old, 1_000);
		connect(old);
		await backedUp(old);
		const b = replacement(false);
		let held: LinkMessage | undefined;
		broker.onPublish = message => {
			if (!isLastPart(message)) return message;
			held ??= message;
			return undefined;
		};
		const restoring = b.terminal.management!.restore();
		await eventually(() => held !== undefined);
		await sell(b, 700);
		broker.onPublish = message => message;
		broker.deliver(held!);
		expect(await restoring).toEqual({
			...{ done: false, reason: "this terminal has transactions of its own: restore onto a new one", lines: [] },
		});
		expect(b.disk.list().filter(name => name.startsWith("restore"))).toEqual([]);
		b.terminal.stop();
		b.restart();
		expect(b.terminal.journal.last()).toMatchObject({ amountMinor: 700 });
	});

	test("between the last part and the start nothing is sold; what is in the journal all the same stays", async () => {
		await sell(old, 1_000);
		connect(old);
		await backedUp(old);
		const b = replacement(false);
		expect(await b.terminal.management!.restore()).toMatchObject({ done: true });
		expect(await b.sale(700)).toMatchObject({
			status: "declined",
			reason: "the bank's backup is here: start the terminal again before anything is sold",
		});
		expect(b.screenNames().at(-1)).toBe("notice");
		expect(b.terminal.journal.last()).toBeUndefined();
		expect(await b.terminal.management!.restore()).toMatchObject({
			...{ done: false, reason: "the backup is here: start the terminal again" },
		});
		b.terminal.stop();
		const journal = new Journal(b.journalPorts);
		const own = transact(journal, { amountMinor: 700 });
		b.log.length = 0;
		b.restart();
		expect(b.log.join("\n")).toContain(
			"the backup was not restored: this terminal has made transactions of its own since it came",
		);
		expect(b.terminal.journal.last()).toMatchObject({ ...own, amountMinor: 700 });
		expect(b.disk.list().filter(name => name.startsWith("restore"))).toEqual([]);
	});

	test("is ordered at the terminal itself, by a supervisor, and the idle screen says when to start it again", async () => {
		await sell(old, 1_000);
		connect(old);
		await backedUp(old);
		const b = bench(77);
		old.terminal.stop();
		b.clock.advance(60_000);
		enrol(b);
		running.push({ bench: b, ended: b.terminal.run() });
		await eventually(() => b.terminal.management!.isConnected);
		expect(await b.terminal.restore()).toEqual({
			...{ done: true, reason: "the backup is being fetched: the display says when to start the terminal again" },
		});
		expect(b.screenNames()).toContain("enterPasscode");
		await eventually(() => b.disk.size("restore-ready") !== undefined);
		b.clock.advance(21_000);
		const text = () => b.screens.at(-1)!.items.flatMap(item => (item.kind === "text" ? [item.text] : []));
		await eventually(() => text().includes("Restart the terminal"));
		b.terminal.stop();
		b.clock.advance(21_000);
		await running.at(-1)!.ended;
		b.restart();
		expect([...b.terminal.journal.transactions()].map(seen)).toEqual(
			[...old.terminal.journal.transactions()].map(seen),
		);
	});

	test("a supervisor who does not agree, and a terminal with a history, fetch nothing", async () => {
		await sell(old, 1_000);
		connect(old);
		await backedUp(old);
		const b = replacement(false);
		new Attendant(b, { passcodes: ["cancel"] });
		expect(await b.terminal.restore()).toMatchObject({ done: false });
		new Attendant(b);
		await sell(b, 700);
		expect(await b.terminal.restore()).toEqual({
			...{ done: false, reason: "this terminal has transactions of its own: restore onto a new one" },
		});
		expect(broker.published.filter(({ topic }) => topic.endsWith("up/restore"))).toEqual([]);
	});

	test("without a backup there is nothing to restore", async () => {
		const b = replacement(false);
		expect(await b.terminal.management!.restore()).toMatchObject({
			done: false,
			reason: expect.stringMatching("no backup"),
		});
	});

	test("goes on after the line broke, and begins anew after every power cut while the journal is made", async () => {
		for (let i = 0; i < 3; i++) await sell(old, 1_000 + i);
		connect(old);
		await backedUp(old);
		const { journal } = old.terminal;
		const b = replacement(false);
		let messages = 0;
		broker.onPublish = message => {
			if (message.topic.endsWith("restorePart") && ++messages === 2) broker.cut(ID);
			return message;
		};
		const restoring = b.terminal.management!.restore();
		const ticking = setInterval(() => b.clock.advance(1_000), 5);
		expect(await restoring).toMatchObject({ done: true });
		clearInterval(ticking);
		b.terminal.stop();
		const { seal } = b.journalPorts;
		const refused: string[] = [];
		const start = (storage: MemoryDisk) => restoreAtStart({ storage, seal }, 1, why => refused.push(why));
		const whole = b.disk.clone();
		start(whole)!.done();
		const { operations } = whole;
		expect(operations).toBeGreaterThan(10);
		for (let cut = 0; cut < operations; cut++)
			for (const arrives of [() => 0, (length: number) => length]) {
				const storage = b.disk.clone();
				storage.cutAfter(cut, arrives);
				expect(() => start(storage)!.done()).toThrow("power");
				storage.restart();
				start(storage)?.done();
				expect(storage.list().filter(name => name.startsWith("restore"))).toEqual([]);
				const restored = new Journal({ storage, seal });
				expect([...restored.transactions()].map(seen)).toEqual([...journal.transactions()].map(seen));
			}
		// What is half made is not taken for what the terminal has sold itself.
		expect(refused).toEqual([]);
		b.restart();
		expect(b.terminal.journal.totals()).toEqual(journal.totals());
		expect([...b.terminal.journal.transactions()].map(seen)).toEqual([...journal.transactions()].map(seen));
	});
});

describe("a damaged backup is refused in whole:", () => {
	const spoiled: readonly (readonly [string, (part: MessageBody<"restorePart">) => MessageBody<"restorePart">])[] = [
		["a box that was altered", part => (part.part === 2 ? { ...part, box: altered(part.box!) } : part)],
		["another box in its place", part => (part.part === 2 ? { ...part, box: undefined as never } : part)],
		["another digest", part => (part.part === 0 ? { ...part, digest: altered(part.digest!) } : part)],
		["a part left out", part => (part.part === 0 ? { ...part, parts: part.parts - 1 } : part)],
	];
	const altered = (bytes: Uint8Array) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte));

	for (const [name, change] of spoiled)
		test(name, async () => {
			for (let i = 0; i < 3; i++) {
				await sell(old, 1_000);
				if (i === 0) connect(old);
				await backedUp(old);
			}
			const b = replacement(false);
			const desk = new BackupDesk(store, BACKUP_SECRET, nodeCrypto, systemRandom);
			const part = desk.part.bind(desk);
			await service.stop();
			desk.part = (terminalId, asked) => change(part(terminalId, asked));
			service = new ManagementService({
				...{ link: broker.link(), store, signer: ACQUIRER, crypto: nodeCrypto, clock: b.clock, log: () => {} },
				backupDesk: desk,
			});
			await service.start();
			const files = b.disk.list().sort();
			expect(await b.terminal.management!.restore()).toMatchObject({
				done: false,
				reason: expect.stringMatching("nothing was restored"),
			});
			expect(b.disk.list().sort()).toEqual(files);
			b.terminal.stop();
			b.restart();
			expect(b.terminal.journal.last()).toBeUndefined();
			await sell(b, 100);
		});

	test("a box that does not open at the bank, which then says so", async () => {
		await sell(old, 1_000);
		connect(old);
		await backedUp(old);
		const b = replacement(false);
		const desk = new BackupDesk(store, new Uint8Array(32).fill(9), nodeCrypto, systemRandom);
		expect(desk.part(ID, { journal: new Uint8Array(8), part: 0 })).toMatchObject({
			parts: 0,
			why: expect.stringMatching("damaged"),
		});
		expect(desk.part(ID, { journal: new Uint8Array(8), part: 1 })).toMatchObject({
			why: expect.stringMatching("damaged"),
		});
		expect(b.terminal.journal.last()).toBeUndefined();
	});
});

test("only the bank opens a backup, and no key of the terminal is in it", async () => {
	await sell(old, 1_000);
	connect(old);
	await backedUp(old);
	const keys = old.terminal.identity().publicKeys;
	const sent = broker.published.filter(({ topic }) => /up\/backup/.test(topic));
	expect(sent.length).toBeGreaterThan(1);
	for (const { topic, payload } of sent) {
		const { body } = openMessage(nodeCrypto, topic, payload, () => keys.signing);
		const { box } = body as MessageBody<"backup">;
		expect(
			openSealedBox(box, { secretKey: new Uint8Array(32).fill(8), publicKey: BANK_KEY.publicKey }),
		).toBeUndefined();
		const plain = openSealedBox(box, BANK_KEY)!;
		const content = decodeCbor(plain) as Record<string, unknown>;
		expect(Object.keys(content).sort()).toEqual(
			topic.endsWith("Lists") ? ["aids", "caKeys", "hotCards", "parameters"] : ["from", "records"],
		);
		for (const name of old.disk.list().filter(each => each.startsWith("key-"))) {
			const file = formatHex(old.disk.read(name, 0, old.disk.size(name)!));
			expect(formatHex(plain)).not.toContain(file.slice(0, 64));
		}
	}
});

test("a list that comes before the bank has said to keep the ones before is backed up, too", async () => {
	await sell(old, 1_000);
	let held: LinkMessage | undefined;
	broker.onPublish = message => {
		if (held || !message.topic.endsWith("down/listsBackedUp")) return message;
		held = message;
		return undefined;
	};
	connect(old);
	await eventually(() => held !== undefined);
	const records = [parseHex("6226000000000010FFFF")];
	await service.order(ID, "hotCards", { records });
	await eventually(() => old.disk.size("download-hotCards") !== undefined);
	broker.deliver(held!);
	await backedUp(old);
	await eventually(() => old.terminal.management!.listsBackedUp);
	const { lists } = store.backup(ID, new Uint8Array(8))!;
	expect(decodeCbor(openSealedBox(lists, BANK_KEY)!)).toMatchObject({ hotCards: records });
});
