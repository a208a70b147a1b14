import { checkScriptOrder } from "../../../sim/bank/issuerScript.js";
import type { Order } from "../../../src/flows/order.js";
import { generic87 } from "../../../src/host/profiles/generic87.js";
import type { HostProfile } from "../../../src/host/profiles/hostProfile.js";
import type { CutWorld } from "./cutWorld.js";

/** What a flow's card is made to do. */
export type KitCard = "plain" | "onlinePin" | "offlinePin" | "wantsAdvice";

export interface MoneyFlow {
	readonly name: string;
	/** A plain card without PIN unless named. */
	readonly card?: KitCard;
	/** unionPay when absent. */
	readonly profile?: HostProfile;
	/** The terminal may approve by itself. */
	readonly offline?: boolean;
	/** What has happened before; it is not cut. */
	readonly before?: (w: CutWorld) => Promise<unknown>;
	/** @returns how it ended. Asked for again after the cut, with the same request key. */
	readonly run: (w: CutWorld) => Promise<string>;
	/** What `run` returns when nothing is cut. */
	readonly ends: string;
}

const order = (w: CutWorld, what: Order) => w.perform({ requestKey: "the order", ...what });
const run = (what: Order) => async (w: CutWorld) => (await order(w, what)).status;
const sale = (amountMinor: number, more: Partial<Order> = {}): Order => ({ operation: "sale", amountMinor, ...more });
const earlier =
	(...orders: readonly Order[]) =>
	async (w: CutWorld) => {
		for (const each of orders) {
			const { status, reason } = await w.perform(each);
			if (status !== "approved") throw new Error(`${each.operation} before the cut: ${status}, ${reason}`);
		}
	};
const inTrouble = async (w: CutWorld, trouble: CutWorld["trouble"], what: Order) => {
	w.trouble = trouble;
	const { status } = await w.perform(what);
	w.trouble = undefined;
	return status;
};
const withDelivery = (what: Order) => async (w: CutWorld) =>
	`${(await order(w, what)).status}, ${await w.serve({ service: "deliver" })}`;
const refund = (amountMinor: number, more: Partial<Order> = {}): Order => ({
	operation: "refund",
	amountMinor,
	...more,
});
const hold: Order = { operation: "preAuthorisation", amountMinor: 10_000 };
const settle = (w: CutWorld) => w.serve({ service: "settle" });

