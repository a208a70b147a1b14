import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { concat } from "../../src/bytes/bytes.js";
import type { ScreenName } from "../../src/display/screen.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { BALANCE_MINOR, makeSaleWorld } from "./saleWorld.js";

let worlds: Record<string, Omit<BenchOptions, "crypto">>;
const NAMES = ["unionpay-debit", "unionpay-online-pin", "expired", "blocked-application", "mute"];

beforeAll(async () => {
	worlds = await makeSaleWorld(...NAMES);
});

function bench(card = "unionpay-debit", more: Partial<BenchOptions> = {}): SaleBench {
	return new SaleBench({ ...worlds[card]!, crypto: nodeCrypto, ...more });
}

/** Does something when a screen is drawn for the first time. */
function when(b: SaleBench, name: ScreenName, act: () => void): void {
	let done = false;
	b.onScreen = screen => {
		if (done || screen.name !== name) return;
		done = true;
		act();
	};
}

const booked = (b: SaleBench) => b.merchantMinor;

describe("one sale, once through", () => {
	// [EMV-GAC-07]
	test("enciphered offline PIN, DDA, ARQC, ARPC, TC: approved, and the money is booked once", async () => {
		const b = bench();
		const result = await b.sale(1234);
		expect(result).toMatchObject({ outcome: "approved", online: true, reversal: "none", stan: 1 });
		expect(result.bank).toMatchObject({ responseCode: "00" });
		expect(result.card?.cvmResults).toEqual(Uint8Array.of(0x44, 0x03, 0x02));
		expect(booked(b)).toBe(1234);
		expect(b.entries.map(entry => entry.type)).toEqual(["opened", "sent", "closed"]);
		expect(b.screenNames().at(-1)).toBe("approved");
	});

	// [EMV-CVM-07]
	test("online PIN: the bank compares it; CVM results say that the terminal does not know", async () => {
		const result = await bench("unionpay-online-pin").sale(500);
		expect(result).toMatchObject({ outcome: "approved", online: true });
		expect(result.card?.cvmResults).toEqual(Uint8Array.of(0x42, 0x03, 0x00));
	});

	// [EMV-TRM-07]
	test("the merchant's wish to ask the issuer is a bit of the TVR", async () => {
		const result = await bench().sale(100, { merchantForcedOnline: true });
		expect(result.card!.tvr[3]! & 0x08).toBe(0x08);
	});

	test("a second sale has the next STAN and is booked beside the first", async () => {
		const b = bench();
		await b.sale(100);
		b.removeCard();
		expect(await b.sale(200)).toMatchObject({ outcome: "approved", stan: 2 });
		expect(booked(b)).toBe(300);
	});
});

// [MNY-NUM-02]
test.each([0, -1, 1.5, Number.NaN, 1_000_000_000])(
	"%s is no amount: refused before anything is written",
	async amountMinor => {
		const b = bench();
		await expect(b.sale(amountMinor)).rejects.toThrow("an amount is a whole number of minor units");
		expect(b.entries).toEqual([]);
	},
);

describe("declined, and nothing to take back", () => {
	// [MNY-REV-04]
	test("the bank refuses for want of money", async () => {
		const b = bench();
		const result = await b.sale(BALANCE_MINOR + 1);
		expect(result).toMatchObject({ outcome: "declined", online: true, reversal: "none" });
		expect(result.bank?.responseCode).toBe("51");
		expect(booked(b)).toBe(0);
	});

	// [EMV-CVM-11 MNY-REV-04]
	test("a wrong online PIN", async () => {
		const b = bench("unionpay-online-pin", { pins: ["4321"] });
		expect((await b.sale(100)).bank?.responseCode).toBe("55");
		expect(booked(b)).toBe(0);
	});

	// [EMV-RES-05]
	test("an expired card: the terminal takes note, the bank refuses", async () => {
		const b = bench("expired");
		const result = await b.sale(100);
		expect(result).toMatchObject({ outcome: "declined", reversal: "none" });
		expect(result.card!.tvr[1]! & 0x40).toBe(0x40);
		expect(result.bank?.responseCode).toBe("54");
		expect(booked(b)).toBe(0);
	});
});

