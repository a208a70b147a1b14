import { Command, Option } from "commander";
import { encodeCbor } from "../../src/bytes/cbor.js";
import { formatHex } from "../../src/bytes/hex.js";
import { TEST_TERMINAL_IDS, type TestTerminal } from "../world/merchant.js";
import { readMonitoringRules } from "../world/monitoringRules.js";
import { StateFolder } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { askManagement } from "./askManagement.js";
import { stateOption, waitOption, wholeNumber } from "./options.js";

interface ManageOptions {
	readonly terminal: TestTerminal;
	readonly state: string;
	readonly json?: boolean;
	readonly by: string;
	readonly reason?: string;
	readonly call?: string;
	readonly version?: string;
	readonly minutes: number;
	readonly wait: number;
}

interface StatusRow {
	readonly terminal: string;
	readonly online: boolean;
	readonly locked?: boolean;
	readonly records?: number;
	readonly atBank?: number;
	readonly alerts: readonly { readonly at: number; readonly alert: string; readonly text: string }[];
	readonly lastDay: { readonly day: string; readonly score: number; readonly level: string } | null;
	readonly lastCheck: { readonly at: number; readonly blocking: readonly string[] } | null;
}

const COMMANDS = {
	lock: ["lock", "stop a terminal's sales; its display says who, why and whom to call"],
	release: ["release", "let a locked terminal sell again"],
	sync: ["sync", "have a terminal send its journal now"],
	"self-check": ["selfCheck", "have a terminal look at itself"],
	update: ["update", "have a terminal install a version of the firmware"],
} as const;

/** `kassa manage`: what the bank's people do over the management link. */
export function manageCommand(): Command {
	const manage = new Command("manage").description("be the bank's people at the management link");
	manage
		.command("status")
		.description("the bank's terminals: connected or not, locked, journal, alerts, last day, last self-check")
		.option("--json", "print JSON")
		.addOption(stateOption())
		.action(async (o: Pick<ManageOptions, "state" | "json">) => {
			const { statuses } = (await ask(o.state, { statuses: true })) as { readonly statuses: readonly StatusRow[] };
			if (o.json) console.log(JSON.stringify(statuses));
			else if (!statuses.length) console.log("no terminal has ever connected: start one with `npm start`");
			else for (const row of statuses) printStatus(row);
		});
	manage
		.command("rules")
		.argument("[file]", "JSON file with monitoring rules; the built-in ones without it")
		.description("what a terminal watches for (docs/monitoring.md)")
		.addOption(whichTerminal())
		.addOption(waitOption())
		.option("--json", "print JSON")
		.addOption(stateOption())
		.action((file: string | undefined, o: ManageOptions) =>
			sent(o, { rules: file === undefined ? "" : formatHex(encodeCbor(readMonitoringRules(file))) }),
		);
	manage
		.command("revocations")
		.description("tell a terminal which certificates the acquirer has revoked")
		.addOption(whichTerminal())
		.addOption(waitOption())
		.option("--json", "print JSON")
		.addOption(stateOption())
		.action((o: ManageOptions) => sent(o, { revocations: "send" }));
	for (const [name, [command, description]] of Object.entries(COMMANDS))
		manage
			.command(name)
			.description(description)
			.addOption(whichTerminal())
			.option("--by <who>", "who orders it", "the bank")
			.option("--reason <text>", "why, for the display")
			.option("--call <number>", "whom to call, for the display")
			.option("--version <version>", "of the firmware")
			.option("--minutes <n>", "how long the order holds", wholeNumber(1, 1_440), 10)
			.addOption(waitOption())
			.option("--json", "print JSON")
			.addOption(stateOption())
			.action((o: ManageOptions) => order(command, o));
	return manage;
}

function whichTerminal(): Option {
	return new Option("-t, --terminal <name>", "which terminal").choices(Object.keys(TEST_TERMINAL_IDS)).default("panel");
}

function order(command: string, o: ManageOptions): Promise<void> {
	const { by, reason, call, version } = o;
	return sent(o, {
		...{ command, by, validMs: 60_000 * o.minutes },
		...(reason && { reason }),
		...(call && { call }),
		...(version && { version }),
	});
}

async function sent(o: ManageOptions, line: object): Promise<void> {
	const told = await ask(o.state, { ...line, terminal: TEST_TERMINAL_IDS[o.terminal], waitMs: 1_000 * o.wait });
	const answer = told.answer as { readonly done: boolean; readonly reason: string; readonly lines: string[] } | null;
	if (!answer) {
		process.exitCode = 2;
		const sentence = "no answer yet: the terminal does it when it connects, if the order still holds then";
		console.log(o.json ? JSON.stringify({ done: false, reason: sentence, lines: [] }) : sentence);
		return;
	}
	if (!answer.done) process.exitCode = 2;
	if (o.json) console.log(JSON.stringify(answer));
	else for (const line of [answer.reason, ...answer.lines]) console.log(line);
}

async function ask(folder: string, line: object): Promise<Readonly<Record<string, unknown>>> {
	const state = new StateFolder(folder);
	await openTestWorld(state, false);
	return askManagement(state, line);
}

function printStatus({ terminal, online, locked, records, atBank, alerts, lastDay, lastCheck }: StatusRow): void {
	const journal = records === undefined ? "never connected" : `${atBank} of ${records} records at the bank`;
	console.log(`${terminal}  ${online ? "online " : "offline"}  ${locked ? "LOCKED  " : ""}${journal}`);
	if (lastDay) console.log(`          ${lastDay.day}: risk score ${lastDay.score}, ${lastDay.level}`);
	if (lastCheck) {
		const found = lastCheck.blocking.length ? `blocks sales: ${lastCheck.blocking.join(", ")}` : "passed";
		console.log(`          ${new Date(lastCheck.at).toISOString()} self-check ${found}`);
	}
	for (const { at, alert, text } of alerts) console.log(`          ${new Date(at).toISOString()} ${alert}: ${text}`);
}
