import { createHash } from "node:crypto";
import { cardProfile } from "../../../sim/card/cardProfiles.js";
import { checkProfile } from "../../../sim/card/profile.js";
import { type MemoryDisk, PowerCut } from "../../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../../sim/world/seededRandom.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";
import { Journal } from "../../../src/journal/journal.js";
import { JournalError } from "../../../src/journal/journalError.js";
import { MOST_NUMBER } from "../../../src/journal/journalState.js";
import { KeySlots } from "../../../src/keys/keySlots.js";
import { Seal } from "../../../src/keys/seal.js";
import { type BenchOptions, DEVICE_KEY } from "../bench.js";
import { makeSaleWorldOf, oneRound, withApplication } from "../saleWorld.js";
import { compare } from "./compare.js";
import { type Breaks, CutWorld } from "./cutWorld.js";
import type { KitCard, MoneyFlow } from "./moneyFlows.js";
import type { Cut, CutPoint, Loss } from "./powerLine.js";

/** What every world of a card is made of. */
export type Kit = Readonly<Record<KitCard, Omit<BenchOptions, "crypto">>>;

/** What one flow's cuts have come to. */
export interface CutReport {
	readonly flow: string;
	/** Writes, flushes and the like; commands before and after the card; messages in three places. */
	readonly points: Readonly<Record<CutPoint["kind"], number>>;
	/** Points times what can become of unflushed bytes there. */
	readonly cuts: number;
	/** Of these, how many differ in medium, card or bank: each of them was cut, booted and finished. */
	readonly worlds: number;
	/** Cut and difference. */
	readonly wrong: readonly string[];
}

/** Too many transactions offline send it online, and do not decline it when nobody answers there. */
const MAY_END_OFFLINE = { default: "FC78BC0000", denial: "0010000000", online: "FC78BCF800" };
const LOG = { format: "9F3602 9F0206 9A03", records: 30 };

/** Keys, cards and configuration, made once. */
export async function makeKit(): Promise<Kit> {
	const card = (name: string, from: string, change: object = {}) => {
		const profile = cardProfile(from)!;
		const [application] = profile.applications;
		return checkProfile({
			...profile,
			name,
			applications: [{ ...application!, ...change, transactionLog: LOG }],
		});
	};
	const cards = {
		plain: card("plain", "sda", { cvmList: ["1F03"] }),
		onlinePin: card("online-pin", "sda"),
		offlinePin: card("offline-pin", "unionpay-debit", { issuerActionCodes: MAY_END_OFFLINE }),
		wantsAdvice: card("wants-advice", "sda", { cvmList: ["1F03"], cardAction: { advice: true } }),
	};
	const worlds = await makeSaleWorldOf(Object.values(cards));
	return Object.fromEntries(Object.entries(cards).map(([name, profile]) => [name, worlds[profile.name]!])) as Kit;
}

/** What can become of bytes that were not flushed. @param everyByte tears at each byte instead of at some */
export function losses(unflushed: number, everyByte: boolean): Loss[] {
	const tear = (at: number, zeros = false): Loss => ({
		name: `torn at byte ${at}${zeros ? ", zeros behind" : ""}`,
		arrives: length => Math.min(at, length),
		zeros,
	});
	const some = [1, unflushed >> 1, unflushed - 1].filter(at => at > 0 && at < unflushed);
	const tears = everyByte ? Array.from({ length: Math.max(0, unflushed - 1) }, (_, i) => i + 1) : some;
	return [
		{ name: "all unflushed lost", arrives: () => 0 },
		{ name: "all unflushed lost, zeros in its place", arrives: () => 0, zeros: true },
		{ name: "all unflushed there", arrives: length => length },
		{ name: "only the mirror there", arrives: (length, name) => (name.startsWith("mirror") ? length : 0) },
		{ name: "all but the mirror there", arrives: (length, name) => (name.startsWith("mirror") ? 0 : length) },
		...tears.flatMap(at => [tear(at), ...(everyByte || at === unflushed >> 1 ? [tear(at, true)] : [])]),
	];
}

export interface CutOptions {
	readonly everyByte?: boolean;
	readonly breaks?: Breaks | undefined;
	readonly onProgress?: (done: number, of: number) => void;
}

/** Cuts the flow at every point, each in a world of its own, finishes, compares. */
export async function cutEverywhere(
	kit: Kit,
	flow: MoneyFlow,
	{ everyByte = false, breaks, onProgress }: CutOptions = {},
): Promise<CutReport> {
	const { points, cuts, worlds } = await plan(kit, flow, everyByte);
	const wrong: string[] = [];
	for (const [i, cut] of worlds.entries()) {
		onProgress?.(i, worlds.length);
		const what = `${flow.name}: ${points[cut.at]!.what} (${cut.at}), ${cut.loss.name}`;
		try {
			wrong.push(...(await cutOnce(kit, flow, cut, breaks)).map(difference => `${what}: ${difference}`));
		} catch (error) {
			wrong.push(`${what}: ${error instanceof Error ? error.stack : error}`);
		}
	}
	const count = (kind: CutPoint["kind"]) => points.filter(point => point.kind === kind).length;
	const counts = { disk: count("disk"), card: count("card"), host: count("host") };
	return { flow: flow.name, points: counts, cuts, worlds: worlds.length, wrong };
}

interface Plan {
	readonly points: readonly CutPoint[];
	readonly cuts: number;
	/** Cuts that leave the same bytes on the medium, the same card and the same bank are one. */
	readonly worlds: readonly Cut[];
}

