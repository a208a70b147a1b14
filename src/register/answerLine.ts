import { jsonText } from "../bytes/jsonText.js";
import type { CashRegister } from "./cashRegister.js";
import { RegisterError } from "./problem.js";

const MOST_ID_LENGTH = 64;

/**
 * One request as a line of JSON, for a line that carries requests, answers and events together (WebSocket, serial, USB).
 * @param text a request, optionally with an `id`
 * @returns `{id, status, body}` as JSON, the `id` as it came
 */
export async function answerLine(register: CashRegister, text: string): Promise<string> {
	let value: unknown;
	try {
		value = JSON.parse(text);
	} catch {
		return jsonText(refusal("a line must be one JSON object"));
	}
	if (typeof value !== "object" || value === null) return jsonText(refusal("a line must be one JSON object"));
	const { id, ...asked } = value as { id?: unknown };
	if (id !== undefined && !isId(id))
		return jsonText(refusal(`id must be a whole number or at most ${MOST_ID_LENGTH} characters`));
	return jsonText({ ...(id !== undefined && { id }), ...(await register.answer(asked)) });
}

function isId(id: unknown): boolean {
	return Number.isSafeInteger(id) || (typeof id === "string" && id.length <= MOST_ID_LENGTH);
}

function refusal(sentence: string) {
	const { problem } = new RegisterError("badRequest", sentence);
	return { status: problem.status, body: problem };
}
