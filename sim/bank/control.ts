import { maskPan } from "../../src/bytes/pan.js";
import { integer, list, object, oneOf, optional, refuse, text } from "../card/check.js";
import type { Acquirer } from "./acquirer.js";
import type { BindingDesk, ErasureReport, TamperReport } from "./binding/bindingDesk.js";
import type { AccountRow, LedgerRow, Settlement } from "./books.js";
import { ANSWER_FAULTS, FAULTS, type FaultOrder, type FaultPlan, type RandomFaults } from "./fault.js";
import { checkScriptOrder } from "./issuerScript.js";
import { type Difference, differencesOf } from "./operations/settle.js";
import { SCENARIOS, type Scenario } from "./scenario.js";

/** A terminal as people see it. */
export interface TerminalRow {
	readonly terminalId: string;
	readonly batch: number;
	readonly state: "signed off" | "work keys loaded" | "keys of the configuration";
	readonly debit: number;
	readonly debitMinor: number;
	readonly credit: number;
	readonly creditMinor: number;
	readonly status: string | undefined;
}

/** A batch that was closed, or is being uploaded. */
export interface SettlementRow extends Settlement {
	readonly differences: readonly Difference[];
}

/** A declined request that waits for the voice centre's word. */
export interface ReferralRow {
	readonly referral: string;
	readonly card: string;
	readonly amountMinor: number;
	readonly authorisationCode: string;
}

/** What the bank tells of its state. */
export interface BankReports {
	ledger(): LedgerRow[];
	accounts(): AccountRow[];
	terminals(): TerminalRow[];
	settlements(): SettlementRow[];
	referrals(): ReferralRow[];
	tampers(): TamperReport[];
	erasures(): ErasureReport[];
	audit(): string[];
}

const REPORTS = [
	"ledger",
	"accounts",
	"terminals",
	"settlements",
	"referrals",
	"tampers",
	"erasures",
	"audit",
] as const;

const count = optional(integer(1, 1_000_000));
const pan = optional(text(/^[0-9]{13,19}$/, "13 to 19 digits"));

/** Control lines by the key that says what they are; what each must be beside it. */
const faultLine = object({
	fault: oneOf(...FAULTS),
	count,
	untilCleared: optional((value, path) => (value === true ? true : refuse(path, "must be true"))),
	terminal: optional(text(/^.{8}$/, "8 characters")),
	delayMs: optional(integer(1, 600_000)),
});
const randomLine = object({
	random: object({
		seed: integer(1, 0xffff_ffff),
		percent: integer(1, 100),
		faults: optional(list(oneOf(...ANSWER_FAULTS))),
	}),
});
const scenarioLine = object({
	scenario: oneOf(...(Object.keys(SCENARIOS) as Scenario[])),
	pan,
	count,
	untilCleared: optional((value, path) => (value === true ? true : refuse(path, "must be true"))),
});

/** Reads and changes a running bank, by lines of JSON from whichever side they come. */
export class BankControl implements BankReports {
	readonly #acquirer: Acquirer;
	readonly #faults: FaultPlan;
	readonly #desk: BindingDesk | undefined;
	readonly #restart: (downMs: number) => Promise<void>;

	constructor(acquirer: Acquirer, faults: FaultPlan, restart: (downMs: number) => Promise<void>, desk?: BindingDesk) {
		this.#desk = desk;
		this.#acquirer = acquirer;
		this.#faults = faults;
		this.#restart = restart;
	}

