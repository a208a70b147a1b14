import { describe, expect, test } from "vitest";
import { PowerCut } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { BANK, DAY, NOON, STRANGER, testUpdate, UpdateWorld, VENDOR } from "./updateWorld.js";

describe("an offer", () => {
	test("of the bank or of the vendor is taken; who else signs is not known", () => {
		for (const key of [BANK, VENDOR])
			expect(new UpdateWorld().update.takeOffer(testUpdate("2.0.0", {}, key.signer).manifest)).toEqual({
				...{ done: true, reason: "version 2.0.0 is being fetched: 0 of 3 chunks" },
			});
		expect(new UpdateWorld().update.takeOffer(testUpdate("2.0.0", {}, STRANGER.signer).manifest)).toEqual({
			...{ done: false, reason: "update manifest: the message is signed by somebody who is not known here" },
		});
	});

	test.each([
		["for another product", { product: "till" }, "it is for till on simulator, this is kassa on simulator"],
		["for another board", { target: "esp32" }, "it is for kassa on esp32, this is kassa on simulator"],
		["of what runs", { version: "1.0.0" }, "it is what runs"],
		["that leaves a version out", { minimumVersion: "1.5.0" }, "1.5.0 must be installed first"],
		["whose time has passed", { issuedAt: NOON / 1000 - DAY, validUntil: NOON / 1000 }, "its time has passed"],
	])("%s is refused", (_, changes, why) => {
		const world = new UpdateWorld();
		const version = "version" in changes ? changes.version : "2.0.0";
		expect(world.update.takeOffer(testUpdate(version, changes).manifest)).toEqual({
			done: false,
			reason: `version ${version} is not installed: ${why}`,
		});
		expect(world.update.urgency).toBe("none");
	});

	test("is refused with any byte altered", () => {
		const { manifest } = testUpdate("2.0.0");
		for (let i = 0; i < manifest.length; i++) {
			const altered = manifest.slice();
			altered[i]! ^= 0x01;
			expect(new UpdateWorld().update.takeOffer(altered).done, `byte ${i}`).toBe(false);
		}
	});

	test("that is withdrawn leaves nothing behind", () => {
		const world = new UpdateWorld();
		const { image, manifest } = testUpdate("2.0.0");
		world.update.takeOffer(manifest);
		world.feed(image);
		expect(world.update.takeOffer(undefined)).toEqual({ done: true, reason: "no update is offered" });
		expect(world.update.isReady).toBe(false);
		expect(world.disk.names().sort()).toEqual(["boot", "slot-a.mjs", "update"]);
	});

	test("takes the place of the one before, and what was fetched of that one goes", () => {
		const world = new UpdateWorld();
		const before = testUpdate("2.0.0");
		world.update.takeOffer(before.manifest);
		world.feed(before.image, 2);
		const after = testUpdate("2.1.0");
		world.update.takeOffer(after.manifest);
		expect(world.update.wanted()).toEqual({ digest: nodeCrypto.sha256(after.image), chunk: 0 });
	});
});

