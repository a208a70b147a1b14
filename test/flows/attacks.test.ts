import { beforeAll, describe, expect, test } from "vitest";
import { checkScriptOrder } from "../../sim/bank/issuerScript.js";
import type { ContactCard } from "../../sim/card/contactCard.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex } from "../../src/bytes/hex.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-debit"))["unionpay-debit"]!;
});

const bench = (configuration: object = {}) =>
	new SaleBench({
		...world,
		configuration: { ...(world.configuration as object), ...configuration },
		crypto: nodeCrypto,
	});

describe("reversals", () => {
	// [MNY-REV-09]
	test("carry the data objects of their request", async () => {
		const b = bench();
		b.bank.failNext("silent");
		const first = await b.sale(100);
		b.removeCard();
		await b.sale(100);
		const sent = b.log.find(line => line.includes("> 0400"));
		expect(sent).toContain(`95=${formatHex(first.card!.tvr).slice(0, 8)}`);
		expect(sent).toMatch(/9F1E=4B41535341303031 9F10=0701[0-9A-F]+ 9F36=0001/);
	});

	// [MNY-NUM-01]
	test("a journal that was moved away begins a new batch: no old sale is taken for the new one", async () => {
		const b = bench();
		expect(await b.sale(100)).toMatchObject({ outcome: "approved", stan: 1 });
		for (const file of b.disk.list()) if (/^(journal|mirror|index)\./.test(file)) b.disk.remove(file);
		b.restart();
		expect(await b.sale(100)).toMatchObject({ outcome: "approved", stan: 1, reversal: "none" });
		expect(b.merchantMinor).toBe(200);
	});

	test("a journal that cannot be written after an approval: the next sale takes it back first", async () => {
		const b = bench();
		const append = b.disk.append.bind(b.disk);
		let full = 0;
		b.onScreen = screen => {
			if (screen.name === "contactingBank") full = 2; // the write, and the one again after the reserve was given up
		};
		b.disk.append = (name, bytes) => {
			if (full === 0) return append(name, bytes);
			full--;
			b.onScreen = undefined;
			throw new Error("no space left on device");
		};
		await expect(b.sale(100)).rejects.toThrow("no space left");
		b.removeCard();
		expect(await b.sale(200)).toMatchObject({ outcome: "approved" });
		expect(b.bank.received).toEqual(["0200", "0400", "0200"]);
		expect(b.merchantMinor).toBe(200);
	});
});

// [MNY-OFF-01]
test("no sale is approved without the issuer while nothing could tell the acquirer of it", async () => {
	const applications = (world.configuration as { applications: object[] }).applications;
	const lenient = {
		tacDenial: "0000000000",
		tacOnline: "0000000000",
		tacDefault: "0000000000",
		floorLimitMinor: 100_000,
	};
	const b = bench({ applications: applications.map(each => ({ ...each, ...lenient })) });
	b.bank.failNext("unreachable");
	expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: false });
});

// [MNY-ONE-02]
test("two sales at once: the second is refused, the first goes on", async () => {
	const b = bench();
	const first = b.sale(100);
	await expect(b.sale(200)).rejects.toThrow("the terminal is busy");
	expect(await first).toMatchObject({ outcome: "approved" });
});

/** Falls silent at the first command under secure messaging. */
class MuteInScript implements ContactCard {
	readonly #card: ContactCard;
	#isMute = false;
	#received: number[] = [];

	constructor(card: ContactCard) {
		this.#card = card;
	}

	reset(): Uint8Array {
		return this.#card.reset();
	}

	take(character: number): Uint8Array {
		this.#received.push(character);
		const header = this.#received.slice(-5);
		if (header[0] === 0x84 && header[1] === 0x24) this.#isMute = true;
		return this.#isMute ? new Uint8Array(0) : this.#card.take(character);
	}
}

// [EMV-SCR-07]
test("a card that leaves during a script after its TC: the sale stands, the script has failed", async () => {
	const b = bench();
	b.acquirer.orderScript(checkScriptOrder({ template: "72", commands: [{ command: "PIN UNBLOCK" }] }));
	b.wrapCard = card => new MuteInScript(card);
	const result = await b.sale(100);
	expect(result).toMatchObject({ outcome: "approved", reversal: "none" });
	expect(result.card!.tvr[4]! & 0x10).toBe(0x10);
	expect(b.merchantMinor).toBe(100);
});

test("the log shows no body of a command under secure messaging", async () => {
	const b = bench();
	b.acquirer.orderScript(checkScriptOrder({ template: "72", commands: [{ command: "PIN CHANGE", pin: "4321" }] }));
	await b.sale(100);
	expect(b.log.join("\n")).toMatch(/> 84240002\[\d+ bytes\] < 9000/);
});

// [PIN-ENT-04]
test("digits typed after a PIN entry that ended are nobody's: no amount, no screen shows them", async () => {
	const b = new SaleBench({ ...world, crypto: nodeCrypto, pins: [] });
	const running = b.terminal.run();
	const drawn = (name: string) => expect.poll(() => b.screenNames().at(-1)).toBe(name);
	await drawn("idle");
	for (const key of ["1", "0", "0", "enter"] as const) b.pressKey(key);
	await drawn("cancelled"); // this cardholder cancels at the PIN
	for (const key of ["9", "4", "3", "7"] as const) b.pressKey(key);
	b.removeCard();
	await drawn("idle");
	expect(JSON.stringify(b.screens)).not.toMatch(/9\.43|94\.37/);
	b.terminal.stop();
	b.clock.advance(60_000);
	await running;
});
