import type { MessageValues, SettlementTotals, Total } from "../../../src/host/messageValues.js";
import type { BatchTotals, BookedTransaction, Books, GroupTotals, Settlement, Upload } from "../books.js";
import type { BankRequest, Desk, Reply } from "../desk.js";
import { RESPONSE } from "../responseCode.js";
import { required } from "./post.js";

/**
 * Compares the terminal's totals with the books, each group by itself. Equal ones close the batch; otherwise it waits for the
 * upload. Asked again about a closed batch the bank repeats its word.
 */
export function settlement(desk: Desk, { key, values, groupsAreOne }: BankRequest): Reply {
	const { terminalId, batch } = key;
	const claimed = batchTotals(required(values.totals, "totals"));
	const kept = desk.books.totals(terminalId, batch);
	const totals = groupsAreOne ? inOne(kept) : kept;
	const local = !desk.disputeTotals && same(claimed.local, totals.local);
	const foreign = !desk.disputeTotals && same(claimed.foreign, totals.foreign);
	const before = desk.books.settlement(terminalId, batch);
	const verdict = (equal: boolean) => (equal ? "equal" : "unequal");
	if (before.state === "settled") {
		const again = before.claimed !== undefined && same(before.claimed.local, claimed.local);
		const stands = again && same(before.claimed!.foreign, claimed.foreign) && before.verdict === "equal";
		return {
			responseCode: RESPONSE.approved,
			totals: values.totals,
			settlementVerdict: { local: verdict(stands), foreign: verdict(stands) },
		};
	}
	const isEqual = local && foreign;
	desk.books.saveSettlement({
		...{ terminalId, batch, claimed },
		...(isEqual ? { state: "settled", verdict: "equal" } : { state: "uploading", verdict: undefined }),
	});
	if (isEqual) openNextBatch(desk.books, terminalId, batch);
	return {
		responseCode: RESPONSE.approved,
		totals: values.totals,
		settlementVerdict: { local: verdict(local), foreign: verdict(foreign) },
	};
}

/** One or more records of the batch; those that came before are replaced. */
export function batchUpload({ books }: Desk, { key, values }: BankRequest): Reply {
	const { terminalId, batch } = key;
	if (books.settlement(terminalId, batch).state !== "uploading") return { responseCode: RESPONSE.invalidTransaction };
	for (const each of values.uploads ?? [ofOne(values)])
		books.saveUpload(terminalId, batch, {
			stan: required(each.stan, "stan of an upload"),
			amountMinor: required(each.amountMinor, "amount of an upload"),
		});
	return { responseCode: RESPONSE.approved };
}

/** A chip transaction comes by itself in the message, named by its original. */
function ofOne(values: MessageValues): MessageValues {
	return { stan: values.original?.stan ?? values.stan, amountMinor: values.amountMinor };
}

/** Closes the batch when every record that the terminal counted has arrived; whether they agree is its verdict. */
export function batchUploadEnd({ books }: Desk, { key, values }: BankRequest): Reply {
	const { terminalId, batch } = key;
	const before = books.settlement(terminalId, batch);
	if (before.state === "settled") return { responseCode: RESPONSE.approved };
	if (before.state !== "uploading") return { responseCode: RESPONSE.invalidTransaction };
	const uploads = books.uploads(terminalId, batch);
	if (values.uploadCount !== undefined && values.uploadCount !== uploads.length) {
		books.clearUploads(terminalId, batch);
		return { responseCode: RESPONSE.reconcileError };
	}
	const verdict = differencesOf(books, before).length === 0 ? "reconciled" : "differing";
	books.saveSettlement({ ...before, state: "settled", verdict });
	openNextBatch(books, terminalId, batch);
	return { responseCode: RESPONSE.approved };
}

/** One transaction about which an upload and the books do not agree; an absent amount is one that is not there. */
export interface Difference {
	readonly stan: number;
	readonly terminalMinor: number | undefined;
	readonly bankMinor: number | undefined;
}

/** Between what the terminal uploaded and what the books have; empty for a batch that was not uploaded. */
export function differencesOf(books: Books, { terminalId, batch, verdict, state }: Settlement): Difference[] {
	if (verdict === "equal" || state === "open") return [];
	const counted = books.transactionsOf(terminalId, batch).filter(isCounted);
	const uploads = books.uploads(terminalId, batch);
	// CHOICE: a void and its sale cancel out, so that a terminal may leave both out of its upload.
	const cancelsOut = new Set(
		counted.filter(({ state, effect }) => state === "voided" || effect === "voids").map(({ key }) => key.stan),
	);
	const stans = new Set([...counted.map(({ key }) => key.stan), ...uploads.map(({ stan }) => stan)]);
	return [...stans]
		.sort((a, b) => a - b)
		.map(stan => ({
			stan,
			terminalMinor: uploads.find((upload: Upload) => upload.stan === stan)?.amountMinor,
			bankMinor: counted.find(({ key }) => key.stan === stan)?.finalMinor,
		}))
		.filter(
			({ stan, terminalMinor, bankMinor }) =>
				terminalMinor !== bankMinor && !(terminalMinor === undefined && cancelsOut.has(stan)),
		);
}

function isCounted({ state, side }: BookedTransaction): boolean {
	return (state === "approved" || state === "voided") && side !== undefined;
}

function openNextBatch(books: Books, terminalId: string, batch: number): void {
	const state = books.terminal(terminalId);
	if (state.batch <= batch) books.saveTerminal({ ...state, batch: (batch % MOST_BATCH) + 1 });
}

const MOST_BATCH = 999_999;

function batchTotals({ local, foreign }: SettlementTotals): BatchTotals {
	const group = ({ debit, credit }: { readonly debit: Total; readonly credit: Total }): GroupTotals => ({
		debitCount: debit.count,
		debitMinor: debit.sumMinor,
		creditCount: credit.count,
		creditMinor: credit.sumMinor,
	});
	return { local: group(local), foreign: group(foreign) };
}

function inOne({ local, foreign }: BatchTotals): BatchTotals {
	const sum = (what: keyof GroupTotals) => local[what] + foreign[what];
	const none = { debitCount: 0, debitMinor: 0, creditCount: 0, creditMinor: 0 };
	const [debitCount, debitMinor] = [sum("debitCount"), sum("debitMinor")];
	return {
		local: { debitCount, debitMinor, creditCount: sum("creditCount"), creditMinor: sum("creditMinor") },
		foreign: none,
	};
}

function same(a: GroupTotals, b: GroupTotals): boolean {
	return (
		a.debitCount === b.debitCount &&
		a.debitMinor === b.debitMinor &&
		a.creditCount === b.creditCount &&
		a.creditMinor === b.creditMinor
	);
}
