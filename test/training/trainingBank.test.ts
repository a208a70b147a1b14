import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import type { HostConnection } from "../../src/ports.js";
import { TrainingBook } from "../../src/training/trainingBook.js";
import { TrainingBench } from "./trainingBench.js";

/** What goes to and from the training bank, as bytes, changed on the way. */
function tap(bench: TrainingBench, change: (bytes: Uint8Array) => Uint8Array): void {
	const { bank } = bench.training;
	const connect = bank.connect.bind(bank);
	bank.connect = async (): Promise<HostConnection> => {
		const connection = await connect();
		return { ...connection, send: bytes => connection.send(change(bytes)) };
	};
}

test.each([unionPay, generic87])(
	"in $name a request that was changed on its way is refused by its MAC",
	async profile => {
		const bench = new TrainingBench(nodeCrypto, profile);
		let isFirst = true;
		tap(bench, bytes => {
			if (!isFirst) return bytes;
			isFirst = false;
			const changed = bytes.slice();
			changed[changed.length - 1]! ^= 1;
			return changed;
		});
		const { outcome, bank } = await bench.training.terminal.sale(1250);
		expect(outcome).toBe("declined");
		expect(bank?.responseCode).toBe(profile.reversal.reasons.macError);
	},
);

test("a silent bank leaves a reversal owed, which is delivered when it speaks again", async () => {
	const bench = new TrainingBench(nodeCrypto);
	const { training } = bench;
	training.bank.behaviour = "silent";
	expect(await training.terminal.sale(1250)).toMatchObject({ outcome: "declined", reversal: "owed" });
	training.removeCard();
	training.bank.behaviour = "answers";
	expect(await training.terminal.sale(1250)).toMatchObject({ outcome: "approved" });
	training.removeCard();
	// It has counted the second alone.
	expect(await training.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
});

test("totals that differ are found, and uploaded", async () => {
	const bench = new TrainingBench(nodeCrypto);
	const { training } = bench;
	await training.terminal.sale(1250);
	training.removeCard();
	const asked: string[] = [];
	training.bank.onRequest = operation => asked.push(operation);
	// A bank that has lost its count.
	const agrees = TrainingBook.prototype.agrees;
	TrainingBook.prototype.agrees = () => false;
	try {
		await training.terminal.serve({ service: "settle" });
	} finally {
		TrainingBook.prototype.agrees = agrees;
	}
	expect(asked).toEqual(["settlement", "batchUpload", "batchUploadEnd"]);
});

test("the book counts each number once, takes back what is reversed, and compares sums and counts", () => {
	const book = new TrainingBook();
	const none = { count: 0, sumMinor: 0 };
	const totals = (count: number, sumMinor: number, credit = none) => ({
		local: { debit: { count, sumMinor }, credit },
		foreign: { debit: none, credit: none },
	});
	book.book("sale", { batch: 1, stan: 1, amountMinor: 500 });
	book.book("sale", { batch: 1, stan: 1, amountMinor: 500 });
	book.book("sale", { batch: 1, stan: 2, amountMinor: 300 });
	book.book("refund", { batch: 1, stan: 3, amountMinor: 100 });
	book.book("preAuthorisation", { batch: 1, stan: 4, amountMinor: 999 });
	const credit = { count: 1, sumMinor: 100 };
	expect(book.agrees(1, totals(2, 800, credit))).toBe(true);
	expect(book.agrees(1, totals(2, 800))).toBe(false);
	expect(book.agrees(1, totals(3, 800, credit))).toBe(false);
	expect(book.agrees(2, totals(0, 0))).toBe(true);
	expect(book.unbook(1, 2)).toBe(true);
	expect(book.unbook(1, 2)).toBe(false);
	expect(book.agrees(1, totals(1, 500, credit))).toBe(true);
	book.book("tip", { batch: 1, stan: 9, amountMinor: 550, original: { batch: 1, stan: 1 } });
	expect(book.agrees(1, totals(1, 550, credit))).toBe(true);
});
