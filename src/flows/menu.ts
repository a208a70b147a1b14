import { type MessageId, message } from "../display/messages.js";
import { menu as menuScreen, notice } from "../display/operationScreens.js";
import type { ComponentKey } from "../keys/keyComponents.js";
import { formatSelfCheck, statusText } from "../monitor/selfCheck.js";
import type { Operation } from "../operation.js";
import { RIGHTS } from "../operators/rights.js";
import { acceptFees, refreshBinding } from "./acceptFees.js";
import { backUp } from "./backUp.js";
import { bind } from "./bind.js";
import { aboutLines } from "./boundMerchant.js";
import { chooseFrom } from "./chooseFrom.js";
import { choosePasscode } from "./choosePasscode.js";
import { dailyReportLines } from "./dailyReport.js";
import { download } from "./download.js";
import { enterAmount } from "./enterAmount.js";
import { enterDigits } from "./enterDigits.js";
import type { FlowContext } from "./flowContext.js";
import { identify } from "./identify.js";
import { loadKeyComponents } from "./loadKeyComponents.js";
import { lockTerminal } from "./lockTerminal.js";
import { manageOperators } from "./manageOperators.js";
import { echo, signOff as signOffAtBank, uploadStatus } from "./networkManagement.js";
import type { Order } from "./order.js";
import { perform } from "./perform.js";
import { query } from "./query.js";
import { printReceipt, showReceipt } from "./receipts.js";
import { removeCard } from "./removeCard.js";
import { restoreHistory } from "./restoreHistory.js";
import { deliver } from "./serve.js";
import type { ServiceResult } from "./serviceResult.js";
import { settle } from "./settle.js";
import { showPage } from "./showPage.js";
import { signIn } from "./signIn.js";
import { signOff, signOn } from "./signOn.js";
import { totalsLines } from "./totals.js";
import { train } from "./training.js";
import { unbind } from "./unbind.js";
import { askForUpdate } from "./updateFirmware.js";

interface Item {
	readonly label: MessageId;
	/** Shown where the acquirer offers it; absent: always. */
	readonly needs?: Operation | "training";
	readonly run: (c: FlowContext) => Promise<void>;
}

const NOTICE_MS = 5_000;

/** The order in which a cashier needs them. */
const ITEMS: readonly Item[] = Object.freeze([
	transaction("saleVoid", ["invoice"]),
	transaction("refund", ["invoice", "amount"]),
	transaction("refund", ["amount"], "refundByCard"),
	transaction("saleWithCashback", ["amount", "cashback"]),
	transaction("tip", ["invoice", "tip"], "tipAdjust"),
	transaction("adjust", ["invoice", "amount"]),
	transaction("preAuthorisation", ["amount"]),
	transaction("increment", ["invoice", "amount"]),
	transaction("completion", ["invoice", "amount"]),
	transaction("completionAdvice", ["invoice", "amount"]),
	transaction("preAuthorisationVoid", ["invoice"]),
	transaction("completionVoid", ["invoice"]),
	transaction("cash", ["amount"]),
	transaction("balance", []),
	{ label: "query", run: async c => withInvoice(c, async invoice => tell(c, await query(c, invoice))) },
	{ label: "reprintLast", run: c => reprint(c, c.journal.last()?.invoice) },
	{ label: "reprintAny", run: c => withInvoice(c, invoice => reprint(c, invoice)) },
	{ label: "totals", run: c => showPage(c, "totals", totalsLines(c)) },
	{ label: "settle", needs: "settlement", run: async c => tell(c, await settle(c)) },
	{ label: "uploadOwed", run: async c => tell(c, await deliver(c)) },
	{ label: "signIn", needs: "signIn", run: async c => tell(c, await signIn(c)) },
	{ label: "signOff", needs: "signOff", run: async c => tell(c, await signOffAtBank(c)) },
	{ label: "echo", needs: "echo", run: async c => tell(c, await echo(c)) },
	{ label: "download", needs: "parameters", run: async c => tell(c, await download(c)) },
	{
		label: "statusUpload",
		needs: "statusUpload",
		run: async c => tell(c, await uploadStatus(c, statusText(await c.selfCheck("full")))),
	},
	{ label: "dailyReport", run: c => showPage(c, "dailyReport", wrapped(dailyReportLines(c))) },
	{
		label: "selfCheck",
		run: async c => showPage(c, "selfCheck", wrapped(formatSelfCheck(await c.selfCheck("full"), c.merchant.language))),
	},
	{ label: "operatorSignOn", run: async c => note(c, await signOn(c)) },
	{ label: "operatorSignOff", run: async c => note(c, signOff(c)) },
	{ label: "changePasscode", run: changePasscode },
	{ label: "operators", run: manageOperators },
	{ label: "lockTerminal", run: async c => tellShort(c, await lockTerminal(c)) },
	{ label: "backup", run: async c => tellShort(c, await backUp(c)) },
	{ label: "restore", run: async c => tellShort(c, await restoreHistory(c)) },
	{ label: "loadKey", run: loadKey },
	{ label: "installUpdate", run: async c => tellShort(c, await askForUpdate(c)) },
	{ label: "about", run: c => showPage(c, "about", aboutLines(c)) },
	{ label: "trainingMode", needs: "training", run: async c => void (await train(c)) },
	{ label: "bind", run: async c => tellShort(c, await bind(c)) },
	{ label: "newFees", run: newFees },
	{ label: "unbind", run: async c => tellShort(c, await unbind(c)) },
]);

