import { Argument, type Command, InvalidArgumentError } from "commander";
import { ANSWER_FAULTS, FAULTS } from "../bank/fault.js";
import { SCENARIOS } from "../bank/scenario.js";
import type { BankLogLine } from "../bank/startBank.js";
import { cardProfiles } from "../card/cardProfiles.js";
import { findRunningBank, useTestBank } from "../world/runningBank.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { parseTerminalNumber, stateOption, wholeNumber } from "./options.js";

interface Switch {
	readonly state: string;
	readonly json?: boolean;
	readonly list?: boolean;
	readonly clear?: boolean;
	readonly count?: number;
	readonly untilCleared?: boolean;
}

/** What somebody switches in a bank that runs: `npm start` or `kassa bank run`. */
export function addBankSwitches(bank: Command): void {
	switchCommand(bank, "fault", "let the bank do something wrong with its next answers or connections")
		.addArgument(new Argument("[name]", "what goes wrong").choices(FAULTS))
		.option("--terminal <id>", "only in answers to this terminal (8 characters)", parseTerminalNumber)
		.option("--delay <ms>", "how much later a slow answer comes", wholeNumber(1, 600_000))
		.option("--random <seed>", `faults by chance: any of ${ANSWER_FAULTS.join(", ")}`, wholeNumber(1, 0xffff_ffff))
		.option("--percent <number>", "how many answers in a hundred, with --random", wholeNumber(1, 100))
		.action(async (name: string | undefined, options: Switch & FaultSwitch) => {
			const { terminal, delay: delayMs, random: seed, percent = 10 } = options;
			if (name === undefined && seed !== undefined) return tell(options, { random: { seed, percent } });
			if (name === undefined) return tell(options, { faults: options.clear ? "clear" : "list" });
			return tell(options, { fault: name, ...howOften(options), terminal, delayMs });
		});
	switchCommand(bank, "scenario", 'let the issuer answer by name, such as "insufficient funds"')
		.addArgument(new Argument("[name]", "what the issuer says").choices(Object.keys(SCENARIOS)))
		.option("--card <card>", "for this card only: a name of `kassa card list`, or a card number")
		.action(async (name: string | undefined, options: Switch & { readonly card?: string }) => {
			if (name === undefined) return tell(options, { scenarios: options.clear ? "clear" : "list" });
			return tell(options, { scenario: name, ...howOften(options), pan: options.card && panOf(options.card) });
		});
	onOff(
		bank,
		"magic-amounts",
		"let the cents of an amount choose the answer (x.51: insufficient funds)",
		"magicAmounts",
	);
	onOff(bank, "dispute-totals", "let every settlement's totals differ, so that batches are uploaded", "disputeTotals");
	bank
		.command("activation-code")
		.description("give a code for one binding of a terminal")
		.argument("<terminal>", "its number, 8 characters", parseTerminalNumber)
		.option("--json", "print one JSON object")
		.addOption(stateOption())
		.action((terminal: string, options: Switch) => tellClerk(options, { activationCode: terminal }));
	bank
		.command("revoke")
		.description("take a binding back: the bank refuses it, the terminal once it has the list")
		.argument("<binding>", "its number, 12 digits", parseBindingNumber)
		.option("--json", "print one JSON object")
		.addOption(stateOption())
		.action((binding: string, options: Switch) => tellClerk(options, { revoke: binding }));
	bank
		.command("release-tamper")
		.description("let a terminal be bound again that was opened: somebody of the bank's has looked at it")
		.argument("<terminal>", "its number, 8 characters", parseTerminalNumber)
		.option("--json", "print one JSON object")
		.addOption(stateOption())
		.action((terminal: string, options: Switch) => tellClerk(options, { releaseTamper: terminal }));
	bank
		.command("restart")
		.description("drop every connection and listen again after a while")
		.option("--down <ms>", "for how long nobody listens", wholeNumber(0, 600_000), 200)
		.option("--json", "print one JSON object")
		.addOption(stateOption())
		.action((options: Switch & { readonly down: number }) => tell(options, { restart: options.down }));
}

interface FaultSwitch {
	readonly terminal?: string;
	readonly delay?: number;
	readonly random?: number;
	readonly percent?: number;
}

function switchCommand(bank: Command, name: string, description: string): Command {
	return bank
		.command(name)
		.description(description)
		.option("-n, --count <times>", "how often; once unless told otherwise", wholeNumber(1, 1_000_000))
		.option("--until-cleared", "every time, until --clear")
		.option("--list", "print what is still to come")
		.option("--clear", "nothing more of it")
		.option("--json", "print one JSON object")
		.addOption(stateOption());
}

function onOff(bank: Command, name: string, description: string, key: string): void {
	bank
		.command(name)
		.description(description)
		.addArgument(new Argument("<on|off>").choices(["on", "off"]))
		.option("--json", "print one JSON object")
		.addOption(stateOption())
		.action((value: string, options: Switch) => tell(options, { [key]: value === "on" }));
}

/** Sends one control line to the bank of the state folder and prints what it says. */
async function tell({ state: folder, json }: Switch, control: object): Promise<void> {
	const running = await findRunningBank(new StateFolder(folder));
	if (!running)
		throw new UserError(`no test bank runs on ${folder}: start one with \`npm start\` or \`kassa bank run\``);
	print(json, await running.ask(control));
}

/** What the desk keeps: by the bank that runs on the state folder, or by one that is started for it. */
async function tellClerk({ state: folder, json }: Switch, control: object): Promise<void> {
	const state = new StateFolder(folder);
	await openTestWorld(state, false);
	const running = await useTestBank(state);
	try {
		print(json, await running.ask(control));
	} catch (error) {
		throw new UserError((error as Error).message);
	} finally {
		await running.leave();
	}
}

function print(json: boolean | undefined, answer: BankLogLine): void {
	if (json) console.log(JSON.stringify(answer));
	else for (const [name, value] of Object.entries(answer)) console.log(`${name}: ${inWords(value)}`);
}

function inWords(value: unknown): string {
	if (Array.isArray(value)) return value.length ? value.map(each => JSON.stringify(each)).join("\n  ") : "none";
	if (typeof value === "boolean") return value ? "yes" : "no";
	return typeof value === "object" ? JSON.stringify(value) : String(value);
}

function howOften({ count, untilCleared }: Switch): object {
	return untilCleared ? { untilCleared } : { count };
}

function panOf(card: string): string {
	if (/^[0-9]{13,19}$/.test(card)) return card;
	const profile = cardProfiles().find(({ name }) => name === card);
	if (!profile) throw new UserError(`there is no card ${card}: \`kassa card list\` names them`);
	return profile.account.pan;
}

function parseBindingNumber(text: string): string {
	if (/^[0-9]{12}$/.test(text)) return text;
	throw new InvalidArgumentError("the number of a binding has 12 digits: `kassa binding` prints it.");
}
