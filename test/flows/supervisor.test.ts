import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import type { Operation } from "../../src/operation.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, PASSCODE, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

/** A terminal with something that the operation can be done to. */
async function prepared(operation: Operation) {
	const b = new SaleBench({ ...world, crypto: nodeCrypto });
	new Attendant(b);
	const order = async (first: Operation, more: object = {}) => {
		b.removeCard();
		return (await b.terminal.perform({ operation: first, amountMinor: 1_000, ...more })).invoice!;
	};
	if (operation === "saleVoid" || operation === "refund") return { b, invoice: await order("sale") };
	const preAuthorisation = await order("preAuthorisation");
	if (operation !== "completionVoid") return { b, invoice: preAuthorisation };
	return { b, invoice: await order("completion", { invoice: preAuthorisation }) };
}

describe.each(["saleVoid", "refund", "preAuthorisationVoid", "completionVoid"] as const)("%s", operation => {
	test.each([
		["the right passcode", [PASSCODE], "approved", 1],
		["a wrong one, then the right one", ["1111", PASSCODE], "approved", 2],
		["five wrong ones lock it", ["1111"], "declined", 5],
		["cancelled", ["cancel"], "declined", 1],
	] as const)("%s", async (_name, passcodes, status, asked) => {
		const { b, invoice } = await prepared(operation);
		const attendant = new Attendant(b, { passcodes });
		const before = b.bank.received.length;
		const result = await b.terminal.perform({ operation, amountMinor: 1_000, invoice });
		expect(result.status).toBe(status);
		expect(attendant.asked).toBe(asked);
		expect(b.bank.received.length - before).toBe(status === "approved" ? 1 : 0);
		if (asked < 5) return;
		expect(result.reason).toContain("locked");
		new Attendant(b);
		const locked = await b.terminal.perform({ operation, amountMinor: 1_000, invoice });
		expect(locked.reason).toContain("locked"); // also with the right one
		b.clock.advance(15 * 60_000 + 1);
		expect(await b.terminal.perform({ operation, amountMinor: 1_000, invoice })).toMatchObject({ status: "approved" });
	});

	test("an attendant who does not agree: nothing is asked of anybody", async () => {
		const { b, invoice } = await prepared(operation);
		const attendant = new Attendant(b, { agrees: false });
		const result = await b.terminal.perform({ operation, amountMinor: 1_000, invoice });
		expect(result).toMatchObject({ outcome: "cancelled", status: "declined", name: undefined });
		expect(attendant.asked).toBe(0);
	});
});

test("the refund by card: the money stays when the supervisor does not agree", async () => {
	const b = new SaleBench({ ...world, crypto: nodeCrypto });
	new Attendant(b, { passcodes: ["cancel"] });
	const result = await b.terminal.perform({ operation: "refund", amountMinor: 100 });
	expect(result).toMatchObject({ outcome: "cancelled", status: "declined" });
	expect(b.bank.received).toEqual([]);
	expect(b.terminal.result(b.terminal.journal.last()!)).toMatchObject({ outcome: "cancelled", status: "declined" });
});

/** Whoever has the medium sets the same passcode on a terminal of their own and copies it. */
function putForeignPasscode(b: SaleBench): void {
	const foreign = new SaleBench({ ...world, crypto: nodeCrypto, seed: 7 });
	void foreign.terminal;
	const name = "passcode-supervisor";
	b.disk.replace(name, foreign.disk.read(name, 0, foreign.disk.size(name)!));
}

test.each([
	["not set", (b: SaleBench) => b.disk.remove("passcode-supervisor"), "set one first"],
	["damaged", (b: SaleBench) => b.disk.flip("passcode-supervisor", 12), "have it set again"],
	["of another device", (b: SaleBench) => putForeignPasscode(b), "damaged or of another device: have it set again"],
])("a passcode that is %s approves nothing and says what to do", async (_name, spoil, sentence) => {
	const { b, invoice } = await prepared("saleVoid");
	spoil(b);
	const result = await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice });
	expect(result).toMatchObject({ status: "declined" });
	expect(result.reason).toContain(sentence);
});

test("no screen, log line or journal entry shows a passcode's digits", async () => {
	const { b, invoice } = await prepared("saleVoid");
	await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice });
	const passcodeScreens = b.screens.filter(({ name }) => name === "enterPasscode");
	expect(passcodeScreens.length).toBeGreaterThan(PASSCODE.length);
	for (const screen of passcodeScreens)
		expect(JSON.stringify(screen.items.filter(({ kind }) => kind === "text"))).not.toMatch(/[0-9]{2,}"?,"font/);
	expect(b.log.join("\n")).not.toContain(PASSCODE);
});
