import { BooksError } from "../books.js";
import type { BankRequest, Desk, Reply } from "../desk.js";
import { RESPONSE } from "../responseCode.js";
import { required } from "./post.js";
import { amountOf } from "./ruling.js";

/**
 * Takes a request back, once. Acknowledged whatever became of the original, so that the terminal can stop repeating it, also
 * when the original never arrived: then it is refused when it does. Only what the original is not, or what it has led to
 * since, makes the answer a refusal.
 */
export function reverse({ books }: Desk, { operation, values, key, merchantId }: BankRequest): Reply {
	const pan = required(values.pan, "pan");
	const amountMinor = amountOf(values);
	const { stan = key.stan, batch = key.batch } = values.original ?? {};
	const originalKey = { terminalId: key.terminalId, batch, stan };
	const original = books.transaction(originalKey);
	if (!original) {
		books.recordUnseen(originalKey, merchantId, operation, pan, amountMinor);
		return { responseCode: RESPONSE.approved };
	}
	if (original.pan !== pan || original.amountMinor !== amountMinor)
		return { responseCode: RESPONSE.invalidTransaction };
	try {
		books.reverse(originalKey);
	} catch (error) {
		if (error instanceof BooksError) return { responseCode: RESPONSE.invalidTransaction };
		throw error;
	}
	return { responseCode: RESPONSE.approved };
}
