import type { Service } from "../flows/serve.js";
import { Members, MOST_INVOICE, wholeNumber } from "./members.js";
import { RegisterError } from "./problem.js";

/** What a cash register can ask for besides transactions; none of it charges a card. */
export type RegisterService =
	| { readonly service: "signIn"; readonly operator?: string }
	| { readonly service: "signOff" | "echo" | "settle" | "deliver" | "download" | "totals" }
	| { readonly service: "query"; readonly invoice: number };

const SERVICES: readonly RegisterService["service"][] = Object.freeze([
	"settle",
	"signIn",
	"signOff",
	"echo",
	"query",
	"deliver",
	"download",
	"totals",
]);

const OPERATOR = /^[0-9]{1,3}$/;

/** @throws {RegisterError} badRequest */
export function decodeService(value: unknown): RegisterService {
	const members = new Members(value, "a service");
	const service = members.take("service");
	const decoded = decodeMembers(service, members);
	members.end(`with service ${decoded.service}`);
	return decoded;
}

function decodeMembers(service: unknown, members: Members): RegisterService {
	switch (service) {
		case "signIn": {
			const operator = members.take("operator");
			if (operator === undefined) return { service };
			if (typeof operator !== "string" || !OPERATOR.test(operator))
				throw new RegisterError("badRequest", "operator must be a string of 1 to 3 digits");
			return { service, operator };
		}
		case "query":
			return { service, invoice: wholeNumber(members.take("invoice"), "invoice", 1, MOST_INVOICE) };
		case "signOff":
		case "echo":
		case "settle":
		case "deliver":
		case "download":
		case "totals":
			return { service };
		default:
			throw new RegisterError("badRequest", `service must be one of ${SERVICES.join(", ")}`);
	}
}

export function isSameService(one: RegisterService, other: RegisterService): boolean {
	const members = ["service", "operator", "invoice"] as const;
	const all = (service: RegisterService) => service as Partial<Record<(typeof members)[number], unknown>>;
	return members.every(name => all(one)[name] === all(other)[name]);
}

/** As the terminal is asked; a settlement keeps its key. */
export function serviceOf(asked: RegisterService, key: string): Service {
	return asked.service === "settle" ? { service: "settle", requestKey: key } : (asked as Service);
}
