import { afterEach, expect, test, vi } from "vitest";

/** What of PC/SC is missing on this machine, and what a person then reads. pcscd itself: pcsc.test.ts. */
afterEach(() => {
	vi.doUnmock("koffi");
	vi.resetModules();
});

test("without the optional package koffi", async () => {
	vi.doMock("koffi", () => {
		throw new Error("Cannot find package 'koffi'");
	});
	await expect(openPcsc()).rejects.toMatchObject({
		name: "UserError",
		message: "the reader pcsc needs the package koffi: npm install koffi",
	});
});

test("without the library libpcsclite", async () => {
	const asked: string[] = [];
	const load = (name: string) => {
		asked.push(name);
		throw new Error(`${name}: cannot open shared object file: No such file or directory`);
	};
	vi.doMock("koffi", () => ({ default: { load }, load }));
	await expect(openPcsc()).rejects.toMatchObject({
		name: "UserError",
		message: "the reader pcsc needs libpcsclite.so.1: apt install pcscd libpcsclite1",
	});
	expect(asked).toEqual(["libpcsclite.so.1"]);
});

async function openPcsc(): Promise<unknown> {
	vi.resetModules();
	const { PcscReader } = await import("../../../sim/readers/pcscReader.js");
	return PcscReader.open();
}
