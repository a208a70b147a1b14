import { expect, test } from "vitest";
import { ManualClock } from "../../sim/world/manualClock.js";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { logZeroisation } from "../../src/monitor/logZeroisation.js";
import { Monitor } from "../../src/monitor/monitor.js";
import { Notices } from "../../src/monitor/notices.js";
import { testSeal } from "../journal/testEntries.js";

const AT = Date.UTC(2026, 10, 22, 4);

function world() {
	const ports = {
		...{ storage: new MemoryDisk(), seal: testSeal(), crypto: nodeCrypto, clock: new ManualClock(AT) },
		...{ log: { line: () => {} }, find: () => undefined, isOwnCard: () => false },
	};
	const notices = () => new Notices(ports, () => ({ number: 3, hash: "AB" }), false);
	return { ports, notices, monitor: (keysAreNew = false) => new Monitor({ ...ports, keysAreNew }, undefined) };
}

test("an opened terminal is told of once, when it has keys again, and with its place in the log", () => {
	const { ports, monitor } = world();
	monitor();
	logZeroisation(ports, { cause: "case", at: AT });
	const again = monitor(true);
	expect(again.notices.waiting).toMatchObject([
		{ kind: "alert", body: { alert: "tamper", text: "tamper (incident 1): case", entry: 1 } },
	]);
	expect(again.incidents.state.open).toEqual([]);
	again.notices.delivered(again.notices.next!.body.number);
	expect(monitor().notices.waiting).toEqual([]);
});

test.each([
	["removed", (disk: MemoryDisk) => disk.remove("notices")],
	["damaged", (disk: MemoryDisk) => disk.flip("notices", 30)],
])("what waited and was %s is missed once, and numbers go on above", (_, spoil) => {
	const { ports, monitor } = world();
	const first = monitor();
	first.notices.alert("fault", "nobody will hear of it");
	first.checked({ at: AT, results: [], blocking: [] });
	expect(monitor().notices.waiting).toHaveLength(2);
	spoil(ports.storage);
	const again = monitor();
	expect(again.notices.waiting).toMatchObject([{ kind: "alert", body: { alert: "noticesLost" } }]);
	expect(again.notices.next!.body.number).toBeGreaterThan(1_000_000);
	again.notices.delivered(again.notices.next!.body.number);
	expect(monitor().notices.waiting).toEqual([]);
});

test("what lasts is told when it begins, also across a restart, and again when it comes back", () => {
	const { notices } = world();
	const first = notices();
	for (let i = 0; i < 3; i++) first.lasting("storageFull", "the storage is full: settle");
	expect(notices().waiting).toHaveLength(1);
	notices().lasting("storageFull", "the storage is full: settle");
	expect(notices().waiting).toHaveLength(1);
	notices().lasting("storageFull", undefined);
	notices().lasting("storageFull", "the storage is full: settle");
	expect(notices().waiting).toHaveLength(2);
});

test("of too many the oldest reports go before any alert; numbers are never used twice", () => {
	const { notices } = world();
	const all = notices();
	all.alert("fault", "first");
	for (let i = 0; i < 40; i++) all.checkReport({ blocking: [], results: [String(i)] });
	all.alert("fault", "last");
	const { waiting } = notices();
	expect(waiting).toHaveLength(24);
	expect(waiting.filter(({ kind }) => kind === "alert").map(({ body }) => body.number)).toEqual([1, 42]);
	expect(all.next?.body.number).toBe(1);
});

test("a storage that takes nothing ends no sale: what is to be told is told from memory", () => {
	const { ports, notices } = world();
	const all = notices();
	ports.storage.capacityBytes = 0;
	all.alert("storageFull", "full");
	expect(all.next).toMatchObject({ body: { alert: "storageFull" } });
});
