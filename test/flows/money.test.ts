import { beforeAll, describe, expect, test } from "vitest";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex } from "../../src/bytes/hex.js";
import { MOST_REVERSAL_TRIES } from "../../src/flows/deliverOwed.js";
import { decodeMessage } from "../../src/host/iso8583/message.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { Attendant } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld, oneRound } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

const terminalId = TEST_TERMINAL_IDS.commandLine;

function bench(profile: HostProfile) {
	const b = new SaleBench({ ...world, crypto: nodeCrypto, profile });
	new Attendant(b);
	return b;
}

/** What each message has under keys of its own; the bank compares the card number in it with the request's. */
const OF_KEYS = ["mac", "mac2", "keySerialNumber", "protectedCardData"];

/** Fields of each reversal that arrived, without its MAC and key serial number. */
function watchReversals(b: SaleBench): string[] {
	const seen: string[] = [];
	const handle = b.acquirer.handle.bind(b.acquirer);
	b.acquirer.handle = bytes => {
		const message = decodeMessage(b.profile.message, bytes);
		if (message.messageType === "0400") {
			const names = b.profile.message.fields;
			const kept = Object.entries(message.fields).filter(([number]) => !OF_KEYS.includes(names[Number(number)]!.name));
			seen.push(JSON.stringify(kept, (_key, value) => (value instanceof Uint8Array ? formatHex(value) : value)));
		}
		return handle(bytes);
	};
	return seen;
}

describe.each([
	["unionPay", unionPay],
	["generic87", oneRound(generic87)],
] as const)("%s", (_name, profile) => {
	// [MNY-REV-07 MNY-REV-08 MNY-REV-09]
	test("a reversal is the same message with each try, is kept however often it fails, and goes before the next sale", async () => {
		const b = bench(profile);
		const seen = watchReversals(b);
		b.bank.failNext("silent");
		await b.sale(100);
		for (let n = 0; n < 7; n++) {
			b.removeCard();
			b.bank.faults.arm({ fault: "noReply", count: 1 });
			b.clock.advance(3_600_000);
			const result = await b.sale(200);
			expect(result).toMatchObject({ status: "declined", reversal: "owed", name: undefined });
			if (n + 1 >= MOST_REVERSAL_TRIES) expect(result.reason).toContain("call the acquirer");
			if (n === 3) {
				b.restart();
				new Attendant(b);
			}
		}
		expect(new Set(seen).size).toBe(1);
		expect(seen.length).toBe(7);
		expect(b.terminal.journal.owed()).toMatchObject([{ kind: "reversal", stan: 1, attempts: 7 }]);
		expect(JSON.stringify(b.screens.at(-1))).toContain("Call the acquirer");
		b.removeCard();
		expect(await b.sale(200)).toMatchObject({ outcome: "approved" });
		expect(seen.length).toBe(8);
		expect(b.merchantMinor).toBe(200);
		expect(b.terminal.journal.owed()).toEqual([]);
	});

	// [MNY-REV-08]
	test("a bank that keeps refusing a reversal is told after five tries, sales go on, and it stays owed", async () => {
		const b = bench(profile);
		b.bank.failNext("silent");
		await b.sale(100);
		b.books.reverse = () => {
			throw new Error("not reached");
		};
		const transaction = b.books.transaction.bind(b.books);
		// To this bank the original is another one.
		b.books.transaction = key => {
			const found = transaction(key);
			return found && key.stan === 1 ? { ...found, amountMinor: found.amountMinor + 1 } : found;
		};
		for (let n = 1; n < MOST_REVERSAL_TRIES; n++) {
			b.removeCard();
			expect(await b.sale(200)).toMatchObject({ status: "declined", name: undefined });
		}
		expect(b.books.terminal(terminalId).status).toBeUndefined();
		b.removeCard();
		expect(await b.sale(200)).toMatchObject({ outcome: "approved" });
		expect(b.books.terminal(terminalId).status).toMatch(/^REVERSAL 1\/1 NOT DONE AFTER 5 TRIES/);
		expect(b.log.join("\n")).toContain("call the acquirer");
		expect(b.terminal.journal.owed()).toMatchObject([{ kind: "reversal", stan: 1, attempts: MOST_REVERSAL_TRIES }]);
		expect(b.terminal.monitor.notices.waiting).toMatchObject([{ kind: "alert", body: { alert: "reversalStuck" } }]);
		expect(b.terminal.result(b.terminal.journal.byInvoice(1)!).status).toBe("pending");
		const problem = b.entries.filter(entry => entry.type === "attempt").map(entry => entry.problem);
		expect(new Set(problem)).toEqual(new Set(["refused"]));
	});

	test("two flushes of an online sale, the second before anybody sees its end", async () => {
		const b = bench(profile);
		await b.sale(100); // keys of DUKPT are paid for in advance
		b.removeCard();
		const before = b.disk.flushes;
		const flushes: Record<string, number> = {};
		b.onScreen = screen => {
			flushes[screen.name] = b.disk.flushes - before;
		};
		expect(await b.sale(200)).toMatchObject({ outcome: "approved" });
		expect(flushes).toMatchObject({ insertCard: 0, contactingBank: 1, approved: 2 });
	});

	// [MNY-ONE-01]
	test("the same request key never charges again, also after a restart and after a power cut", async () => {
		const b = bench(profile);
		const order = { operation: "sale", amountMinor: 100, requestKey: "till-1/4711" } as const;
		const first = await b.terminal.perform(order);
		const { operation, outcome, status, amountMinor, name, invoice, bank, reversal } = first;
		const same = { operation, outcome, status, amountMinor, name, invoice, bank, reversal };
		expect(await b.terminal.perform(order)).toMatchObject(same);
		b.restart();
		new Attendant(b);
		expect(await b.terminal.perform(order)).toMatchObject(same);
		expect(b.merchantMinor).toBe(100);
		b.bank.failNext("powerCut");
		b.bank.onPowerCut = () => b.disk.cutAfter(0);
		const second = { ...order, requestKey: "till-1/4712" };
		await expect(b.terminal.perform(second)).rejects.toThrow("power");
		b.restart();
		new Attendant(b);
		expect(await b.terminal.perform(second)).toMatchObject({ status: "pending", reversal: "owed" });
		await b.terminal.serve({ service: "deliver" });
		expect(await b.terminal.perform(second)).toMatchObject({ status: "reversed" });
		expect(b.merchantMinor).toBe(100);
		const declined = { ...order, amountMinor: 999_999, requestKey: "till-1/4713" };
		expect(await b.terminal.perform(declined)).toMatchObject({ status: "declined" });
		const asked = b.bank.received.length;
		expect(await b.terminal.perform(declined)).toMatchObject({ status: "declined" });
		expect(b.bank.received.length).toBe(asked);
	});

	// [MNY-NUM-01]
	test("STANs begin anew in a batch of their own; no name is given twice", async () => {
		const b = bench(profile);
		b.terminal.journal.append({ type: "stansTaken", upTo: 999_998 });
		b.restart();
		new Attendant(b);
		const names: string[] = [];
		for (let n = 0; n < 3; n++) {
			b.removeCard();
			const { name, outcome } = await b.sale(100);
			expect(outcome).toBe("approved");
			names.push(`${name!.batch}/${name!.stan}`);
			await b.terminal.serve({ service: "echo" });
		}
		expect(new Set(names).size).toBe(3);
		expect(b.merchantMinor).toBe(300);
		expect(b.terminal.journal.batch).toBe(2);
	});
});