describe("fetching", () => {
	test("takes chunk after chunk, and goes on where it was after a power cut", () => {
		const world = new UpdateWorld();
		const { image, manifest } = testUpdate("2.0.0");
		world.update.takeOffer(manifest);
		expect(world.feed(image, 1)).toBe(1);
		world.boot();
		expect(world.update.says()).toBe("version 2.0.0 is being fetched: 1 of 3 chunks");
		expect(world.update.wanted()?.chunk).toBe(1);
		expect(world.update.takeOffer(manifest).done).toBe(true); // retained: it comes with each connection
		expect(world.update.wanted()?.chunk).toBe(1);
		expect(world.feed(image)).toBe(2);
		expect(world.update.says()).toBe("version 2.0.0 is ready to be installed");
	});

	test("refuses every altered byte, and keeps nothing of such a chunk", () => {
		const world = new UpdateWorld();
		const { image, manifest } = testUpdate("2.0.0");
		world.update.takeOffer(manifest);
		const wanted = world.update.wanted()!;
		for (let i = 0; i < 1_024; i++) {
			const chunk = image.slice(0, 1_024);
			chunk[i]! ^= 1 << (i % 8);
			expect(world.update.takeChunk(wanted, chunk)).toBe("chunk 0 of the update is not what was signed");
		}
		for (const length of [0, 1_023, 1_025])
			expect(world.update.takeChunk(wanted, image.slice(0, length))).toContain("not what was signed");
		expect(world.update.held).toBe(0);
	});

	test("passes over a chunk that was not asked for, or of another image", () => {
		const world = new UpdateWorld();
		const { image, manifest } = testUpdate("2.0.0");
		world.update.takeOffer(manifest);
		const wanted = world.update.wanted()!;
		world.update.takeChunk({ ...wanted, chunk: 1 }, image.subarray(1_024, 2_048));
		world.update.takeChunk({ ...wanted, digest: new Uint8Array(32) }, image.subarray(0, 1_024));
		expect(world.update.held).toBe(0);
		expect(world.update.takeChunk(wanted, undefined)).toBe("the bank does not have the image that it offers");
	});

	test("gives up a medium that spoils the image three times, and says so", () => {
		const world = new UpdateWorld();
		const { image, manifest } = testUpdate("2.0.0");
		world.update.takeOffer(manifest);
		for (let round = 0; round < 3; round++) {
			expect(world.update.isReady).toBe(false);
			world.feed(image, 2);
			world.disk.flip("slot-b.mjs", 100 + round);
			world.feed(image, 1);
		}
		expect(world.reports).toEqual(["version 2.0.0 could not be kept: the medium spoils it"]);
		expect(world.update.urgency).toBe("none");
		expect(world.update.takeOffer(manifest).reason).toContain("it must be offered anew");
	});
});

describe("a trial", () => {
	test("ends well with a self-check that passes and an answer of the bank", () => {
		const world = new UpdateWorld();
		expect(world.install("2.0.0", { rollbackCounter: 5 })).toBe("2.0.0");
		expect(world.update.isOnTrial).toBe(true);
		world.update.bankReached(); // before the self-check it proves nothing
		expect(world.update.isOnTrial).toBe(true);
		expect(world.update.integrity()).toMatchObject({ expected: nodeCrypto.sha256(testUpdate("2.0.0").image) });
		world.prove();
		expect(world.update.isOnTrial).toBe(false);
		expect(world.boot()).toBe("2.0.0");
		const { actual, expected } = world.update.integrity()!;
		expect(actual).toEqual(expected);
		expect(world.update.takeOffer(testUpdate("1.9.0", { rollbackCounter: 4 }).manifest).reason).toBe(
			"version 1.9.0 is not installed: its rollback counter is 4, this terminal has had 5",
		);
	});

	test("ends well without the bank after ten quiet minutes", () => {
		const world = new UpdateWorld();
		world.install("2.0.0");
		world.update.selfChecked(true);
		world.clock.advance(9 * 60_000);
		world.update.idle();
		expect(world.update.isOnTrial).toBe(true);
		world.clock.advance(60_000);
		world.update.idle();
		expect(world.update.isOnTrial).toBe(false);
		expect(world.boot()).toBe("2.0.0");
	});

	test("that never proves itself ends at the next start, is reported, and is not tried again unless offered anew", () => {
		const world = new UpdateWorld();
		expect(world.install("2.0.0")).toBe("2.0.0");
		expect(world.boot()).toBe("1.0.0"); // it crashed, hung until the watchdog, or lost its power
		expect(world.reports).toEqual(["version 2.0.0 did not prove itself: version 1.0.0 runs again"]);
		expect(world.update.failedVersion).toBe("2.0.0");
		expect(world.update.takeOffer(testUpdate("2.0.0").manifest).reason).toBe(
			"version 2.0.0 is not installed: it has failed here: it must be offered anew",
		);
		expect(world.install("2.0.0", { issuedAt: NOON / 1000 + 1 })).toBe("2.0.0");
	});

	test("ends at once with a self-check that fails", () => {
		const world = new UpdateWorld();
		world.install("2.0.0");
		world.update.selfChecked(false);
		expect(world.isRestarting).toBe(true);
		expect(world.boot()).toBe("1.0.0");
		expect(world.reports).toHaveLength(1);
	});

	test("of an image that was spoiled before it started ends before anything else is done", () => {
		const world = new UpdateWorld();
		const { image, manifest } = testUpdate("2.0.0");
		world.update.takeOffer(manifest);
		world.feed(image);
		world.update.ask("");
		world.update.install();
		world.disk.flip("slot-b.mjs", 2_000);
		expect(world.boot()).toBe("2.0.0");
		expect(world.isRestarting).toBe(true);
		world.prove();
		expect(world.boot()).toBe("1.0.0");
		expect(world.reports).toEqual(["version 2.0.0 did not prove itself: version 1.0.0 runs again"]);
	});

	test("takes no other offer meanwhile", () => {
		const world = new UpdateWorld();
		world.install("2.0.0");
		expect(world.update.takeOffer(testUpdate("3.0.0").manifest).done).toBe(false);
		expect(world.update.ask("3.0.0").done).toBe(false);
		expect(world.update.wanted()).toBeUndefined();
	});
});

