import { Command, InvalidArgumentError } from "commander";
import type { RuleSet } from "../src/monitor/rule.js";
import type { Terminal } from "../src/terminal.js";
import { type BankLogLine, spawnBank } from "./bank/startBank.js";
import { configOption, factoryOption, hostOptions, profileOption, stateOption } from "./cli/options.js";
import { reportError } from "./cli/reportError.js";
import { enrolment } from "./management/enrolment.js";
import { type ManagementInUse, startManagement } from "./management/startManagement.js";
import { type RegisterStartOptions, readRegisterOptions, registerOptions } from "./register/registerOptions.js";
import { startRegisterServer } from "./register/registerServer.js";
import { startFrontPanel } from "./web/frontPanel.js";
import { formatAddress } from "./world/address.js";
import { readConfiguration } from "./world/configurationFile.js";
import { readMonitoringRules, WORLD_RULES } from "./world/monitoringRules.js";
import { type HostOptions, otherHost } from "./world/otherHost.js";
import { PanelTerminal } from "./world/panelTerminal.js";
import { announceBank } from "./world/runningBank.js";
import { StateFolder, UserError } from "./world/stateFolder.js";
import { openTestWorld } from "./world/testWorld.js";

interface StartOptions extends RegisterStartOptions, HostOptions {
	readonly port: number;
	readonly bankPort: number;
	readonly state: string;
	readonly fresh?: boolean;
	readonly factory?: boolean;
	readonly config?: string;
	readonly profile?: string;
	/** False: nothing is watched. True or absent: with the rules of the test world. */
	readonly monitor?: RuleSet | boolean;
	readonly broker?: string;
}

/** `npm start`: test bank, terminal and front panel, until Ctrl-C. */
const program = new Command("npm start --")
	.description("Start the test bank, the terminal and its front panel")
	.option("-p, --port <port>", "port of the front panel, 0 for any free one", parsePort, 8080)
	.option("-b, --bank-port <port>", "port of the test bank, 0 for any free one", parsePort, 8583)
	.option("-f, --fresh", "begin with a new world: keys, cards, ledger, journal")
	.addOption(factoryOption())
	.option(
		"--monitor [file]",
		"what to watch for: a JSON file with rules in the place of the built-in ones",
		readMonitoringRules,
	)
	.option("--no-monitor", "watch for nothing, and assess no days")
	.option("--broker <host:port>", "MQTT broker of the management link, in place of the embedded one")
	.addOption(profileOption())
	.addOption(configOption())
	.addOption(stateOption())
	.action(start);
for (const option of [...hostOptions(), ...registerOptions(parsePort)]) program.addOption(option);

try {
	await program.parseAsync();
} catch (error) {
	reportError(error);
	process.exit(1);
}

async function start(options: StartOptions): Promise<void> {
	const { port, bankPort, state: folder, fresh, factory, config, profile } = options;
	const registerAt = readRegisterOptions(options); // refused before anything is made or started
	const state = new StateFolder(folder);
	const lock = state.lock("start", `the state folder ${folder}`);
	const host = otherHost(state, options);
	const spawned = host ? undefined : spawnBank(logBankEvent); // it starts while the world is made
	const terminal = factory ? "factory" : "panel";
	await openTestWorld(state, fresh === true, profile, factory ? [] : ["panel"]);
	const configuration = readConfiguration(state, config);
	const { monitor = true } = options;
	const monitoring = monitor === true ? WORLD_RULES : monitor || undefined;
	const bank = await spawned?.open(state.at("bank/config.json"), bankPort).catch(error => asUserError(error));
	const forgetBank = bank && announceBank(state, bank);
	const askBank = bank?.ask;
	const world = new PanelTerminal(state, bank ?? { port: 0 }, log, {
		configuration,
		askBank,
		name: terminal,
		monitoring,
		host,
	});
	const panel = await startFrontPanel({ port, host: "127.0.0.1", world }).catch(async error => {
		await bank?.stop();
		return asUserError(error, `port ${port} is in use: choose another with --port`);
	});
	const register = await startRegisterServer({ ...registerAt, register: world.cashRegister }).catch(async error => {
		await panel.close();
		await bank?.stop();
		return asUserError(error, `port ${registerAt.port} is in use: choose another with --register-port`);
	});
	let management: Promise<ManagementInUse | undefined> = Promise.resolve(undefined);
	const stop = async (status: number) => {
		world.terminal.stop();
		forgetBank?.();
		await register.close();
		await panel.close();
		await (await management)?.leave();
		await bank?.stop();
		lock.release();
		process.exit(status);
	};
	process.once("SIGINT", () => void stop(0));
	process.once("SIGTERM", () => void stop(0));
	const running = world.terminal.run();
	const called = host ? `host: ${formatAddress(host.address)}` : `test bank: 127.0.0.1:${bank!.port}`;
	console.log(
		`\n  Kassa is ready: ${panel.url}\n  cash register: ${register.url}\n  ${called} (TLS)\n  state: ${state.path}\n  Ctrl-C stops it\n`,
	);
	management = manage(state, world.terminal, options.broker);
	await running.catch(async (error: Error) => {
		console.error(`kassa: out of service: ${error.message}`);
		await stop(1);
	});
}

/** Starts broker and service once everything else is up: no sale needs them. */
async function manage(state: StateFolder, terminal: Terminal, broker?: string): Promise<ManagementInUse | undefined> {
	try {
		const management = await startManagement(state, broker, event => {
			if (typeof event.refused === "string") log("manage", `refused: ${event.refused}`);
		});
		await management.ask(enrolment("panel", terminal.identity().publicKeys));
		log("manage", `management link: ${management.broker.host}:${management.broker.port} (MQTT over TLS)`);
		return management;
	} catch (error) {
		log("manage", `no management link: ${(error as Error).message}`);
		return undefined;
	}
}

/** The two directions of the line; the rest is for programs. */
function logBankEvent(event: BankLogLine): void {
	if (typeof event.received === "string") log("bank", `< ${event.received}`);
	if (typeof event.sent === "string") log("bank", `> ${event.sent}`);
	if (typeof event.refused === "string") log("bank", `refused: ${event.refused}`);
}

function log(source: string, text: string): void {
	const time = new Date().toTimeString().slice(0, 8);
	console.log(`${time} ${source.padEnd(8)} ${text}`);
}

function asUserError(error: unknown, inUse?: string): never {
	const { code, message } = error as NodeJS.ErrnoException;
	throw new UserError(code === "EADDRINUSE" && inUse ? inUse : message);
}

function parsePort(text: string): number {
	const port = Number(text);
	if (!/^[0-9]{1,5}$/.test(text) || port > 65535) throw new InvalidArgumentError("a port is a number from 0 to 65535.");
	return port;
}
