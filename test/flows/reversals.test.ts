import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import type { AnswerFault } from "../../sim/bank/fault.js";
import { checkScriptOrder } from "../../sim/bank/issuerScript.js";
import type { ContactCard } from "../../sim/card/contactCard.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";
import { decodeMessage, textField } from "../../src/host/iso8583/message.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { Attendant, type AttendantHabits } from "./attendant.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld, oneRound, withApplication } from "./saleWorld.js";

const CARD = "unionpay-credit";
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

interface Row {
	/** Of every application in the configuration. */
	readonly application?: object;
	readonly options?: Partial<BenchOptions>;
	/** Of the host profile. */
	readonly change?: (profile: HostProfile) => HostProfile;
	readonly habits?: AttendantHabits;
	/** The transaction that is looked at; a sale of 100 when absent. */
	readonly run?: (b: SaleBench) => Promise<TransactionResult | undefined>;
	/** What goes wrong. */
	readonly arrange?: (b: SaleBench) => void;
}

const faulty = (fault: AnswerFault): Row => ({ arrange: b => b.bank.faults.arm({ fault, count: 1 }) });

/** Runs `work` once, when the bank's next answer is on its way. */
function onAnswer(b: SaleBench, work: () => void): void {
	b.bank.onAnswer = answer => {
		b.bank.onAnswer = undefined;
		work();
		return answer;
	};
}

/** Stops answering when told to. */
class MuteCard implements ContactCard {
	isMute = false;
	readonly #card: ContactCard;

	constructor(card: ContactCard) {
		this.#card = card;
	}

	reset(): Uint8Array {
		return this.isMute ? new Uint8Array(0) : this.#card.reset();
	}

	take(character: number): Uint8Array {
		return this.isMute ? new Uint8Array(0) : this.#card.take(character);
	}
}

const aboutEarlier = (operation: "saleVoid" | "completion", first: "sale" | "preAuthorisation"): Row => ({
	async run(b) {
		const { invoice } = await b.terminal.perform({ operation: first, amountMinor: 100 });
		b.bank.faults.arm({ fault: "noReply", count: 1 });
		return b.terminal.perform({ operation, amountMinor: 100, invoice });
	},
});

async function cutAt(b: SaleBench, arrange: () => void): Promise<undefined> {
	arrange();
	await expect(b.sale(100)).rejects.toThrow("power");
	b.restart();
	return undefined;
}

/** How each row of the document comes about. */
const ROWS: Readonly<Record<string, Row>> = {
	"bank approved, card gave TC": {},
	"bank declined": { arrange: b => b.desk.scenarios.order("do not honour", undefined, 1) },
	"bank declined, card pulled before it was told": {
		arrange(b) {
			b.desk.scenarios.order("do not honour", undefined, 1);
			onAnswer(b, () => b.removeCard());
		},
	},
	"card declined offline": { application: { tacDenial: "FFFFFFFFFF" } },
	"card pulled before the request": {
		arrange: b => {
			b.onScreen = screen => {
				if (screen.name === "pleaseWait") b.slot.pullAfter(200);
			};
		},
	},
	"request does not fit into a message": {
		change: ({ message, ...others }) => ({
			...others,
			message: { ...message, fields: { ...message.fields, 42: { ...message.fields[42]!, length: 14 } } },
		}),
	},
	"no connection: nothing left the terminal": { arrange: b => b.bank.failNext("unreachable") },
	"power cut before the request was journalled": {
		run: b =>
			cutAt(b, () => {
				b.terminal;
				b.disk.cutAfter(0, () => 0);
			}),
	},
	"no reply in time": faulty("noReply"),
	"connection closed after the request": faulty("closeAfterRequest"),
	"reply garbled": faulty("garbled"),
	"half a reply": faulty("halfFrame"),
	"reply of another STAN": faulty("wrongStan"),
	"reply with another amount": faulty("wrongAmount"),
	"reply late": faulty("lateReply"),
	"reply with a wrong MAC": faulty("wrongMac"),
	"bank approved, card gave AAC": {
		arrange: b => b.acquirer.orderScript(checkScriptOrder({ template: "71", commands: [{ command: "CARD BLOCK" }] })),
	},
	"bank approved, card pulled before its TC": { arrange: b => onAnswer(b, () => b.removeCard()) },
	"bank approved, card mute before its TC": {
		arrange(b) {
			let mute: MuteCard | undefined;
			b.wrapCard = card => {
				mute = new MuteCard(card);
				return mute;
			};
			onAnswer(b, () => {
				mute!.isMute = true;
			});
		},
	},
	"power cut after the request was journalled": {
		run: b =>
			cutAt(b, () => {
				b.bank.failNext("powerCut");
				b.bank.onPowerCut = () => b.disk.cutAfter(0);
			}),
	},
	"fault of the terminal after the request was journalled": {
		arrange(b) {
			b.onScreen = screen => {
				if (screen.name === "contactingBank") throw new Error("the display broke");
			};
		},
	},
	"void without a reply": aboutEarlier("saleVoid", "sale"),
	"completion without a reply": aboutEarlier("completion", "preAuthorisation"),
	"balance without a reply": {
		run(b) {
			b.bank.faults.arm({ fault: "noReply", count: 1 });
			return b.terminal.perform({ operation: "balance", amountMinor: 0 });
		},
	},
	"referral, no code given": { arrange: b => b.desk.scenarios.order("refer to card issuer", undefined, 1) },
	"referral, code given, card gave TC": {
		habits: { digits: "123456" },
		arrange: b => b.desk.scenarios.order("refer to card issuer", undefined, 1),
	},
	"advice without a reply": {
		async run(b) {
			const { invoice } = await b.terminal.perform({ operation: "preAuthorisation", amountMinor: 100 });
			b.bank.faults.arm({ fault: "noReply", count: 1 });
			return b.terminal.perform({ operation: "completionAdvice", amountMinor: 100, invoice });
		},
	},
};