/** Every flow in which money, or what is owed about it, can move. */
export const MONEY_FLOWS: readonly MoneyFlow[] = [
	{ name: "sale approved", run: run(sale(1_234)), ends: "approved" },
	{ name: "sale with offline PIN", card: "offlinePin", run: run(sale(1_234)), ends: "approved" },
	{ name: "sale with online PIN", card: "onlinePin", run: run(sale(1_234)), ends: "approved" },
	{
		name: "sale declined",
		before: async w => w.bench.desk.scenarios.order("do not honour", undefined, 1),
		run: run(sale(1_234)),
		ends: "declined",
	},
	{
		name: "sale without an answer",
		run: w => inTrouble(w, "silent", sale(1_234, { requestKey: "the order" })),
		ends: "pending",
	},
	{
		name: "next sale while a reversal is owed",
		before: w => inTrouble(w, "silent", sale(777)),
		run: run(sale(1_234)),
		ends: "approved",
	},
	{
		name: "start after a power cut, and the next sale",
		before: w => w.cutDuring("bank has acted", sale(777)),
		run: async w => {
			w.bench.restart();
			return (await order(w, sale(1_234))).status;
		},
		ends: "approved",
	},
	{
		name: "sale approved offline, and its upload",
		card: "offlinePin",
		offline: true,
		before: earlier(sale(100)),
		run: withDelivery(sale(2_345)),
		ends: "approved, done",
	},
	{
		name: "sale approved offline as the line is down",
		card: "offlinePin",
		offline: true,
		before: earlier(sale(100), sale(200), sale(300)), // the card now wants to be online
		run: async w => {
			const status = await inTrouble(w, "down", sale(2_345, { requestKey: "the order" }));
			return `${status}, ${await w.serve({ service: "deliver" })}`;
		},
		ends: "approved, done",
	},
	{
		name: "void of a sale that still waits for the bank",
		card: "offlinePin",
		offline: true,
		before: earlier(sale(100), sale(2_345)),
		run: run({ operation: "saleVoid", amountMinor: 2_345, invoice: 2 }),
		ends: "approved",
	},
	{
		name: "sale declined as the line is down, and the advice that the card wants",
		card: "wantsAdvice",
		run: async w => {
			const status = await inTrouble(w, "down", sale(1_234, { requestKey: "the order" }));
			return `${status}, ${await w.serve({ service: "deliver" })}`;
		},
		ends: "declined, done",
	},
	{
		name: "sale without an answer, its reversal and the advice that the card wants",
		card: "wantsAdvice",
		run: async w => {
			const status = await inTrouble(w, "silent", sale(1_234, { requestKey: "the order" }));
			return `${status}, ${await w.serve({ service: "deliver" })}`;
		},
		ends: "pending, done",
	},
	{
		name: "sale that the bank approves, and the card is taken before it has heard of it",
		run: w => inTrouble(w, "card taken", sale(1_234, { requestKey: "the order" })),
		ends: "pending",
	},
	{
		name: "sale with cashback",
		run: run({ operation: "saleWithCashback", amountMinor: 3_000, cashbackMinor: 1_000 }),
		ends: "approved",
	},
	{ name: "cash", run: run({ operation: "cash", amountMinor: 5_000 }), ends: "approved" },
	{ name: "pre-authorisation", run: run(hold), ends: "approved" },
	{
		name: "increment",
		before: earlier(hold),
		run: run({ operation: "increment", amountMinor: 2_000, invoice: 1 }),
		ends: "approved",
	},
	{
		name: "void of an incremented pre-authorisation",
		before: earlier(hold, { operation: "increment", amountMinor: 2_000, invoice: 1 }),
		run: run({ operation: "preAuthorisationVoid", amountMinor: 0, invoice: 1 }),
		ends: "approved",
	},
	{
		name: "completion",
		before: earlier(hold),
		run: run({ operation: "completion", amountMinor: 9_000, invoice: 1 }),
		ends: "approved",
	},
	{
		name: "completion advice",
		before: earlier(hold),
		run: run({ operation: "completionAdvice", amountMinor: 9_000, invoice: 1 }),
		ends: "approved",
	},
	{
		name: "void of a pre-authorisation",
		before: earlier(hold),
		run: run({ operation: "preAuthorisationVoid", amountMinor: 10_000, invoice: 1 }),
		ends: "approved",
	},
	{
		name: "void of a completion",
		before: earlier(hold, { operation: "completion", amountMinor: 9_000, invoice: 1 }),
		run: run({ operation: "completionVoid", amountMinor: 9_000, invoice: 2 }),
		ends: "approved",
	},
	{
		name: "void of a sale",
		before: earlier(sale(4_000)),
		run: run({ operation: "saleVoid", amountMinor: 4_000, invoice: 1 }),
		ends: "approved",
	},
	{
		name: "refund of a part",
		before: earlier(sale(4_000)),
		run: run(refund(1_500, { invoice: 1 })),
		ends: "approved",
	},
	{
		name: "refund of the rest, after a part",
		before: earlier(sale(4_000), refund(1_500, { invoice: 1 })),
		run: run(refund(2_500, { invoice: 1 })),
		ends: "approved",
	},
	{
		name: "refund to a card, without its sale",
		before: earlier(sale(4_000)),
		run: run(refund(1_500)),
		ends: "approved",
	},
	{
		name: "void without an answer, and the next sale",
		before: earlier(sale(4_000)),
		run: async w => {
			const voided: Order = { operation: "saleVoid", amountMinor: 4_000, invoice: 1, requestKey: "the order" };
			const status = await inTrouble(w, "silent", voided);
			return `${status}, ${(await w.perform(sale(777, { requestKey: "the next" }))).status}`;
		},
		ends: "pending, approved",
	},
	{
		name: "tip",
		before: earlier(sale(4_000)),
		run: run({ operation: "tip", amountMinor: 0, tipMinor: 400, invoice: 1 }),
		ends: "approved",
	},
	{
		name: "adjustment",
		before: earlier(sale(4_000)),
		run: run({ operation: "adjust", amountMinor: 3_500, invoice: 1 }),
		ends: "approved",
	},
	{
		name: "referral",
		before: async w => w.bench.desk.scenarios.order("refer to card issuer", undefined, 1),
		run: withDelivery(sale(6_000)),
		ends: "approved, done",
	},
	{
		name: "issuer script and its notice",
		card: "offlinePin",
		before: async w => {
			const commands = [{ command: "PIN UNBLOCK" }];
			w.bench.acquirer.orderScript(checkScriptOrder({ template: "72", identifier: "00000007", commands }));
		},
		run: withDelivery(sale(1_234)),
		ends: "approved, done",
	},
	{ name: "settlement, equal", before: earlier(sale(100), sale(200)), run: settle, ends: "done" },
	{ name: "balance", card: "onlinePin", run: run({ operation: "balance", amountMinor: 0 }), ends: "approved" },
	{
		name: "settlement with batch upload",
		before: async w => {
			w.bench.desk.disputeTotals = true;
			await earlier(sale(100), sale(200), sale(300), refund(50, { invoice: 1 }))(w);
		},
		run: settle,
		ends: "done",
	},
	{
		name: "sign-in with new work keys, then a sale",
		before: earlier(sale(100)),
		run: async w => {
			const signedIn = await w.serve({ service: "signIn" });
			return `${signedIn}, ${(await order(w, sale(1_234))).status}`;
		},
		ends: "done, approved",
	},
	{
		name: "DUKPT: sale with online PIN",
		profile: generic87,
		card: "onlinePin",
		run: run(sale(1_234)),
		ends: "approved",
	},
	{
		name: "DUKPT: refund to a card, without its sale and without an answer, and the next sale",
		profile: generic87,
		before: earlier(sale(4_000)),
		run: async w => {
			const status = await inTrouble(w, "silent", refund(1_500, { requestKey: "the order" }));
			return `${status}, ${(await w.perform(sale(777, { requestKey: "the next" }))).status}`;
		},
		ends: "pending, approved",
	},
	{
		name: "DUKPT: reversal owed, refund, settlement",
		profile: generic87,
		before: async w => {
			await earlier(sale(4_000))(w);
			await inTrouble(w, "silent", sale(777));
		},
		run: async w => {
			const refunded = await run(refund(1_500, { invoice: 1 }))(w);
			return `${refunded}, ${await settle(w)}`;
		},
		ends: "approved, done",
	},
];
