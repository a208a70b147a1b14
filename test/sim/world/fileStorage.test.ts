import { mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FileStorage } from "../../../sim/world/fileStorage.js";
import { Journal } from "../../../src/journal/journal.js";
import { testSeal, transact } from "../../journal/testEntries.js";

let folder = "";
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "kassa-files-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const bytes = (...values: number[]) => Uint8Array.from(values);

test("keeps what is written, whole and in parts", () => {
	const storage = new FileStorage(folder);
	expect(storage.size("a")).toBeUndefined();
	storage.append("a", bytes(1, 2));
	storage.append("a", bytes(3));
	storage.flush("a");
	expect([storage.size("a"), storage.read("a", 1, 9)]).toEqual([3, bytes(2, 3)]);
	storage.truncate("a", 1);
	expect(storage.read("a", 0, 9)).toEqual(bytes(1));
	expect(() => storage.truncate("a", 5)).toThrow("a is shorter than 5 bytes");
	storage.replace("a", bytes(7, 8));
	storage.replace("b.000001", bytes(9));
	expect(new FileStorage(folder).read("a", 0, 9)).toEqual(bytes(7, 8));
	expect(storage.list().sort()).toEqual(["a", "b.000001"]);
	storage.remove("a");
	storage.remove("a");
	expect(storage.list()).toEqual(["b.000001"]);
});

test("nobody else may read the files", () => {
	const storage = new FileStorage(join(folder, "own"));
	storage.append("appended", bytes(1));
	storage.replace("replaced", bytes(1));
	for (const name of ["appended", "replaced"]) expect(statSync(join(folder, "own", name)).mode & 0o777).toBe(0o600);
	expect(statSync(join(folder, "own")).mode & 0o777).toBe(0o700);
});

test.each(["../a", "a/b", "", ".hidden", "a b"])("%j is no name", name => {
	const storage = new FileStorage(folder);
	expect(() => storage.append(name, bytes(1))).toThrow("not a plain file name");
	expect(readdirSync(folder)).toEqual([]);
});

describe("one sentence that says what to do:", () => {
	test("a full disk", () => {
		symlinkSync("/dev/full", join(folder, "a"));
		symlinkSync("/dev/full", join(folder, "b.part"));
		const storage = new FileStorage(folder);
		expect(() => storage.append("a", bytes(1))).toThrow(/^\S+\/a: the disk is full; make room on it$/);
		writeFileSync(join(folder, "b"), "old");
		expect(() => storage.replace("b", bytes(1))).toThrow("the disk is full; make room on it");
		expect(readdirSync(folder).sort()).toEqual(["a", "b"]);
		expect(storage.read("b", 0, 9)).toEqual(bytes(0x6f, 0x6c, 0x64));
	});

	test("a file that may not be written", () => {
		symlinkSync("/sys/kernel/notes", join(folder, "a"));
		expect(() => new FileStorage(folder).append("a", bytes(1))).toThrow(
			/^\S+\/a: it may not be opened; give this user the right to read and write it$/,
		);
	});
});

test("a journal lives in it, and begins anew where it ended", () => {
	const open = () => new Journal({ storage: new FileStorage(folder), seal: testSeal() });
	const journal = open();
	for (let i = 0; i < 40; i++) {
		transact(journal, { requestKey: `order-${i}` });
		journal.tidy(0);
	}
	const again = open();
	expect(again.byRequestKey("order-3")).toMatchObject({ stan: 4, state: "approved" });
	expect(again.nextStan()).toBe(41);
	expect(again.verify()).toEqual({ records: 81, damage: [] });
});
