import type { Command } from "commander";
import type { BankReports } from "../bank/control.js";
import { report } from "../bank/startBank.js";
import { useTestBank } from "../world/runningBank.js";
import { StateFolder } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { signedAmount } from "./amount.js";
import { stateOption } from "./options.js";

const CURRENCY = 156;

const REPORTS: Readonly<Record<keyof BankReports, string>> = {
	ledger: "print every money movement, two entries each",
	accounts: "print the balance of every account: cards, merchants, holds",
	terminals: "print each terminal's open batch and what it has in it",
	settlements: "print how batches were closed, and about which transactions terminal and bank differ",
	referrals: "print the requests that were referred to the issuer, with the code that its voice centre would give",
	tampers: "print which terminals were opened, when they told so, and since when they may be bound again",
	erasures: "print the certificates of erasure of terminals that were unbound",
	audit: "check the books: balances against movements, postings against amounts",
};

/** One command for each report, from the bank that runs on the state folder or from one started for it. */
export function addBankReports(bank: Command): void {
	for (const name of Object.keys(REPORTS) as (keyof BankReports)[])
		bank
			.command(name)
			.description(REPORTS[name])
			.option("--json", "print one JSON array instead of the table")
			.addOption(stateOption())
			.action(async ({ json, state: folder }: { json?: boolean; state: string }) => {
				const state = new StateFolder(folder);
				await openTestWorld(state, false);
				const running = await useTestBank(state);
				try {
					const rows = (await report(running.ask, name)) as readonly (object | string)[];
					if (json) console.log(JSON.stringify(rows));
					else if (rows.length) console.table(rows.map(forPeople));
					else console.log(name === "audit" ? "the books are in order" : "nothing yet");
					if (name === "audit" && rows.length) process.exitCode = 1;
				} finally {
					await running.leave();
				}
			});
}

/** Amounts as money, and what is nested in short. */
function forPeople(row: object | string): object {
	if (typeof row === "string") return { wrong: row };
	return Object.fromEntries(
		Object.entries(row).map(([name, value]) => {
			if (name.endsWith("Minor") && typeof value === "number")
				return [name.replace(/Minor$/, ""), signedAmount(value, CURRENCY)];
			return [name, typeof value === "object" && value !== null ? JSON.stringify(value) : value];
		}),
	);
}
