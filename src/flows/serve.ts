import { deliverAdvices, deliverReversals } from "./deliverOwed.js";
import { download } from "./download.js";
import type { FlowContext } from "./flowContext.js";
import { echo, signOff, uploadStatus } from "./networkManagement.js";
import { query } from "./query.js";
import { reprint } from "./receipts.js";
import type { ServiceResult } from "./serviceResult.js";
import { settle } from "./settle.js";
import { signIn } from "./signIn.js";
import { totalsLines } from "./totals.js";

/** What a person, a cash register or a command may ask for besides transactions. */
export type Service =
	| { readonly service: "signIn"; readonly operator?: string }
	| { readonly service: "signOff" | "echo" | "download" | "deliver" }
	/** With a cash register's key at most one open batch is closed, however often it is asked. */
	| { readonly service: "settle"; readonly requestKey?: string }
	| { readonly service: "query"; readonly invoice: number }
	/** The last transaction unless told otherwise. */
	| { readonly service: "reprint"; readonly invoice?: number }
	| { readonly service: "totals" }
	| { readonly service: "statusUpload"; readonly text: string };

export async function serve(c: FlowContext, asked: Service): Promise<ServiceResult> {
	switch (asked.service) {
		case "signIn":
			return signIn(c, asked.operator);
		case "signOff":
			return signOff(c);
		case "echo":
			return echo(c);
		case "settle":
			return settle(c, asked.requestKey);
		case "download":
			return download(c);
		case "deliver":
			return deliver(c);
		case "query":
			return query(c, asked.invoice);
		case "reprint":
			return reprint(c, asked.invoice);
		case "totals":
			return { operation: "settlement", done: true, reason: "the open batch", lines: totalsLines(c) };
		case "statusUpload":
			return uploadStatus(c, asked.text);
	}
}

/** Sends what the bank must still get. */
export async function deliver(c: FlowContext): Promise<ServiceResult> {
	const result = (done: boolean, reason: string): ServiceResult => ({
		operation: "offlineSale",
		done,
		reason,
		lines: [],
	});
	if (c.signInWanted && !(await signIn(c)).done)
		return result(false, "the bank wants the terminal to sign in, and that failed");
	if (!(await deliverReversals(c))) return result(false, "a reversal is owed and the bank does not answer");
	const waiting = await deliverAdvices(c);
	return waiting
		? result(false, `${waiting} messages still wait for the bank`)
		: result(true, "nothing waits for the bank");
}