describe("the card does not take part", () => {
	test.each([
		["blocked-application", "notAccepted"],
		["mute", "cardError"],
	])("%s: %s", async (card, outcome) => {
		const b = bench(card);
		expect(await b.sale(100)).toMatchObject({ outcome, online: false, reversal: "none" });
		expect(b.bank.received).toEqual([]);
	});

	// [EMV-PIN-04]
	test("wrong PIN, then the right one", async () => {
		const b = bench("unionpay-debit", { pins: ["1111", "1234"] });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(b.screenNames()).toContain("pinIncorrect");
	});

	// [EMV-PIN-11]
	test("three wrong PINs block the PIN: the card is then used with what its list still allows", async () => {
		const b = bench("unionpay-debit", { pins: ["1111"] });
		const result = await b.sale(100);
		expect(result.card!.tvr[2]! & 0x20).toBe(0x20); // PIN try limit exceeded
		expect(result.outcome).toBe("declined");
		expect(booked(b)).toBe(0);
	});

	test("cancelled at the PIN and before the card", async () => {
		const b = bench("unionpay-debit", { pins: [] });
		expect(await b.sale(100)).toMatchObject({ outcome: "cancelled", reversal: "none" });
		const c = bench("mute");
		when(c, "insertCard", () => c.pressKey("cancel"));
		expect(await c.sale(100)).toMatchObject({ outcome: "cancelled", online: false });
	});

	// [EMV-END-01 MNY-REV-06]
	test("pulled at every byte of the dialogue: never approved unbooked, never booked without a reversal", async () => {
		const whole = bench();
		await whole.sale(100);
		const bytes = whole.slot.characters;
		expect(bytes).toBeGreaterThan(1000);
		let reversals = 0;
		for (let n = 0; n < bytes; n += 7) {
			const b = bench();
			when(b, "pleaseWait", () => b.slot.pullAfter(n));
			const result = await b.sale(100);
			if (result.outcome === "approved") throw new Error(`approved though pulled after ${n} bytes`);
			expect(["cardRemoved", "declined"]).toContain(result.outcome);
			expect(result.reversal === "owed", `after ${n} bytes`).toBe(booked(b) !== 0);
			if (result.reversal !== "owed") continue;
			reversals++;
			await b.sale(100);
			expect(b.bank.received.slice(0, 2)).toEqual(["0200", "0400"]);
			expect(booked(b)).toBe(100); // the pulled one given back, the second one booked
		}
		expect(reversals).toBeGreaterThan(0);
	});
});

describe("the line and the bank", () => {
	// [EMV-TAA-05 MNY-REV-05]
	test("not reachable: nothing was sent, nothing is owed, the default codes decline", async () => {
		const b = bench();
		b.bank.failNext("unreachable");
		const result = await b.sale(100);
		expect(result).toMatchObject({ outcome: "declined", online: false, reversal: "none" });
		expect(b.entries.map(entry => entry.type)).toEqual(["opened", "sent", "closed"]);
	});

	// [MNY-REV-01 MNY-REV-02 MNY-REV-07]
	test("no reply: declined, the reversal is owed, journalled before sending and delivered before the next sale", async () => {
		const b = bench();
		b.bank.failNext("silent");
		expect(await b.sale(100)).toMatchObject({ outcome: "declined", online: true, reversal: "owed" });
		expect(b.entries.map(entry => entry.type)).toEqual(["opened", "sent", "reversalOwed", "closed"]);
		expect(booked(b)).toBe(100);
		b.removeCard();
		expect(await b.sale(300)).toMatchObject({ outcome: "approved", stan: 2 });
		expect(b.bank.received).toEqual(["0200", "0400", "0200"]);
		expect(booked(b)).toBe(300);
	});

	// [HST-ANS-03]
	test("a late reply is not taken for the answer to anything else", async () => {
		const b = bench();
		b.bank.failNext("lateReply");
		expect(await b.sale(100)).toMatchObject({ outcome: "declined", reversal: "owed" });
		b.removeCard();
		expect(await b.sale(300)).toMatchObject({ outcome: "approved" });
		expect(booked(b)).toBe(300);
	});

	// [MNY-REV-07 MNY-REV-08]
	test("while the reversal cannot be delivered there is no next sale, and it stays owed", async () => {
		const b = bench();
		b.bank.failNext("silent");
		await b.sale(100);
		b.removeCard();
		b.bank.failNext("unreachable");
		expect(await b.sale(300)).toMatchObject({ outcome: "declined", reversal: "owed", stan: undefined });
		expect(b.bank.received).toEqual(["0200"]);
		expect(await b.sale(300)).toMatchObject({ outcome: "approved" });
		expect(booked(b)).toBe(300);
	});

	// [HST-MAC-01 MNY-REV-03]
	test("any one byte of the answer altered: never approved, taken back before the next sale", async () => {
		let length = 0;
		const probe = bench();
		probe.bank.onAnswer = answer => {
			length = answer.length;
			return answer;
		};
		await probe.sale(100);
		expect(length).toBeGreaterThan(80);
		for (let at = 0; at < length; at++) {
			const b = bench();
			b.bank.onAnswer = answer => answer.map((byte, i) => (i === at ? byte ^ 0x01 : byte));
			const result = await b.sale(100);
			expect(result.outcome, `byte ${at}`).toBe("declined");
			expect(result.reversal, `byte ${at}`).toBe("owed");
			b.bank.onAnswer = undefined;
			b.removeCard();
			await b.sale(100);
			expect(booked(b), `byte ${at}`).toBe(100);
		}
	});
});