describe("installing", () => {
	test("waits until it is asked for, unless it is required", () => {
		const world = new UpdateWorld();
		const { image, manifest } = testUpdate("2.0.0");
		world.update.takeOffer(manifest);
		expect(world.update.install()).toEqual({ done: false, reason: "no update is due" });
		world.feed(image);
		expect(world.update.isDue).toBe(false);
		expect(world.update.ask("1.5.0").reason).toBe("version 1.5.0 is not offered, 2.0.0 is");
		expect(world.update.ask("2.0.0").done).toBe(true);
		expect(world.update.isDue).toBe(true);
	});

	test("does not take place once the offer's time has passed", () => {
		const world = new UpdateWorld();
		const { image, manifest } = testUpdate("2.0.0");
		world.update.takeOffer(manifest);
		world.feed(image);
		world.update.ask("");
		world.clock.advance(30 * DAY * 1000);
		expect(world.update.install()?.reason).toContain("its time has passed");
		expect(world.isRestarting).toBe(false);
	});

	test("never happens with a damaged state: nobody knows what is too old", () => {
		const world = new UpdateWorld();
		world.install("2.0.0");
		world.prove();
		world.disk.flip("update", 40);
		world.boot();
		expect(world.reports).toEqual(["the state of updates is damaged: no update is installed"]);
		expect(world.update.takeOffer(testUpdate("3.0.0").manifest).reason).toContain("have the terminal serviced");
	});
});

test("a power cut at every write leaves the old firmware or the new one, never none, and the update gets there", () => {
	const whole = new UpdateWorld();
	const from = whole.disk.operations;
	whole.install("2.0.0");
	whole.prove();
	const writes = whole.disk.operations - from;
	expect(writes).toBeGreaterThan(12);
	for (let cut = 0; cut < writes; cut++)
		for (const arrives of [
			() => 0,
			(unflushed: number) => Math.ceil(unflushed / 2),
			(unflushed: number) => unflushed,
		]) {
			const world = new UpdateWorld();
			world.disk.cutAfter(cut, arrives);
			const where = `cut at write ${cut}`;
			try {
				world.install("2.0.0");
				world.prove();
			} catch (error) {
				expect(error, where).toBeInstanceOf(PowerCut);
			}
			const version = world.boot();
			expect(["1.0.0", "2.0.0"], where).toContain(version);
			if (world.update.isOnTrial) {
				world.prove();
				expect(world.boot(), where).toBe("2.0.0");
			} else if (version === "1.0.0") {
				// A trial that lost its power has failed: it is offered anew.
				const changes = world.reports.length ? { issuedAt: NOON / 1000 + 1 } : {};
				expect(world.install("2.0.0", changes), where).toBe("2.0.0");
				world.prove();
				expect(world.boot(), where).toBe("2.0.0");
			}
			expect(world.update.isOnTrial, where).toBe(false);
			expect(world.update.integrity()?.actual, where).toEqual(world.update.integrity()?.expected);
		}
});
