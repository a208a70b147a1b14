import type { Operation } from "../operation.js";

/** Passcodes of the terminal's own. The custodians are two persons of the bank: neither knows the other's passcode or key component. */
export const ROLES = Object.freeze(["supervisor", "custodian1", "custodian2"] as const);
export type Role = (typeof ROLES)[number];

/** What a person with a number is. */
export const OPERATOR_ROLES = Object.freeze(["cashier", "supervisor", "administrator"] as const);
export type OperatorRole = (typeof OPERATOR_ROLES)[number];

const ALL = OPERATOR_ROLES;
const who = (...roles: readonly OperatorRole[]) => Object.freeze(roles);

/** Who may do what: the table of docs/operators.md. What is not in it needs nobody. */
export const RIGHTS = Object.freeze({
	/** Take money, as the person who is signed on. */
	sell: who("cashier", "supervisor"),
	/** Begin a void or refund; another person approves it. */
	giveBack: who("cashier", "supervisor"),
	/** Approve what another person gives back. */
	approve: who("supervisor"),
	/** Release what a rule or an incident holds, and give the second factor that a rule asks for. */
	release: who("supervisor"),
	/** Begin and end the binding to the merchant. */
	bind: who("supervisor"),
	/** Manage cashiers, and read the access trail. */
	manageCashiers: who("supervisor", "administrator"),
	manageOthers: who("administrator"),
	/** Choose another passcode for oneself. */
	changeOwnPasscode: ALL,
});

export type Right = keyof typeof RIGHTS;

export function mayDo(role: OperatorRole, right: Right): boolean {
	return RIGHTS[right].includes(role);
}

/** Roles that may add, remove, unlock or reset an operator of a role. */
export function managersOf(role: OperatorRole): readonly OperatorRole[] {
	return RIGHTS[role === "cashier" ? "manageCashiers" : "manageOthers"];
}

const GIVING_BACK: readonly Operation[] = Object.freeze([
	"saleVoid",
	"refund",
	"preAuthorisationVoid",
	"completionVoid",
]);

/** "a supervisor or an administrator". */
export function formatRoles(roles: readonly OperatorRole[]): string {
	return roles.map(role => `${role === "administrator" ? "an" : "a"} ${role}`).join(" or ");
}

/** What the person who is signed on must have the right to. */
export function rightFor(operation: Operation): "sell" | "giveBack" {
	return GIVING_BACK.includes(operation) ? "giveBack" : "sell";
}

/** 2 to 4 digits; 00 is nobody's. */
export function isOperatorNumber(value: unknown): boolean {
	return typeof value === "string" && /^[0-9]{2,4}$/.test(value) && Number(value) > 0;
}
