import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { asciiBytes, latin1Text, wipe } from "../../src/bytes/bytes.js";
import type { Screen } from "../../src/display/screen.js";
import { TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { exportLog, verifyLog } from "../../src/monitor/incidentExport.js";
import { type AccessTrail, TRAIL } from "../../src/operators/accessTrail.js";
import { accessText } from "../../src/operators/formatAccess.js";
import { OperatorError } from "../../src/operators/operators.js";
import { formatRoles, managersOf, OPERATOR_ROLES, type OperatorRole } from "../../src/operators/rights.js";
import { Attendant } from "../world/attendant.js";
import { type TestAccess, testAccess } from "../world/equipTerminal.js";
import type { TestTerminal } from "../world/merchant.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
import { useTerminalAlone } from "../world/terminalAlone.js";
import { useTerminalKeys } from "../world/terminalKeyStore.js";
import type { RunningTerminal } from "../world/testTerminal.js";
import { openTestWorld } from "../world/testWorld.js";
import { parseOperatorNumber, stateOption, terminalOption } from "./options.js";
import { readPasscodes } from "./passcodeFile.js";
import { signOnAs } from "./signOnAs.js";

interface OperatorsOptions {
	readonly terminal: TestTerminal;
	readonly state: string;
	readonly json?: boolean;
	readonly passcodeFile?: string;
	readonly by?: string;
	readonly role?: OperatorRole;
	readonly export?: boolean;
}

/** `kassa operators`: who works at a terminal, and what they did. */
export function operatorsCommand(): Command {
	const operators = new Command("operators").description("see to who works at a terminal, and who did what");
	const add = (name: string, description: string) =>
		operators.command(name).description(description).addOption(terminalOption("whose")).addOption(stateOption());
	const onNumber = (name: string, description: string, says: string) =>
		add(name, description)
			.argument("<number>", "2 to 4 digits", parseOperatorNumber)
			.addOption(new Option("-p, --passcode-file <file>", `${says}, - for standard input`).makeOptionMandatory());
	const managed = (name: string, description: string) =>
		onNumber(name, description, "file with the passcode of who orders it").addOption(
			new Option("--by <number>", "who orders it; the terminal's supervisor while there is no administrator").argParser(
				parseOperatorNumber,
			),
		);

	add("list", "print who works there").option("--json", "print JSON").action(list);
	managed("add", "add somebody; prints the initial passcode, once")
		.addOption(new Option("-r, --role <role>", "what they are").choices(OPERATOR_ROLES).default("cashier"))
		.action((number: string, o: OperatorsOptions) =>
			manage(
				o,
				o.role!,
				({ operators: all }, by) => `initial passcode ${digits(all.add(number, o.role!, by, Date.now()))}`,
			),
		);
	managed("remove", "remove somebody").action((number: string, o: OperatorsOptions) =>
		manage(o, number, ({ operators: all }, by) => {
			all.remove(number, by, Date.now());
			return `operator ${number} is removed`;
		}),
	);
	managed("reset", "give somebody another initial passcode, which also ends a lock; prints it, once").action(
		(number: string, o: OperatorsOptions) =>
			manage(o, number, ({ operators: all }, by) => `initial passcode ${digits(all.reset(number, by, Date.now()))}`),
	);
	managed("unlock", "end somebody's lock after wrong passcodes").action((number: string, o: OperatorsOptions) =>
		manage(o, number, ({ operators: all }, by) => {
			all.unlock(number, by, Date.now());
			return `operator ${number} is unlocked`;
		}),
	);
	onNumber(
		"passcode",
		"choose another passcode for oneself",
		"file with the old one and, in a second line, the new",
	).action(changePasscode);
	onNumber(
		"sign-on",
		"begin to work",
		"file with the passcode and, when it is an initial one, in a second line one's own",
	).action(signOn);
	add("sign-off", "end one's work").action(signOff);
	add("audit", "print who tried, signed on and off, approved, and changed whose access, oldest first")
		.option("--json", "print JSON")
		.option("--export", "print the trail as JSON lines, with the terminal's signature under it")
		.action(audit);
	operators
		.command("verify")
		.description("check an exported trail: every line against the one before, the signature against the last")
		.argument("<file>", "the export")
		.action(verify);
	return operators;
}

async function use<T>(o: OperatorsOptions, work: (access: TestAccess, identity: TerminalIdentity) => T): Promise<T> {
	const state = new StateFolder(o.state);
	await openTestWorld(state, false);
	try {
		return await useTerminalKeys(state, o.terminal, (slots, storage) =>
			work(testAccess(slots, storage), new TerminalIdentity(slots, { crypto: nodeCrypto, random: systemRandom })),
		);
	} catch (error) {
		throw error instanceof OperatorError ? new UserError(error.message) : error;
	}
}

async function list(o: OperatorsOptions): Promise<void> {
	await use(o, ({ operators, access }) => {
		const signedOn = access.state.signedOn?.who;
		const rows = operators.list().map(each => ({
			...each,
			isLocked: access.lockedUntil(each.number, Date.now()) > 0,
			isSignedOn: each.number === signedOn,
		}));
		if (o.json) console.log(JSON.stringify({ operators: rows, isLost: operators.isLost }));
		else if (operators.isLost) console.log("the list of operators was removed or damaged: add them again");
		else if (!rows.length) console.log("nobody: whoever is at the terminal sells");
		for (const { number, role, isInitial, isLocked, isSignedOn } of o.json ? [] : rows)
			console.log(
				[
					`${number.padStart(4)}  ${role}`,
					...(isInitial ? ["initial passcode"] : []),
					...(isLocked ? ["locked"] : []),
					...(isSignedOn ? ["signed on"] : []),
				].join(", "),
			);
	});
}

/** @param whom the role that is managed, or the number of who is */
async function manage(
	o: OperatorsOptions,
	whom: string,
	work: (access: TestAccess, by: string) => string,
): Promise<void> {
	const [passcode] = readPasscodes(o.passcodeFile);
	const bytes = asciiBytes(passcode!);
	try {
		console.log(
			await use(o, access => {
				const role = OPERATOR_ROLES.find(each => each === whom) ?? access.operators.find(whom)?.role;
				if (!role) throw new UserError(`there is no operator ${whom}`);
				return work(access, managerOf(access, role, o.by, bytes));
			}),
		);
	} finally {
		wipe(bytes); // WIPE
	}
}

/** Who may manage such a person, and has proven to be that. @throws {UserError} */
function managerOf(
	{ operators, passcodes, access }: TestAccess,
	role: OperatorRole,
	by: string | undefined,
	passcode: Uint8Array,
): string {
	if (!operators.has("administrator")) {
		const verdict = passcodes.verify("supervisor", passcode, Date.now(), "operators");
		if (verdict === "right") return "supervisor";
		throw new UserError(`the supervisor's passcode is ${inWords(verdict, access, "supervisor")}`);
	}
	const manager = by === undefined ? undefined : operators.find(by);
	if (!manager || !managersOf(role).includes(manager.role))
		throw new UserError(`say with --by NUMBER who orders it: it takes ${formatRoles(managersOf(role))}`);
	if (manager.isInitial)
		throw new UserError(`operator ${by} must choose a passcode first, with \`kassa operators passcode ${by}\``);
	const verdict = operators.judge(manager.number, passcode, Date.now(), {
		type: "approved",
		who: manager.number,
		what: "operators",
	});
	if (verdict === "right") return manager.number;
	throw new UserError(`the passcode of operator ${by} is ${inWords(verdict, access, manager.number)}`);
}

/** Of a lock, for how long. */
function inWords(verdict: string, access: AccessTrail, who: string): string {
	if (verdict === "notSet") return "not set";
	if (verdict !== "locked") return verdict;
	const now = Date.now();
	const minutes = Math.ceil((access.lockedUntil(who, now) - now) / 60_000);
	return `locked after too many wrong ones: wait ${minutes} ${minutes === 1 ? "minute" : "minutes"}`;
}

const WEAK = { length: "must have 6 to 12 digits", trivial: "is too simple", same: "is the old one" } as const;

async function changePasscode(number: string, o: OperatorsOptions): Promise<void> {
	const [old, own] = readPasscodes(o.passcodeFile);
	if (own === undefined) throw new UserError("write the old passcode in the first line and the new one in the second");
	const [oldBytes, ownBytes] = [asciiBytes(old!), asciiBytes(own)];
	try {
		await use(o, ({ operators, access }) => {
			if (!operators.find(number)) throw new UserError(`there is no operator ${number}`);
			const verdict = operators.judge(number, oldBytes, Date.now(), { type: "identified", who: number });
			if (verdict !== "right")
				throw new UserError(`the old passcode of operator ${number} is ${inWords(verdict, access, number)}`);
			const weak = operators.choosePasscode(number, ownBytes, Date.now());
			if (weak) throw new UserError(`the new passcode ${WEAK[weak]}: choose another`);
		});
	} finally {
		wipe(oldBytes, ownBytes); // WIPE
	}
	console.log(`operator ${number} has another passcode`);
}

async function signOn(number: string, o: OperatorsOptions): Promise<void> {
	const passcodes = readPasscodes(o.passcodeFile);
	console.log(await atKeypad(o, ({ terminal }, attendant) => signOnAs(terminal, attendant, { number, passcodes })));
}

async function signOff(o: OperatorsOptions): Promise<void> {
	const { done, reason } = await atKeypad(o, ({ terminal }) => terminal.signOff());
	if (!done) throw new UserError(reason);
	console.log(reason);
}

/** The terminal itself, with a person at its keypad and nobody to call. */
function atKeypad<T>(
	o: OperatorsOptions,
	work: (running: RunningTerminal, attendant: Attendant) => Promise<T>,
): Promise<T> {
	const people: { attendant?: Attendant } = {};
	const onScreen = (screen: Screen) => people.attendant?.see(screen);
	return useTerminalAlone(new StateFolder(o.state), o.terminal, { onScreen }, running => {
		people.attendant = new Attendant(running.pressKey, {});
		return work(running, people.attendant);
	});
}

async function audit(o: OperatorsOptions): Promise<void> {
	await use(o, ({ access }, identity) => {
		if (o.export) {
			for (const line of exportLog(access, "access 1", identity)) console.log(line);
			return;
		}
		const { problems } = access.verify();
		const entries = [...access.entries()];
		if (o.json) console.log(JSON.stringify({ entries, problems }));
		else
			for (const { number, at, event } of entries)
				console.log(`${String(number).padStart(5)}  ${new Date(at).toISOString()}  ${accessText(event)}`);
		for (const problem of o.json ? [] : problems) console.log(`DAMAGED: ${problem}`);
		if (problems.length) process.exitCode = 1;
	});
}

function verify(file: string): void {
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch {
		throw new UserError(`${file} cannot be read: name a file that \`kassa operators audit --export\` has printed`);
	}
	const { entries, problems, signedBy } = verifyLog(nodeCrypto, TRAIL, "access 1", text.split("\n").filter(Boolean));
	console.log(`up to entry ${entries}${problems.length ? "" : `, all whole, signed by terminal key ${signedBy}`}`);
	for (const problem of problems) console.log(`  ${problem}`);
	if (problems.length) process.exitCode = 1;
}

function digits(passcode: Uint8Array): string {
	try {
		return latin1Text(passcode);
	} finally {
		wipe(passcode); // WIPE
	}
}
