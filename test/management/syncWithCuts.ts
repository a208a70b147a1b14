import { SeededRandom } from "../../sim/world/seededRandom.js";
import { equal } from "../../src/bytes/bytes.js";
import { encodePublicRecord } from "../../src/management/publicRecord.js";
import { transact } from "../journal/testEntries.js";
import { eventually, LinkWorld, TERMINAL } from "./linkWorld.js";

export interface CutSync {
	readonly records: number;
	/** Times that the terminal's line or power was cut. */
	readonly cuts: number;
	/** Messages that the broker lost, said twice or held back. */
	readonly lost: number;
	readonly ms: number;
}

/**
 * Brings a journal to the bank over a link that loses, repeats and breaks at random, with the terminal's power cut now and
 * then. @throws {Error} when the bank has not every record once, in order and as the terminal has it
 */
export async function syncWithCuts(
	least: number,
	seed: number,
	onProgress: (kept: number, of: number) => void = () => {},
): Promise<CutSync> {
	const world = new LinkWorld();
	const random = new SeededRandom(seed);
	while (world.journal.lastRecord < least) transact(world.journal);
	const roll = () => random.bytes(1)[0]!;
	let cuts = 0;
	let lost = 0;
	let wantsReboot = false;
	const begin = performance.now();
	world.broker.onPublish = (message, clientId) => {
		const dice = roll();
		if (dice < 40) {
			// Before or after the message has passed: the sender cannot tell.
			if (dice & 1) world.broker.deliver(message);
			world.broker.cut(TERMINAL);
			cuts++;
			return undefined;
		}
		if (dice < 56) {
			wantsReboot = true;
			return message;
		}
		if (dice < 80) {
			lost++;
			return undefined; // though the broker has acknowledged it
		}
		if (dice < 110 && clientId === TERMINAL) {
			lost++;
			world.broker.deliver(message);
		}
		return message;
	};
	await world.service.start();
	world.start();
	const all = () => world.store.records(TERMINAL).length === world.journal.lastRecord;
	while (!all()) {
		await eventually(() => wantsReboot || all(), 60_000);
		onProgress(world.store.records(TERMINAL).length, world.journal.lastRecord);
		if (!wantsReboot) continue;
		wantsReboot = false;
		cuts++;
		world.broker.cut(TERMINAL);
		await world.stop();
		world.boot();
		world.start();
	}
	const ms = performance.now() - begin;
	const kept = world.store.records(TERMINAL);
	for (const [i, { number, entries }] of [...world.journal.records(1)].entries()) {
		const there = kept[i]!;
		if (there.number !== number || !equal(new Uint8Array(there.record), encodePublicRecord(entries)))
			throw new Error(`record ${number} is not at the bank as the terminal has it`);
	}
	if (kept.length !== world.journal.lastRecord) throw new Error("the bank has records that the terminal has not");
	await world.close();
	return { records: kept.length, cuts, lost, ms };
}
