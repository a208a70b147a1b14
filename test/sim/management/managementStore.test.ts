import { expect, test } from "vitest";
import { ManagementStore } from "../../../sim/management/managementStore.js";

const keys = (fill: number) => ({ signing: new Uint8Array(32).fill(fill), agreement: new Uint8Array(32).fill(fill) });

test("messages of a terminal are taken once; a device in its place counts anew, and only its own", () => {
	const store = new ManagementStore(":memory:");
	for (const id of ["KASSA001", "KASSA002"]) {
		store.enrol(id, keys(1));
		expect(store.receive(id, "journal", 500)).toBe(true);
	}
	expect([store.receive("KASSA001", "journal", 500), store.receive("KASSA001", "journal", 20)]).toEqual([false, false]);
	store.enrol("KASSA001", keys(1)); // the same device connects again
	expect(store.receive("KASSA001", "journal", 500)).toBe(false);
	store.enrol("KASSA001", keys(2));
	expect(store.receive("KASSA001", "journal", 20)).toBe(true);
	expect(store.receive("KASSA002", "journal", 20)).toBe(false);
	store.close();
});