	/** @returns what to answer @throws {TypeError} one sentence when the line is wrong */
	async obey(line: Readonly<Record<string, unknown>>): Promise<object> {
		const { id: _id, ...asked } = line;
		for (const report of REPORTS) if (report in asked) return { [report]: this[report]() };
		if ("fault" in asked) return this.#arm(faultLine(asked, "control"));
		if ("random" in asked) return this.#armRandom(randomLine(asked, "control").random);
		if ("faults" in asked) return this.#faultsLine(oneOf("list", "clear")(asked.faults, "control.faults"));
		if ("scenario" in asked) return this.#order(scenarioLine(asked, "control"));
		if ("scenarios" in asked) return this.#scenariosLine(oneOf("list", "clear")(asked.scenarios, "control.scenarios"));
		if ("script" in asked) {
			this.#acquirer.orderScript(checkScriptOrder(asked.script));
			return { ordered: true };
		}
		if (typeof asked.magicAmounts === "boolean") {
			this.#acquirer.bank.scenarios.magicAmounts = asked.magicAmounts;
			return { magicAmounts: asked.magicAmounts };
		}
		if (typeof asked.disputeTotals === "boolean") {
			this.#acquirer.bank.disputeTotals = asked.disputeTotals;
			return { disputeTotals: asked.disputeTotals };
		}
		if ("activationCode" in asked) {
			const terminalId = text(/^.{8}$/, "8 characters")(asked.activationCode, "control.activationCode");
			return { activationCode: this.#bindingDesk().issueCode(terminalId), terminalId };
		}
		if ("revoke" in asked) {
			const bindingNumber = text(/^[0-9]{12}$/, "12 digits")(asked.revoke, "control.revoke");
			this.#bindingDesk().revoke(bindingNumber);
			return { revoked: bindingNumber };
		}
		if ("releaseTamper" in asked) {
			const terminalId = text(/^.{8}$/, "8 characters")(asked.releaseTamper, "control.releaseTamper");
			return { released: this.#bindingDesk().releaseTampers(terminalId), terminalId };
		}
		if ("restart" in asked) {
			await this.#restart(asked.restart === true ? 200 : integer(0, 600_000)(asked.restart, "control.restart"));
			return { restarted: true };
		}
		return refuse(
			"a control line",
			`has one of ${REPORTS.join(", ")}, fault, faults, random, scenario, scenarios, script, magicAmounts, disputeTotals, activationCode, revoke, releaseTamper, restart`,
		);
	}

	ledger(): LedgerRow[] {
		return this.#books.ledgerRows();
	}

	accounts(): AccountRow[] {
		return this.#books.accountRows();
	}

	terminals(): TerminalRow[] {
		return this.#acquirer.terminalIds.map(terminalId => {
			const { batch, signedOff, workKeys, status } = this.#books.terminal(terminalId);
			const { local, foreign } = this.#books.totals(terminalId, batch);
			return {
				terminalId,
				batch,
				state: signedOff ? "signed off" : workKeys ? "work keys loaded" : "keys of the configuration",
				debit: local.debitCount + foreign.debitCount,
				debitMinor: local.debitMinor + foreign.debitMinor,
				credit: local.creditCount + foreign.creditCount,
				creditMinor: local.creditMinor + foreign.creditMinor,
				status,
			};
		});
	}

	settlements(): SettlementRow[] {
		return this.#books.settlements().map(settlement => ({
			...settlement,
			differences: differencesOf(this.#books, settlement),
		}));
	}

	referrals(): ReferralRow[] {
		return this.#books.referrals().map(({ answer, pan: card, amountMinor }) => ({
			referral: answer.referral!,
			card: maskPan(card),
			amountMinor,
			authorisationCode: answer.authorisationCode!,
		}));
	}

	tampers(): TamperReport[] {
		return this.#bindingDesk().tampers();
	}

	erasures(): ErasureReport[] {
		return this.#bindingDesk().erasures();
	}

	audit(): string[] {
		return this.#books.audit();
	}

	#bindingDesk(): BindingDesk {
		if (!this.#desk) throw new Error("this bank binds no terminals: its configuration has no `binding`");
		return this.#desk;
	}

	get #books() {
		return this.#acquirer.bank.books;
	}

	#arm({ fault, count: times = 1, untilCleared, terminal, delayMs }: ReturnType<typeof faultLine>): object {
		const order: FaultOrder = {
			fault,
			count: untilCleared ? Number.POSITIVE_INFINITY : times,
			terminalId: terminal,
			delayMs,
		};
		this.#faults.arm(order);
		return { armed: fault, count: untilCleared ? "until cleared" : times, ...(terminal && { terminal }) };
	}

	#armRandom({ seed, percent, faults }: ReturnType<typeof randomLine>["random"]): object {
		const random: RandomFaults = { seed, percent, faults: faults ?? ANSWER_FAULTS };
		this.#faults.armRandom(random);
		return { random };
	}

	#faultsLine(what: "list" | "clear"): object {
		if (what === "clear") this.#faults.clear();
		const faults = this.#faults.list().map(({ count: times, ...order }) => ({
			...order,
			count: times === Number.POSITIVE_INFINITY ? "until cleared" : times,
		}));
		return { faults, ...(this.#faults.random && { random: this.#faults.random }) };
	}

	#order({ scenario, pan: card, count: times = 1, untilCleared }: ReturnType<typeof scenarioLine>): object {
		this.#acquirer.bank.scenarios.order(scenario, card, untilCleared ? Number.POSITIVE_INFINITY : times);
		return { scenario, responseCode: SCENARIOS[scenario], count: untilCleared ? "until cleared" : times };
	}

	#scenariosLine(what: "list" | "clear"): object {
		const { scenarios } = this.#acquirer.bank;
		if (what === "clear") scenarios.clear();
		const ordered = scenarios.list().map(({ scenario, pan: card, count: times }) => ({
			scenario,
			...(card && { card: maskPan(card) }),
			count: times === Number.POSITIVE_INFINITY ? "until cleared" : times,
		}));
		return { scenarios: ordered, magicAmounts: scenarios.magicAmounts };
	}
}
