import { chooseSlot, manufactureSlots, SlotFirmware } from "../../sim/update/slots.js";
import { ManualClock } from "../../sim/world/manualClock.js";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { makeUpdate, type UpdateTerms } from "../../src/update/makeUpdate.js";
import { Update, type UpdateSettings } from "../../src/update/update.js";
import { testSeal } from "../journal/testEntries.js";
import { testKey } from "../management/linkWorld.js";

export const BANK = testKey(11);
export const VENDOR = testKey(12);
export const STRANGER = testKey(13);
export const NOON = Date.UTC(2026, 10, 22, 4);
export const DAY = 86_400;
const SECONDS = NOON / 1000;

export const SETTINGS: UpdateSettings = {
	keys: [BANK.publicKey, VENDOR.publicKey],
	product: "kassa",
	target: "simulator",
};

/** An image of the firmware: its version is in it, and as many bytes as it takes. */
export function testImage(version: string, length = 2_500): Uint8Array {
	const image = new SeededRandom(length + version.length).bytes(length);
	image.set([...version].map(each => each.charCodeAt(0)));
	return image;
}

export function testTerms(version: string, changes: Partial<UpdateTerms> = {}): UpdateTerms {
	return {
		...{
			product: "kassa",
			target: "simulator",
			version,
			rollbackCounter: 1,
			minimumVersion: "1.0.0",
			chunkSize: 1_024,
		},
		...{ issuedAt: SECONDS, validUntil: SECONDS + 30 * DAY, requiredForOffline: false, notes: "A test" },
		...changes,
	};
}

export function testUpdate(version: string, changes: Partial<UpdateTerms> = {}, signer = BANK.signer) {
	const image = testImage(version);
	return { image, manifest: makeUpdate(nodeCrypto, image, testTerms(version, changes), signer) };
}

/** A terminal's updates with two places on a medium whose power can be cut. */
export class UpdateWorld {
	readonly disk = new MemoryDisk();
	readonly clock = new ManualClock(NOON);
	readonly reports: string[] = [];
	/** The battery; undefined: none. */
	supply: { percent: number; isCharging: boolean } | undefined;
	settings = SETTINGS;
	update!: Update;
	firmware!: SlotFirmware;
	/** The terminal wants to start again. */
	isRestarting = false;

	constructor(version = "1.0.0") {
		manufactureSlots(this.disk, testImage(version));
		this.boot();
	}

	/** The power comes back, or the terminal has restarted. @returns the version that runs */
	boot(): string {
		this.disk.restart();
		this.isRestarting = false;
		const { slot } = chooseSlot(this.disk);
		const file = this.disk.read(`slot-${slot}.mjs`, 0, 20);
		const version = /^\d+\.\d+\.\d+/.exec(String.fromCharCode(...file))![0];
		this.firmware = new SlotFirmware(this.disk, slot, version, nodeCrypto, () => {
			this.isRestarting = true;
		});
		const { firmware, clock, supply } = this;
		const ports = { firmware, clock, supply, storage: this.disk, seal: testSeal(), crypto: nodeCrypto };
		this.update = new Update(ports, this.settings, text => this.reports.push(text));
		return version;
	}

	/** Gives what is asked for. @returns how many chunks that were */
	feed(image: Uint8Array, most = Number.POSITIVE_INFINITY): number {
		for (let given = 0; ; given++) {
			const wanted = given < most ? this.update.wanted() : undefined;
			if (!wanted) return given;
			const at = wanted.chunk * 1_024;
			this.update.takeChunk(wanted, image.subarray(at, at + 1_024));
		}
	}

	/** Everything up to the start of the new image. @returns the version that runs then */
	install(version: string, changes: Partial<UpdateTerms> = {}): string {
		const { image, manifest } = testUpdate(version, changes);
		const taken = this.update.takeOffer(manifest);
		if (!taken.done) throw new Error(taken.reason);
		this.feed(image);
		this.update.ask("");
		const why = this.update.install();
		if (why) throw new Error(why.reason);
		return this.boot();
	}

	/** What a sound image does at its first start. */
	prove(): void {
		this.update.selfChecked(true);
		this.update.bankReached();
	}
}