interface DocumentRow {
	readonly name: string;
	readonly outcome: string;
	readonly isTakenBack: boolean;
	readonly codes: readonly string[];
}

const DOCUMENT = readFileSync(new URL("../../docs/sale.md", import.meta.url), "utf8");
const DOCUMENT_ROWS: DocumentRow[] = DOCUMENT.split("## When a transaction is taken back")[1]!
	.split("\n## ")[0]!
	.split("\n")
	.filter(line => line.startsWith("| ") && !line.startsWith("| what happened"))
	.map(line => {
		const [name, outcome, takenBack, codes] = line
			.slice(1, -1)
			.split("|")
			.map(cell => cell.trim());
		return { name: name!, outcome: outcome!, isTakenBack: takenBack === "yes", codes: codes!.split(", ") };
	});

test("the document has a row for each case that is tested, and no other", () => {
	expect(DOCUMENT_ROWS.map(({ name }) => name)).toEqual(Object.keys(ROWS));
});

describe.each([
	["unionPay", unionPay, 0],
	["generic87", oneRound(generic87), 1],
] as const)("%s", (_name, profile, column) => {
	// [MNY-REV-02 MNY-REV-03 MNY-REV-04 MNY-REV-05 MNY-REV-06 MNY-REV-07 MNY-PWR-01]
	test.each(DOCUMENT_ROWS)("$name: taken back $isTakenBack", async ({ name, outcome, isTakenBack, codes }) => {
		const { application, options, change, habits, run, arrange } = ROWS[name]!;
		const configuration = withApplication(world.configuration, application);
		const b = new SaleBench({
			...{ ...world, configuration, crypto: nodeCrypto },
			profile: change?.(profile) ?? profile,
			...options,
		});
		new Attendant(b, habits);
		arrange?.(b);
		const result = await (run ? run(b) : b.sale(100));
		const last = b.terminal.journal.last();
		if (outcome === "none") expect(last).toBeUndefined();
		else expect(result?.outcome ?? last!.outcome).toBe(outcome);
		expect(b.entries.filter(({ type }) => type === "reversalOwed").length).toBe(isTakenBack ? 1 : 0);
		if (last) expect(b.terminal.result(last).status === "pending").toBe(isTakenBack || name.startsWith("advice"));
		// What is owed goes before the next sale, and afterwards the bank has the next sale and what was approved.
		b.onScreen = undefined;
		new Attendant(b);
		b.wrapCard = each => each;
		b.removeCard();
		const before = b.entries.length;
		if (options || change) return;
		const { code, received } = await nextSale(b, profile);
		expect(received.filter(type => type === "0400").length).toBe(isTakenBack ? 1 : 0);
		if (!isTakenBack) return;
		expect(received[0] === "0400" || received[1] === "0400").toBe(true); // a sign-in may go before it
		expect(code).toBe(codes[column]);
		expect(b.terminal.result(b.terminal.journal.transaction(last!)!).status).toBe("reversed");
		expect(b.entries.slice(before).filter(({ type }) => type === "reversed").length).toBe(1);
		expect(b.books.audit()).toEqual([]);
	});
});

/** What arrives at the bank during the next sale, and field 39 of the reversal. */
async function nextSale(b: SaleBench, profile: HostProfile): Promise<{ code: string | undefined; received: string[] }> {
	const from = b.bank.received.length;
	let code: string | undefined;
	const handle = b.acquirer.handle.bind(b.acquirer);
	b.acquirer.handle = bytes => {
		const message = decodeMessage(profile.message, bytes);
		if (message.messageType === "0400") code = textField(message, 39);
		return handle(bytes);
	};
	const merchantMinor = b.merchantMinor;
	const result = await b.sale(777);
	if (result.outcome === "approved") expect(b.merchantMinor).not.toBe(merchantMinor);
	return { code, received: b.bank.received.slice(from) };
}