describe("power", () => {
	// [MNY-REV-01 MNY-PWR-01]
	test("cut between send and reply: the next boot owes the reversal and delivers it before the next sale", async () => {
		const b = bench();
		b.bank.failNext("powerCut");
		b.bank.onPowerCut = () => b.disk.cutAfter(0);
		await expect(b.sale(100)).rejects.toThrow("power");
		expect(booked(b)).toBe(100);
		b.restart();
		expect(b.entries.slice(-2).map(entry => entry.type)).toEqual(["reversalOwed", "closed"]);
		expect(await b.sale(300)).toMatchObject({ outcome: "approved", stan: 2 });
		expect(b.bank.received).toEqual(["0200", "0400", "0200"]);
		expect(booked(b)).toBe(300);
	});

	// [MNY-PWR-02]
	test("cut at every write of a sale: after the next sale the bank holds exactly what was approved", async () => {
		const whole = bench();
		whole.terminal;
		const before = whole.disk.operations;
		let writes = 0;
		whole.onScreen = () => {
			writes = whole.disk.operations - before; // what comes after the last screen nobody waits for
		};
		await whole.sale(100);
		expect(writes).toBe(5); // eight PIN entries counted ahead, and two records, each written and flushed
		for (let n = 0; n < writes; n++) {
			const b = bench();
			b.terminal;
			b.disk.cutAfter(n);
			await expect(b.sale(100), `write ${n}`).rejects.toThrow("power");
			b.restart();
			const result = await b.sale(300);
			expect(result.outcome, `write ${n}`).toBe("approved");
			const first = b.entries.find(entry => entry.type === "closed" && entry.stan === 1);
			const kept = result.stan === 2 && first?.type === "closed" && first.outcome === "approved" ? 100 : 0;
			expect(booked(b), `write ${n}`).toBe(300 + kept);
		}
	});
});

// [SEC-01 SEC-02]
describe("secrets", () => {
	test("no log line, journal byte, screen or reason holds the PIN or the whole card number", async () => {
		const b = bench("unionpay-online-pin", {
			pins: ["135790"],
			account: { ...worlds["unionpay-online-pin"]!.account, pin: "135790" },
		});
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		const { pan } = worlds["unionpay-online-pin"]!.account;
		const journal = concat(...b.disk.list().map(name => b.disk.read(name, 0, b.disk.size(name)!)));
		const texts = [
			JSON.stringify(b.decisions),
			b.log.join("\n"),
			JSON.stringify(b.screens),
			Buffer.from(journal).toString("latin1"),
			Buffer.from(journal).toString("hex"),
		];
		for (const text of texts) {
			expect(text).not.toContain(pan);
			expect(text).not.toContain("135790");
		}
	});
});
