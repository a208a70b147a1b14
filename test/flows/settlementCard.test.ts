import { beforeAll, describe, expect, test } from "vitest";
import { CardInterface } from "../../sim/card/cardInterface.js";
import type { CardState } from "../../sim/card/cardMemory.js";
import { cardProfile } from "../../sim/card/cardProfiles.js";
import { VirtualCard } from "../../sim/card/virtualCard.js";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { testBindingClaims } from "../../sim/world/testBinding.js";
import { maskPan } from "../../src/bytes/pan.js";
import { Attendant } from "./attendant.js";
import type { BenchOptions, SaleBench } from "./bench.js";
import { BindWorld, SERIAL } from "./bindWorld.js";
import { makeSaleWorldOf } from "./saleWorld.js";

const FIRST = "unionpay-online-pin";
const SECOND_PAN = "6221268000000000995";
const LIMITS = { perTransactionMinor: 50_000, refundMinor: 1_000 };
const NOT_THE_CARD = "the card is not the merchant's: use the card of the merchant's account";
const unused = { serial: SERIAL, signingKey: new Uint8Array(32), agreementKey: new Uint8Array(32) };
const { fees: FEES } = testBindingClaims(unused, Date.UTC(2026, 10, 22, 4) / 1000);

let cards: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	const first = cardProfile(FIRST)!;
	const second = { ...first, name: "second", account: { ...first.account, pan: SECOND_PAN } };
	cards = await makeSaleWorldOf([first, second]);
}, 60_000);

/** Bound with the first of two cards of one merchant, with a sale to give money back for. */
async function bound() {
	const { account } = cards[FIRST]!;
	const second = { ...cards.second!.account, holder: account.holder };
	const managementLink = { connect: () => Promise.reject(new Error("no broker")) };
	const terms = { fees: [FEES] };
	const w = new BindWorld(cards[FIRST]!, {
		merchant: { limits: LIMITS },
		terms,
		bench: { otherAccounts: [second], managementLink },
	});
	const { bench: b } = w;
	new Attendant(b);
	expect(await b.terminal.bind(w.code())).toMatchObject({ done: true });
	b.removeCard();
	const { invoice, outcome } = await b.sale(5_000);
	expect(outcome).toBe("approved");
	b.removeCard();
	const firstCard = b.insertCard.bind(b);
	let state: CardState | undefined;
	const secondCard = () => {
		const { personalisation } = cards.second!;
		const onStateChange = (next: CardState) => {
			state = next;
		};
		const random = new SeededRandom(5);
		b.slot.insert(
			new CardInterface(new VirtualCard({ personalisation, crypto: nodeCrypto, random, state, onStateChange })),
		);
	};
	takesCardOut(b);
	return {
		...{ w, b, terms, account },
		/** Which card the persons put in from now on. */
		use(which: "first" | "second") {
			b.removeCard();
			b.insertCard = which === "first" ? firstCard : secondCard;
		},
		refund: () => b.terminal.perform({ operation: "refund", amountMinor: 2_000, invoice }),
	};
}

/** The merchant takes the card out when the desk has seen it; not in a ceremony, which goes on with it. */
function takesCardOut(b: SaleBench): void {
	const { onScreen } = b;
	b.onScreen = screen => {
		onScreen?.(screen);
		if (screen.name === "contactingBank" && b.slot.present) void Promise.resolve().then(() => b.removeCard());
	};
}

describe("another card of the same merchant, genuine and with its PIN, is not the binding's:", () => {
	test("no refund above the limit", async () => {
		const a = await bound();
		const money = a.b.merchantMinor;
		a.use("second");
		expect(await a.refund()).toMatchObject({ outcome: "declined", reason: NOT_THE_CARD });
		expect(a.b.merchantMinor).toBe(money);
		a.use("first");
		expect(await a.refund()).toMatchObject({ outcome: "approved" });
	});

	test("no release from lock", async () => {
		const { b, use } = await bound();
		b.terminal.monitor.lock("fraud desk", "test", "400 123");
		b.terminal.monitor.give("bank", "fraud desk");
		use("second");
		expect(await b.sale(100)).toMatchObject({ status: "declined", reason: NOT_THE_CARD });
		expect(b.terminal.monitor.locked).toMatchObject({ missing: ["merchant"] });
	});

	test("no backup", async () => {
		const { b, use } = await bound();
		use("second");
		expect(await b.terminal.backUp()).toEqual({ done: false, reason: NOT_THE_CARD });
		use("first");
		expect(await b.terminal.backUp()).toMatchObject({ done: true });
	});

	test("no new fees", async () => {
		const { b, use, terms } = await bound();
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
		terms.fees.push({ ...FEES, version: 2 });
		await b.terminal.refreshBinding();
		use("second");
		expect(await b.terminal.acceptFees()).toEqual({ done: false, reason: NOT_THE_CARD });
		expect(b.terminal.binding.offer).toBeDefined();
		use("first");
		expect(await b.terminal.acceptFees()).toMatchObject({ done: true });
	});
});