/** Runs the flow uncut and looks at each point what a cut there would leave behind. */
async function plan(kit: Kit, flow: MoneyFlow, everyByte: boolean): Promise<Plan> {
	const w = await prepared(kit, flow);
	const worlds: Cut[] = [];
	const seen = new Set<string>();
	const isNew = (key: string) => !seen.has(key) && Boolean(seen.add(key));
	let cuts = 0;
	let outside = 0;
	const { power } = w;
	power.onPoint = ({ kind }, at, apply) => {
		if (kind !== "disk") outside++;
		for (const loss of losses(unflushed(w.bench.disk, apply), everyByte)) {
			cuts++;
			const where = `${outside} ${w.shownApproved.size}`;
			const medium = afterCut(w.bench.disk, loss, apply);
			if (!isNew(`${where} ${digest(medium)}`)) continue;
			// Of a record that is torn in another place the journal leaves the same: the rest of the start is no other.
			if (everyByte && !isNew(`${where} started ${digestAtStart(medium)}`)) continue;
			worlds.push({ at, loss });
		}
	};
	power.watch();
	const end = await flow.run(w);
	power.look();
	if (end !== flow.ends) throw new Error(`${flow.name}, uncut, ended "${end}", not "${flow.ends}"`);
	await finish(w, flow);
	const wrong = compare(w);
	if (wrong.length)
		throw new Error(
			`${flow.name}, uncut: ${wrong.join("; ")}\n${w.bench.log
				.filter(line => !line.startsWith("card"))
				.slice(-20)
				.join("\n")}`,
		);
	return { points: power.points, cuts, worlds };
}

async function cutOnce(kit: Kit, flow: MoneyFlow, cut: Cut, breaks: Breaks | undefined): Promise<string[]> {
	const w = await prepared(kit, flow, breaks);
	const { power } = w;
	power.watch(cut);
	let failure: unknown;
	const running = flow.run(w).catch((error: unknown) => {
		failure = error;
	});
	await Promise.race([running, power.wentOff]);
	await new Promise(resolve => setImmediate(resolve)); // what was under way has come to a port by now
	if (!power.isOff) throw failure ?? new Error("the point was not reached");
	w.restart();
	const unfinished = await finish(w, flow).then(
		() => [],
		(error: unknown) => [error instanceof Error ? error.message : String(error)],
	);
	return [...unfinished, ...compare(w)];
}

async function prepared(kit: Kit, flow: MoneyFlow, breaks?: Breaks): Promise<CutWorld> {
	const { card = "plain", profile = unionPay, offline = false, before } = flow;
	const { configuration, ...world } = kit[card];
	const w = new CutWorld(
		{
			...world,
			configuration: offline ? mayApproveOffline(configuration) : configuration,
			profile: oneRound(profile),
		},
		breaks,
	);
	await before?.(w);
	return w;
}

/** With it the card may approve sales that wait for the bank. */
export function mayApproveOffline(configuration: unknown): unknown {
	return withApplication(configuration, { floorLimitMinor: 50_000 }, { storeAndForward: STORE_AND_FORWARD });
}

const STORE_AND_FORWARD = {
	mostAmountMinor: 50_000,
	mostCount: 5,
	mostTotalMinor: 100_000,
	offlinePinRequired: false,
};

/** What happens when the power is back: the order is given again, one more sale is made, the day is closed. */
async function finish(w: CutWorld, flow: MoneyFlow): Promise<void> {
	await flow.run(w);
	const { status, reason } = await w.perform({ operation: "sale", amountMinor: 55 });
	if (status !== "approved") throw new Error(`the next sale: ${status}, ${reason}`);
	const settled = await w.serve({ service: "settle" });
	if (settled !== "done") throw new Error(`the settlement: ${settled}`);
}

/** The medium after a cut during the operation. */
function afterCut(disk: MemoryDisk, { arrives, zeros = false }: Loss, apply?: (disk: MemoryDisk) => void): MemoryDisk {
	const after = disk.clone();
	after.cutAfter(0, arrives);
	try {
		apply?.(after);
	} catch (error) {
		if (!(error instanceof PowerCut)) throw error;
	}
	after.leavesZeros = zeros;
	after.restart();
	return after;
}

/** The most bytes that one file has not flushed at that point. */
function unflushed(disk: MemoryDisk, apply?: (disk: MemoryDisk) => void): number {
	let most = 0;
	const arrives = (length: number) => {
		most = Math.max(most, length);
		return 0;
	};
	afterCut(disk, { name: "", arrives }, apply);
	return most;
}

/** What was torn off, kept for people; nothing reads it. */
const TORN_FILES = Object.freeze(["journal.torn", "mirror.torn"]);

/** The medium when the journal has been opened on it, which takes away what was torn. */
function digestAtStart(medium: MemoryDisk): string {
	const started = medium.clone();
	const random = new SeededRandom(1);
	const slots = new KeySlots({ storage: medium.clone(), random, crypto: nodeCrypto }, DEVICE_KEY);
	try {
		const journal = new Journal({ storage: started, seal: new Seal(slots, random) });
		journal.append({ type: "stansTaken", upTo: MOST_NUMBER }); // what is written next takes the place of what was torn
		journal.tidy(0);
		for (const name of TORN_FILES) if (started.size(name) !== undefined) started.remove(name);
		return digest(started);
	} catch (error) {
		if (error instanceof JournalError) return digest(medium); // the whole start shall tell
		throw error;
	}
}

function digest(disk: MemoryDisk): string {
	const hash = createHash("sha256");
	for (const name of disk.names().sort()) {
		const size = disk.size(name)!;
		hash.update(`${name} ${size} `).update(disk.read(name, 0, size));
	}
	return hash.digest("hex");
}
