import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { BackupDesk } from "../../sim/management/backupDesk.js";
import { ManagementService } from "../../sim/management/managementService.js";
import { ManagementStore } from "../../sim/management/managementStore.js";
import { chooseSlot, manufactureSlots, SlotFirmware } from "../../sim/update/slots.js";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { systemRandom } from "../../sim/world/system.js";
import { TEST_AGREEMENT_SECRET, testSigner } from "../../sim/world/testBinding.js";
import { WHITE } from "../../src/display/layout.js";
import { message } from "../../src/display/messages.js";
import { screenText } from "../../src/display/screen.js";
import { IDLE_REFRESH_MS } from "../../src/idleLoop.js";
import type { Firmware, Key, Supply } from "../../src/ports.js";
import type { UpdateTerms } from "../../src/update/makeUpdate.js";
import { eventually, MemoryBroker } from "../management/linkWorld.js";
import { NOON, SETTINGS, testImage, testUpdate } from "../update/updateWorld.js";
import { Attendant } from "./attendant.js";
import { ACQUIRER_SEED, type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld, withApplication } from "./saleWorld.js";

const CARD = "unionpay-credit";
/** Whom the bench's terminal is bound to. */
const ACQUIRER = testSigner(nodeCrypto, ACQUIRER_SEED);
const ID = TEST_TERMINAL_IDS.commandLine;
const POLICY = { mostAmountMinor: 5_000, mostCount: 2, mostTotalMinor: 6_000, offlinePinRequired: false };
const LENIENT = { floorLimitMinor: 50_000, tacOnline: "0000000000", tacDefault: "0000000000", tacDenial: "0000000000" };
const REQUIRED = { requiredBy: NOON / 1000 + 3_600 };
const OVERDUE = { requiredBy: NOON / 1000 };

let world: Omit<BenchOptions, "crypto">;
let store: ManagementStore;
let service: ManagementService;
let slots: MemoryDisk;
let image: Uint8Array;
let isRestarting: boolean;
let running: Promise<void> | undefined;
let b: SaleBench;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

function openSlot(): Firmware {
	const { slot } = chooseSlot(slots);
	const version = String.fromCharCode(...slots.read(`slot-${slot}.mjs`, 0, 5));
	return new SlotFirmware(slots, slot, version, nodeCrypto, () => {
		isRestarting = true;
	});
}

function makeBench(broker: MemoryBroker, supply?: Supply): SaleBench {
	const configuration = withApplication(world.configuration, LENIENT, { storeAndForward: POLICY });
	return new SaleBench({
		...{ ...world, configuration, crypto: nodeCrypto, serial: ID },
		managementLink: broker.link(),
		firmware: { open: openSlot, settings: SETTINGS },
		...(supply && { supply }),
	});
}

let broker: MemoryBroker;
beforeEach(async () => {
	slots = new MemoryDisk();
	manufactureSlots(slots, testImage("1.0.0"));
	isRestarting = false;
	broker = new MemoryBroker();
	store = new ManagementStore(":memory:");
	b = makeBench(broker);
	store.enrol(ID, b.terminal.identity().publicKeys);
	service = new ManagementService({
		backupDesk: new BackupDesk(store, TEST_AGREEMENT_SECRET, nodeCrypto, systemRandom),
		...{ link: broker.link(), store, signer: ACQUIRER, crypto: nodeCrypto, clock: b.clock },
		chunkOf: (_, chunk) => image.slice(1_024 * chunk, 1_024 * (chunk + 1)),
		log: () => {},
	});
	await service.start();
});

afterEach(async () => {
	await stop();
	await service.stop();
	store.close();
});

function start(): void {
	running = b.terminal.run();
}

/** Whatever it waits for: it does not come. */
async function stop(): Promise<void> {
	b.terminal.stop();
	let hasEnded = !running;
	void running?.then(() => {
		hasEnded = true;
	});
	await eventually(() => {
		b.removeCard();
		b.pressKey("cancel");
		b.clock.advance(60_000);
		return hasEnded;
	});
	running = undefined;
}

/** The sale is at its end when the card is out. */
async function sell(amountMinor: number) {
	await eventually(() => b.screens.at(-1)?.name === "idle" && !b.terminal.isBusy);
	const result = await b.sale(amountMinor);
	b.removeCard();
	await eventually(() => {
		b.clock.advance(2_000); // thanks are on the display for a moment
		return !b.terminal.isBusy;
	});
	return result;
}

async function offer(version: string, changes: Partial<UpdateTerms>): Promise<void> {
	const update = testUpdate(version, changes);
	({ image } = update);
	const { sequence } = await service.order(ID, "updateOffer", { manifest: update.manifest });
	await eventually(() => store.order(ID, "updateOffer", sequence)?.answer !== undefined);
	expect(store.order(ID, "updateOffer", sequence)?.answer).toMatchObject({ done: true });
}

const isFetched = () => slots.size("slot-b.mjs") === 2_500;
const shown = () => screenText(b.screens.at(-1)!);

/** The terminal has ended itself: its power comes back, and the boot loader chooses. */
async function reboot(): Promise<void> {
	await stop();
	isRestarting = false;
	b.restart();
	new Attendant(b);
	start();
}