describe("the settlement card is changed in a ceremony", () => {
	test("with the new card, after a settlement; from then on it is the second factor, and the old one is not", async () => {
		const { w, b, use, refund, account } = await bound();
		const { certificate, kept } = b.terminal.binding;
		expect(certificate!.settlementCard.masked).toBe(maskPan(account.pan));
		use("second");
		expect(await b.terminal.bind(w.code())).toMatchObject({ done: false, code: "settleFirst" });
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
		b.removeCard();
		expect(await b.terminal.bind(w.code())).toMatchObject({ done: true });
		const { certificate: next, kept: nextKept } = b.terminal.binding;
		expect(next!.settlementCard.masked).toBe(maskPan(SECOND_PAN));
		expect(next!.settlementCard.token).not.toEqual(certificate!.settlementCard.token);
		expect(nextKept!.cardLink).not.toEqual(kept!.cardLink);
		expect(next!.merchant).toEqual(certificate!.merchant);
		expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toMatchObject({
			bindingNumber: next!.subject,
			pan: SECOND_PAN,
		});
		use("first");
		expect(await b.terminal.backUp()).toEqual({ done: false, reason: NOT_THE_CARD });
		use("second");
		expect(await b.terminal.backUp()).toMatchObject({ done: true });
		const balance = (pan: string) => b.books.balanceMinor(pan);
		const [first, second] = [balance(account.pan), balance(SECOND_PAN)];
		expect(await refund()).toMatchObject({ outcome: "approved" });
		expect([balance(account.pan), balance(SECOND_PAN)]).toEqual([first + 2_000, second]); // the sale was with the first
	});

	test("not to a card of somebody else: the old one stays", async () => {
		const { w, b, use, account } = await bound();
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
		const card = b.books.card.bind(b.books);
		b.books.card = pan => (pan === SECOND_PAN ? { ...card(pan)!, holder: "Somebody else" } : card(pan));
		use("second");
		expect(await b.terminal.bind(w.code())).toMatchObject({ done: false, code: "notOwner" });
		expect(b.terminal.binding.certificate!.settlementCard.masked).toBe(maskPan(account.pan));
		use("first");
		expect(await b.terminal.backUp()).toMatchObject({ done: true });
	});
});

describe("the merchant accepts the fees that were shown, and no others:", () => {
	test("terms that have changed between the offer and the card are refused, and the old ones count", async () => {
		const { w, b, terms } = await bound();
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
		b.removeCard();
		const shown = { ...FEES, version: 2, rules: [{ ...FEES.rules[0]!, ratePpm: 7_000 }] };
		terms.fees.push(shown);
		await b.terminal.refreshBinding();
		const before = b.terminal.feeLines();
		terms.fees.push({ ...FEES, version: 3, rules: [{ ...FEES.rules[0]!, ratePpm: 90_000 }] });
		expect(await b.terminal.acceptFees()).toEqual({ done: false, reason: "it took too long: begin again" });
		expect(b.terminal.feeLines()).toEqual(before);
		expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toMatchObject({ feeVersion: 1 });
		await b.terminal.refreshBinding();
		b.removeCard();
		expect(await b.terminal.acceptFees()).toMatchObject({ done: true, reason: expect.stringContaining("version 3") });
		expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toMatchObject({ feeVersion: 3 });
	});

	test("a version of the same number with other rates is not the one that was shown", async () => {
		const { w, b, terms } = await bound();
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
		b.removeCard();
		terms.fees.push({ ...FEES, version: 2, rules: [{ ...FEES.rules[0]!, ratePpm: 7_000 }] });
		await b.terminal.refreshBinding();
		terms.fees[1] = { ...FEES, version: 2, rules: [{ ...FEES.rules[0]!, ratePpm: 90_000 }] };
		expect(await b.terminal.acceptFees()).toMatchObject({ done: false });
		expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toMatchObject({ feeVersion: 1 });
	});
});
