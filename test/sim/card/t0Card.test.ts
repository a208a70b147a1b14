import { beforeAll, expect, test } from "vitest";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import { T0Card } from "../../../sim/card/t0Card.js";
import { VirtualCard } from "../../../sim/card/virtualCard.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { activeSlot, exchange, makeCards, nodeRandom } from "./testCards.js";

let debit: Personalisation;
let blocked: Personalisation;
beforeAll(async () => {
	({
		cards: { "unionpay-debit": debit, "blocked-application": blocked },
	} = await makeCards("unionpay-debit", "blocked-application"));
});

const PSE_NAME = "315041592E5359532E4444463031";

test("the answer to reset is the basic one of EMV for T=0, then the card's name", () => {
	const card = new T0Card(new VirtualCard({ personalisation: debit, crypto: nodeCrypto, random: nodeRandom }));
	expect(formatHex(card.reset())).toBe("3B650000" + "4B41535341");
});

test("SELECT, case 4: the card asks for the body, offers its data and gives them to GET RESPONSE", async () => {
	const slot = await activeSlot(debit);
	expect(await exchange(slot, "00A404000E")).toBe("A4");
	expect(await exchange(slot, PSE_NAME)).toBe("6122");
	expect(await exchange(slot, "00C0000022")).toBe(
		`C0${"6F20" + "840E"}${PSE_NAME}A50E${"880101" + "5F2D047A68656E" + "9F110101"}9000`,
	);
	expect(await exchange(slot, "00C0000022")).toBe("6985");
});

test("the body may come in pieces", async () => {
	const slot = await activeSlot(debit);
	await exchange(slot, "00A404000E");
	expect(await exchange(slot, PSE_NAME.slice(0, 10))).toBe("");
	expect(await exchange(slot, PSE_NAME.slice(10))).toBe("6122");
});

test("GET RESPONSE of part of the data leaves the rest, of too much names the length", async () => {
	const slot = await activeSlot(debit);
	await exchange(slot, "00A404000E");
	await exchange(slot, PSE_NAME);
	expect(await exchange(slot, "00C0000000")).toBe("6C22");
	expect(await exchange(slot, "00C0010022")).toBe("6A86");
	expect(await exchange(slot, "00C0000002")).toBe("C06F206120");
	expect(await exchange(slot, "00C0000004")).toBe("C0840E3150611C");
	expect(await exchange(slot, "00B2010C00")).toMatch(/^6C/);
	expect(await exchange(slot, "00C000001C")).toBe("6985");
});

test("READ RECORD, case 2: 6C names the length, the same command with it brings the record", async () => {
	const slot = await activeSlot(debit);
	await exchange(slot, "00A404000E");
	await exchange(slot, PSE_NAME);
	const record = debit.pse!.files[0]!.records[0]!;
	const length = formatHex(Uint8Array.of(record.length / 2));
	expect(await exchange(slot, "00B2010C00")).toBe(`6C${length}`);
	expect(await exchange(slot, "00B2010C01")).toBe(`6C${length}`);
	expect(await exchange(slot, `00B2010C${length}`)).toBe(`B2${record}9000`);
	expect(await exchange(slot, "00B2020C00")).toBe("6A83");
	expect(await exchange(slot, "00B2011400")).toBe("6A82");
});

test("a blocked application answers with a warning, and its FCI without 61", async () => {
	const slot = await activeSlot(blocked);
	expect(await exchange(slot, "00A4040008")).toBe("A4");
	expect(await exchange(slot, "A000000333010101")).toBe("6283");
	const { fci } = blocked.applications[0]!;
	const length = formatHex(Uint8Array.of(fci.length / 2));
	expect(await exchange(slot, "00C0000000")).toBe(`6C${length}`);
	expect(await exchange(slot, `00C00000${length}`)).toBe(`C0${fci}9000`);
});

test("a command that takes its time is announced by NULL", async () => {
	const slot = await activeSlot({ ...debit, nullBytes: 3 });
	await exchange(slot, "00A4040008");
	await exchange(slot, "A000000333010101");
	await exchange(slot, "80A8000007");
	await exchange(slot, "83050156E0B0C8");
	expect(await exchange(slot, "0088000004")).toBe("88");
	expect(await exchange(slot, "A1B2C3D4")).toBe("606060" + "6193");
});

test.each([
	["00A2000000", "6D00"],
	["90A4040000", "6E00"],
	["80A4040000", "6E00"],
	["00A4000002", "A4"],
	["80C0000010", "6E00"],
])("header %s is answered by %s", async (header, expected) => {
	expect(await exchange(await activeSlot(debit), header)).toBe(expected);
});

test("a reset in the middle of a command begins anew", async () => {
	const slot = await activeSlot(debit);
	await exchange(slot, "00A404000E");
	await exchange(slot, PSE_NAME.slice(0, 10));
	await slot.warmReset();
	expect(formatHex(await slot.receive(33, 9600))).toBe(debit.atr);
	expect(await exchange(slot, "00A404000E")).toBe("A4");
});
