import { holdsPan } from "../bytes/pan.js";
import { Members, wholeNumber } from "./members.js";
import { RegisterError } from "./problem.js";
import { decodeOrder, type RegisterOrder } from "./registerOrder.js";
import { decodeService, type RegisterService } from "./registerService.js";

/** What a cash register can ask; on any line, as one JSON value. */
export type RegisterRequest =
	| { readonly request: "start"; readonly key: string; readonly order: RegisterOrder }
	| { readonly request: "cancel"; readonly key: string }
	| { readonly request: "transaction"; readonly key: string; readonly waitSeconds: number }
	| { readonly request: "serve"; readonly key: string; readonly service: RegisterService }
	| { readonly request: "service"; readonly key: string; readonly waitSeconds: number }
	| { readonly request: "last" }
	| { readonly request: "status" };

const MOST_WAIT_SECONDS = 60;

/** A UUID, for example. Long enough that nobody takes one twice by chance, and no name of a route. */
const KEY = /^[A-Za-z0-9_-]{8,64}$/;

/** @throws {RegisterError} badRequest */
export function decodeRequest(value: unknown): RegisterRequest {
	const members = new Members(value, "a request");
	const request = members.take("request");
	const decoded = decodeMembers(request, members);
	members.end(`in the request "${request}"`);
	return decoded;
}

function decodeMembers(request: unknown, members: Members): RegisterRequest {
	switch (request) {
		case "start":
			return { request, key: checkKey(members.take("key")), order: decodeOrder(members.take("order")) };
		case "cancel":
			return { request, key: checkKey(members.take("key")) };
		case "serve":
			return { request, key: checkKey(members.take("key")), service: decodeService(members.take("service")) };
		case "transaction":
		case "service": {
			const key = checkKey(members.take("key"));
			const wait = members.take("waitSeconds");
			const waitSeconds = wait === undefined ? 0 : wholeNumber(wait, "waitSeconds", 0, MOST_WAIT_SECONDS);
			return { request, key, waitSeconds };
		}
		case "last":
		case "status":
			return { request };
		default:
			throw new RegisterError(
				"badRequest",
				"request must be one of start, cancel, transaction, last, serve, service, status",
			);
	}
}

function checkKey(value: unknown): string {
	if (typeof value !== "string" || !KEY.test(value))
		throw new RegisterError("badRequest", "the key must be 8 to 64 letters, digits, hyphens or underscores");
	if (holdsPan(value)) throw new RegisterError("badRequest", "the key looks like a card number: choose another");
	return value;
}
