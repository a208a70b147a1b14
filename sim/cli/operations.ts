import type { Order } from "../../src/flows/order.js";
import type { Service } from "../../src/flows/serve.js";

/** What a person has said on the command line; amounts in minor units. */
export interface OperationOptions {
	readonly amount: number;
	readonly cashback?: number;
	readonly invoice: number;
	readonly advice?: boolean;
	readonly operator?: string;
	readonly text: string;
}

/** One command, and what it asks of the terminal. Each text says what its option is; one that is absent does not exist. */
interface OperationRow {
	readonly summary: string;
	readonly amount?: string;
	readonly invoice?: string;
	readonly cashback?: string;
	readonly advice?: string;
	readonly text?: string;
}

export interface TransactionRow extends OperationRow {
	/** A card is read: always, or when no invoice is named. */
	readonly card?: "always" | "withoutInvoice";
	/** The flow asks for the supervisor's passcode. */
	readonly supervisor?: true;
	/** The issuer may want to be telephoned. */
	readonly referral?: true;
	readonly order: (options: OperationOptions) => Order;
}

export interface ServiceRow extends OperationRow {
	readonly operator?: string;
	readonly service: (options: OperationOptions) => Service;
}

/** An operation on an earlier transaction. */
function onInvoice(operation: Order["operation"]): TransactionRow["order"] {
	return ({ invoice, amount = 0 }) => ({ operation, invoice, amountMinor: amount });
}

/** Transactions by the name of their command. */
export const TRANSACTIONS: Readonly<Record<string, TransactionRow>> = Object.freeze({
	sale: {
		summary: "take a payment, with cash from the till on top if wanted",
		card: "always",
		referral: true,
		amount: "what the cardholder pays for goods, e.g. 12.34",
		cashback: "cash that the cardholder gets, on top of the amount",
		order: ({ amount, cashback }) =>
			cashback === undefined
				? { operation: "sale", amountMinor: amount }
				: { operation: "saleWithCashback", amountMinor: amount + cashback, cashbackMinor: cashback },
	},
	void: {
		summary: "undo a sale of the open batch, whole",
		invoice: "of the sale",
		supervisor: true,
		order: onInvoice("saleVoid"),
	},
	refund: {
		summary: "give money back: for an earlier sale, all of it or in parts, or to a card",
		invoice: "of the sale",
		card: "withoutInvoice",
		amount: "what the cardholder gets back",
		supervisor: true,
		order: onInvoice("refund"),
	},
	cash: {
		summary: "pay out cash",
		card: "always",
		amount: "what the cardholder gets",
		order: ({ amount }) => ({ operation: "cash", amountMinor: amount }),
	},
	balance: {
		summary: "ask how much is on the card's account",
		card: "always",
		order: () => ({ operation: "balance", amountMinor: 0 }),
	},
	"pre-authorise": {
		summary: "hold an amount on the card's account",
		card: "always",
		amount: "what is held",
		order: ({ amount }) => ({ operation: "preAuthorisation", amountMinor: amount }),
	},
	increment: {
		summary: "hold more for a pre-authorisation",
		invoice: "of the pre-authorisation",
		amount: "what is held besides",
		order: onInvoice("increment"),
	},
	"pre-auth-void": {
		summary: "free what a pre-authorisation holds",
		invoice: "of the pre-authorisation or increment",
		supervisor: true,
		order: onInvoice("preAuthorisationVoid"),
	},
	complete: {
		summary: "take what a pre-authorisation holds",
		invoice: "of the pre-authorisation",
		amount: "what is taken",
		advice: "tell the bank instead of asking it",
		order: ({ invoice, amount, advice }) => ({
			operation: advice ? "completionAdvice" : "completion",
			invoice,
			amountMinor: amount,
		}),
	},
	"completion-void": {
		summary: "undo a completion of the open batch",
		invoice: "of the completion",
		supervisor: true,
		order: onInvoice("completionVoid"),
	},
	tip: {
		summary: "add a tip to a sale of the open batch, or change it",
		invoice: "of the sale",
		amount: "the tip",
		order: ({ invoice, amount }) => ({ operation: "tip", invoice, amountMinor: 0, tipMinor: amount }),
	},
	adjust: {
		summary: "lower the amount of a sale of the open batch",
		invoice: "of the sale",
		amount: "what the sale is to be",
		order: onInvoice("adjust"),
	},
} satisfies Record<string, TransactionRow>);

/** What is no transaction, by the name of its command. */
export const SERVICES: Readonly<Record<string, ServiceRow>> = Object.freeze({
	settle: {
		summary: "close the batch with the bank: totals, and an upload when they differ",
		service: () => ({ service: "settle" }),
	},
	deliver: {
		summary: "send what the bank must still get: reversals, then advices",
		service: () => ({ service: "deliver" }),
	},
	query: {
		summary: "ask the bank what became of a transaction",
		invoice: "of the transaction",
		service: ({ invoice }) => ({ service: "query", invoice }),
	},
	"sign-in": {
		summary: "sign in at the bank: work keys, batch number",
		operator: "number of the operator, 3 digits",
		service: ({ operator }) => ({ service: "signIn", ...(operator !== undefined && { operator }) }),
	},
	"sign-off": { summary: "sign off: no transactions until the next sign-in", service: () => ({ service: "signOff" }) },
	echo: { summary: "find out whether the line and the bank are there", service: () => ({ service: "echo" }) },
	download: {
		summary: "fetch parameters, AIDs, CA keys and hot cards from the bank",
		service: () => ({ service: "download" }),
	},
	"status-upload": {
		summary: "tell the bank how the terminal is",
		text: "a few words without card data, ASCII",
		service: ({ text }) => ({ service: "statusUpload", text }),
	},
} satisfies Record<string, ServiceRow>);