describe("new firmware", () => {
	test("that is required goes in by itself while the terminal is idle, and stays once self-check and bank agree", async () => {
		start();
		await offer("2.0.0", REQUIRED);
		await eventually(() => isRestarting);
		await reboot();
		await eventually(() => slots.read("boot", 0, 99).length < 20); // no trial any more
		expect(openSlot().version).toBe("2.0.0");
		await eventually(() => broker.published.some(({ topic }) => topic.endsWith("/up/status")));
		await eventually(() => store.statuses()[0]?.status?.firmware === "2.0.0");
	});

	test("that a self-check stands against is tried once an hour, not at every round of the idle terminal", async () => {
		b.tamper.cause = "case"; // seen by the check, before anything answers to it
		const { monitor } = b.terminal;
		const checked = monitor.checked.bind(monitor);
		let checks = 0;
		monitor.checked = report => {
			checks++;
			checked(report);
		};
		start();
		await offer("2.0.0", REQUIRED);
		await eventually(isFetched);
		const round = async (ms: number) => {
			const drawn = b.screens.length;
			b.clock.advance(ms);
			await eventually(() => b.screens.length > drawn && !b.terminal.isBusy);
		};
		await round(IDLE_REFRESH_MS);
		const once = checks;
		expect(once).toBe(2); // at the start, and before the installation
		for (let n = 0; n < 8; n++) await round(IDLE_REFRESH_MS);
		expect(checks).toBe(once);
		await round(60 * 60_000);
		await eventually(() => checks > once);
		expect(isRestarting).toBe(false);
	});

	test("waits for the batch to be settled; sales go on meanwhile", async () => {
		new Attendant(b);
		start();
		expect(await sell(100)).toMatchObject({ status: "approved" });
		await offer("2.0.0", REQUIRED);
		await eventually(isFetched);
		expect(await sell(200)).toMatchObject({ status: "approved" });
		expect(isRestarting).toBe(false);
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
		await eventually(() => isRestarting);
	});

	test("that nobody requires goes in when the bank orders it, and no other version does", async () => {
		start();
		await offer("2.0.0", {});
		await eventually(isFetched);
		const order = async (version: string) => {
			const { sequence } = await service.order(
				ID,
				"command",
				{ command: "update", by: "x", version },
				{ validMs: 9_999 },
			);
			await eventually(() => store.order(ID, "command", sequence)?.answer !== undefined);
			return store.order(ID, "command", sequence)!.answer!;
		};
		expect(await order("3.0.0")).toMatchObject({ done: false, reason: "version 3.0.0 is not offered, 2.0.0 is" });
		expect(isRestarting).toBe(false);
		expect(await order("2.0.0")).toMatchObject({ done: true });
		await eventually(() => isRestarting);
	});

	test("goes in when the merchant asks for it in the menu", async () => {
		start();
		await offer("2.0.0", {});
		await eventually(isFetched);
		await choose("installUpdate");
		await eventually(() => isRestarting);
	});

	test("that is not what was signed when it starts goes away at once, and the bank hears of it", async () => {
		start();
		await offer("2.0.0", REQUIRED);
		await eventually(() => isRestarting);
		slots.flip("slot-b.mjs", 2_000); // the medium has spoiled what was right when it was read back
		await reboot();
		await eventually(() => isRestarting);
		await reboot();
		const failures = () => store.alerts(ID).filter(({ alert }) => alert === "updateFailed");
		await eventually(() => failures().length > 0);
		expect(failures()).toMatchObject([{ text: "version 2.0.0 did not prove itself: version 1.0.0 runs again" }]);
		expect(openSlot().version).toBe("1.0.0");
	});

	test("that is overdue is told on the idle screen, and sales go on", async () => {
		new Attendant(b);
		start();
		expect(await sell(100)).toMatchObject({ status: "approved" });
		await offer("2.0.0", OVERDUE);
		await eventually(() => shown().includes(message("updateOverdue", "en")));
		expect(await sell(200)).toMatchObject({ status: "approved" });
	});

	test("that offline approvals need: without it none, but the bank still approves", async () => {
		new Attendant(b);
		start();
		await sell(100); // the card has been online
		expect(await sell(100)).toMatchObject({ status: "approved", online: false });
		await offer("2.0.0", { ...OVERDUE, requiredForOffline: true });
		expect(await sell(100)).toMatchObject({ status: "approved", online: true });
		expect(b.decisions.map(({ result }) => result)).toContain("an update is overdue that offline approvals need");
	});

	test("version and state are on the about screen", async () => {
		start();
		await offer("2.0.0", { notes: "Faster receipts" });
		await eventually(isFetched);
		await choose("about");
		await eventually(() => b.screens.at(-1)?.name === "page");
		expect(shown()).toContain("Firmware: 1.0.0");
		expect(shown()).toContain("Update 2.0.0: ready to install");
	});
});

test("an empty battery fetches nothing, says so, and sells", async () => {
	const supply = { percent: 5, isCharging: false };
	b = makeBench(broker, supply);
	store.enrol(ID, b.terminal.identity().publicKeys);
	new Attendant(b);
	start();
	await offer("2.0.0", REQUIRED);
	await eventually(() => shown().includes(message("updateNeedsPower", "en")));
	expect(slots.size("slot-b.mjs")).toBeUndefined();
	expect(await sell(100)).toMatchObject({ status: "approved" });
	supply.isCharging = true;
	expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
	await eventually(() => isRestarting);
});

/** Walks the menu to one item. */
async function choose(item: "about" | "installUpdate"): Promise<void> {
	await eventually(() => b.screens.at(-1)?.name === "idle");
	b.pressKey("down");
	await eventually(() => b.screens.at(-1)?.name === "menu");
	const selected = () =>
		b.screens.at(-1)!.items.flatMap(each => (each.kind === "text" && each.colour === WHITE ? [each.text] : []));
	for (let i = 0; i < 60 && !selected().includes(message(item, "en")); i++) {
		const before = b.screens.length;
		b.pressKey("down" satisfies Key);
		await eventually(() => b.screens.length > before);
	}
	b.pressKey("enter");
}
