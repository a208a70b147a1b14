import type { Operation } from "../../src/operation.js";
import type { Clock, Crypto, Random } from "../../src/ports.js";
import type { Books } from "./books.js";
import type { BankRequest, Desk, Reply } from "./desk.js";
import { type Downloads, NO_DOWNLOADS } from "./downloads.js";
import { Issuer, type IssuerKeys } from "./issuer.js";
import {
	acknowledge,
	hotCards,
	listRecords,
	oneRecord,
	parameters,
	signIn,
	signOff,
	statusUpload,
} from "./operations/manage.js";
import { post } from "./operations/post.js";
import { query } from "./operations/query.js";
import { reverse } from "./operations/reverse.js";
import { RULES } from "./operations/rules.js";
import { batchUpload, batchUploadEnd, settlement } from "./operations/settle.js";
import { RESPONSE } from "./responseCode.js";
import { Scenarios } from "./scenario.js";

export interface BankOptions {
	readonly issuerKeys: IssuerKeys;
	readonly books: Books;
	readonly crypto: Crypto;
	readonly random: Random;
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	readonly downloads?: Downloads;
	/** The most that a completion may be of what its pre-authorisation holds; 115 when absent. */
	readonly completionPercent?: number;
}

/** The bank behind its messages: acquirer and issuer in one house, whatever a request looked like on the line. */
export class Bank implements Desk {
	readonly books: Books;
	readonly issuer: Issuer;
	readonly crypto: Crypto;
	readonly random: Random;
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	readonly scenarios = new Scenarios();
	readonly downloads: Downloads;
	readonly completionPercent: number;
	disputeTotals = false;

	constructor({ issuerKeys, books, crypto, random, clock, downloads, completionPercent }: BankOptions) {
		this.books = books;
		this.issuer = new Issuer(crypto, issuerKeys, books);
		this.crypto = crypto;
		this.random = random;
		this.clock = clock;
		this.downloads = downloads ?? NO_DOWNLOADS;
		this.completionPercent = completionPercent ?? 115;
	}

	/** @throws {Iso8583Error} when a value is missing or wrong; nothing is booked then */
	answer(request: BankRequest, isReversal: boolean): Reply {
		return this.books.together(() => {
			this.#noteBatch(request);
			if (isReversal) return reverse(this, request);
			const rule = RULES[request.operation];
			return rule ? post(this, request, rule) : this.#manage(request.operation, request);
		});
	}

	#manage(operation: Operation, request: BankRequest): Reply {
		switch (operation) {
			case "signIn":
				return signIn(this, request);
			case "signOff":
				return signOff(this, request);
			case "query":
				return query(this, request);
			case "settlement":
				return settlement(this, request);
			case "batchUpload":
				return batchUpload(this, request);
			case "batchUploadEnd":
				return batchUploadEnd(this, request);
			case "statusUpload":
				return statusUpload(this, request);
			case "parameters":
				return parameters(this);
			case "aidsQuery":
				return listRecords(this.downloads.aids);
			case "aids":
				return oneRecord(this.downloads.aids, request);
			case "caKeysQuery":
				return listRecords(this.downloads.caKeys);
			case "caKeys":
				return oneRecord(this.downloads.caKeys, request);
			case "hotCards":
				return hotCards(this, request);
			case "echo":
			case "scriptResult":
			case "aidsEnd":
			case "caKeysEnd":
			case "hotCardsEnd":
				return acknowledge();
			default:
				return { responseCode: RESPONSE.invalidTransaction };
		}
	}

	/** A terminal may begin a batch by itself, when its numbers begin anew. */
	#noteBatch({ key }: BankRequest): void {
		const state = this.books.terminal(key.terminalId);
		if (key.batch > state.batch) this.books.saveTerminal({ ...state, batch: key.batch });
	}
}
