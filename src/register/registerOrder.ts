import type { Operation } from "../operation.js";
import { Members, MOST_AMOUNT_MINOR, MOST_INVOICE, wholeNumber } from "./members.js";
import { RegisterError } from "./problem.js";

/**
 * What a cash register orders, without its key. Amounts in minor units of the terminal's currency; cashback and tip are
 * contained in `amountMinor`. Members that an operation does not have are absent.
 */
export interface RegisterOrder {
	readonly operation: RegisterOperation;
	readonly amountMinor?: number;
	readonly cashbackMinor?: number;
	readonly tipMinor?: number;
	/** On the receipt of the transaction that this one is about; a tip is beside that one's amount. */
	readonly invoice?: number;
}

type Member = Exclude<keyof RegisterOrder, "operation">;

/** What each operation is ordered with; "?" marks what may be absent. */
const ORDERS = Object.freeze({
	sale: Object.freeze(["amountMinor", "tipMinor?"] as const),
	saleWithCashback: Object.freeze(["amountMinor", "cashbackMinor"] as const),
	cash: Object.freeze(["amountMinor"] as const),
	saleVoid: Object.freeze(["invoice"] as const),
	refund: Object.freeze(["invoice?", "amountMinor"] as const),
	preAuthorisation: Object.freeze(["amountMinor"] as const),
	increment: Object.freeze(["invoice", "amountMinor"] as const),
	preAuthorisationVoid: Object.freeze(["invoice"] as const),
	completion: Object.freeze(["invoice", "amountMinor"] as const),
	completionAdvice: Object.freeze(["invoice", "amountMinor"] as const),
	completionVoid: Object.freeze(["invoice"] as const),
	balance: Object.freeze([] as const),
	tip: Object.freeze(["invoice", "tipMinor"] as const),
	adjust: Object.freeze(["invoice", "amountMinor"] as const),
} satisfies Partial<Record<Operation, readonly (Member | `${Member}?`)[]>>);

export type RegisterOperation = keyof typeof ORDERS;

/** The operations that a cash register may order. */
export const REGISTER_OPERATIONS = Object.freeze(Object.keys(ORDERS) as RegisterOperation[]);

const MOST: Readonly<Record<Member, number>> = Object.freeze({
	amountMinor: MOST_AMOUNT_MINOR,
	cashbackMinor: MOST_AMOUNT_MINOR,
	tipMinor: MOST_AMOUNT_MINOR,
	invoice: MOST_INVOICE,
});

/** @throws {RegisterError} badRequest */
export function decodeOrder(value: unknown): RegisterOrder {
	const members = new Members(value, "an order");
	const operation = members.take("operation");
	if (typeof operation !== "string" || !Object.hasOwn(ORDERS, operation))
		throw new RegisterError("badRequest", `operation must be one of ${REGISTER_OPERATIONS.join(", ")}`);
	const order: Partial<Record<Member, number>> = {};
	for (const entry of ORDERS[operation as RegisterOperation]) {
		const name = entry.replace("?", "") as Member;
		const given = members.take(name);
		if (given === undefined && name !== entry) continue;
		order[name] = wholeNumber(given, name, 1, MOST[name]);
	}
	members.end(`with operation ${operation}`);
	const { amountMinor = 0, cashbackMinor = 0, tipMinor = 0 } = order;
	if (operation !== "tip" && cashbackMinor + tipMinor > 0 && cashbackMinor + tipMinor >= amountMinor)
		throw new RegisterError("badRequest", "cashback and tip are contained in amountMinor and must be less than it");
	return { operation: operation as RegisterOperation, ...order };
}

/** Whether both order the same. */
export function isSameOrder(one: RegisterOrder, other: RegisterOrder): boolean {
	const members: readonly (keyof RegisterOrder)[] = ["operation", ...(Object.keys(MOST) as Member[])];
	return members.every(name => one[name] === other[name]);
}

/** Only what this operation is ordered with. */
export function orderOf(
	operation: RegisterOperation,
	values: Readonly<Record<Member, number | undefined>>,
): RegisterOrder {
	const order: Partial<Record<Member, number>> = {};
	for (const entry of ORDERS[operation]) {
		const name = entry.replace("?", "") as Member;
		const value = values[name];
		if (value !== undefined) order[name] = value;
	}
	return { operation, ...order };
}

export function isRegisterOperation(operation: string): operation is RegisterOperation {
	return Object.hasOwn(ORDERS, operation);
}