/** Everything but the plain sale, which begins with the first digit of its amount. */
export async function menu(c: FlowContext): Promise<void> {
	const { operations } = c.link.profile;
	const items = ITEMS.filter(
		({ needs }) => needs === undefined || (needs === "training" ? c.training : operations[needs]),
	);
	const labels = items.map(({ label }) => message(label, c.merchant.language));
	const chosen = await chooseFrom(c, items.length, selected =>
		menuScreen("menu", labels, selected, c.merchant.language),
	);
	if (typeof chosen === "number") await items[chosen]!.run(c);
}

/** Keys that a bank may bring on paper. */
const COMPONENT_KEYS: readonly (ComponentKey & { readonly label: string })[] = Object.freeze([
	Object.freeze({ label: "TMK, TDES 128", slot: "master", algorithm: "T", length: 16 } as const),
	Object.freeze({ label: "TMK, AES 128", slot: "master", algorithm: "A", length: 16 } as const),
	Object.freeze({ label: "TMK, AES 256", slot: "master", algorithm: "A", length: 32 } as const),
	Object.freeze({ label: "KBPK, TDES 128", slot: "kbpk", algorithm: "T", length: 16 } as const),
	Object.freeze({ label: "KBPK, AES 128", slot: "kbpk", algorithm: "A", length: 16 } as const),
	Object.freeze({ label: "KBPK, AES 256", slot: "kbpk", algorithm: "A", length: 32 } as const),
]);

async function newFees(c: FlowContext): Promise<void> {
	const fresh = await refreshBinding(c);
	await tellShort(c, c.binding.offer ? await acceptFees(c) : fresh);
}

/** The display has said it already. */
async function note(c: FlowContext, { reason }: { readonly reason: string }): Promise<void> {
	c.log.line("terminal", reason);
	await c.events.next(NOTICE_MS);
}

async function changePasscode(c: FlowContext): Promise<void> {
	const initial = c.operators.list().filter(({ isInitial }) => isInitial);
	const who = await identify(c, {
		title: "operatorNumber",
		roles: RIGHTS.changeOwnPasscode,
		event: number => ({ type: "identified", who: number }),
	});
	if (typeof who !== "string") c.show(notice("refused", who.title, "", c.merchant.language));
	// Whoever had an initial one has just chosen another.
	else if (initial.some(({ number }) => number === who) || (await choosePasscode(c, who)))
		c.show(notice("done", "passcodeChanged", who, c.merchant.language));
	else return;
	await c.events.next(NOTICE_MS);
}

async function tellShort(
	c: FlowContext,
	{ done, reason }: { readonly done: boolean; readonly reason: string },
): Promise<void> {
	await tell(c, { done, reason, lines: [] });
}

async function loadKey(c: FlowContext): Promise<void> {
	const labels = COMPONENT_KEYS.map(({ label }) => label);
	const draw = (selected: number) => menuScreen("loadKey", labels, selected, c.merchant.language);
	const chosen = await chooseFrom(c, labels.length, draw);
	if (typeof chosen !== "number") return;
	await loadKeyComponents(c, COMPONENT_KEYS[chosen]!);
	await c.events.next(NOTICE_MS);
}

/** Asks for what the order needs, one thing after the other, then performs it. */
function transaction(
	operation: Operation & MessageId,
	asks: readonly ("invoice" | "amount" | "cashback" | "tip")[],
	label: MessageId = operation,
): Item {
	return {
		label,
		needs: operation,
		run: async c => {
			const order: { -readonly [K in keyof Order]: Order[K] } = { operation, amountMinor: 0 };
			for (const ask of asks) {
				const value = ask === "invoice" ? await askInvoice(c) : await enterAmount(c, TITLES[ask]);
				if (value === undefined) return;
				if (ask === "invoice") order.invoice = value;
				else if (ask === "tip") order.tipMinor = value;
				else if (ask === "amount") order.amountMinor = value;
				else [order.cashbackMinor, order.amountMinor] = [value, order.amountMinor + value];
			}
			const result = await perform(c, order);
			c.log.line("terminal", `${operation} ${result.status}: ${result.reason}`);
			await removeCard(c, result.language);
		},
	};
}

const TITLES = Object.freeze({ amount: "enterAmount", cashback: "enterCashback", tip: "enterTip" } as const);

async function askInvoice(c: FlowContext): Promise<number | undefined> {
	const digits = await enterDigits(c, "enterInvoice", 1, 6);
	return digits === undefined ? undefined : Number(digits);
}

async function withInvoice(c: FlowContext, run: (invoice: number) => Promise<void>): Promise<void> {
	const invoice = await askInvoice(c);
	if (invoice !== undefined) await run(invoice);
}

async function reprint(c: FlowContext, invoice: number | undefined): Promise<void> {
	const record = invoice === undefined ? undefined : c.journal.byInvoice(invoice);
	if (!record) {
		c.show(notice("refused", "notFound", "", c.merchant.language));
		await c.events.next(NOTICE_MS);
		return;
	}
	if (c.printer) await printReceipt(c, record, "merchant", true);
	await showReceipt(c, record);
}

async function tell(c: FlowContext, { done, reason, lines }: Omit<ServiceResult, "operation">): Promise<void> {
	c.log.line("terminal", reason);
	c.show(notice(done ? "done" : "attention", done ? "done" : "failed", "", c.merchant.language));
	await c.events.next(NOTICE_MS);
	await showPage(c, done ? "done" : "failed", wrapped([reason, ...lines]));
}

/** Sentences broken between words, so that a line fits the page. */
function wrapped(sentences: readonly string[]): string[] {
	return sentences.flatMap(sentence => {
		const lines = [""];
		for (const word of sentence.split(" ")) {
			const last = lines[lines.length - 1]!;
			if (last && last.length + 1 + word.length > LINE_CHARACTERS) lines.push(word);
			else lines[lines.length - 1] = last ? `${last} ${word}` : word;
		}
		return lines;
	});
}

const LINE_CHARACTERS = 32;
