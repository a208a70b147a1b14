import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Command } from "commander";
import { type BankLogLine, startBank } from "../bank/startBank.js";
import { factoryOption, stateOption } from "../cli/options.js";
import { enrolment } from "../management/enrolment.js";
import { startManagement } from "../management/startManagement.js";
import { announceBank } from "../world/runningBank.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { buildApp, findSdk, type Sdk } from "./build.js";
import { manufacture, TERMINAL } from "./manufacture.js";
import { listenToTraces } from "./traceListener.js";

interface StartOptions {
	readonly state: string;
	readonly buildOnly?: boolean;
	readonly factory?: boolean;
}

const PANEL = fileURLToPath(new URL("panel", import.meta.url));

/** `npm run sim:device`: test bank and the firmware on XS in the Moddable simulator, until its window closes or Ctrl-C. */
const program = new Command("npm run sim:device --")
	.description("Build the firmware for the Moddable desktop simulator and start it with the test bank")
	.option("--build-only", "build, start nothing")
	.addOption(factoryOption())
	.addOption(stateOption())
	.action(start);

try {
	await program.parseAsync();
} catch (error) {
	if (!(error instanceof UserError)) throw error;
	console.error(`kassa: ${error.message}`);
	process.exit(1);
}

async function start({ state: folder, buildOnly, factory }: StartOptions): Promise<void> {
	const sdk = findSdk();
	const state = new StateFolder(folder);
	if (!buildOnly) await openTestWorld(state, false, undefined, factory ? [] : [TERMINAL]);
	state.lock(TERMINAL, `the terminal ${state.at(TERMINAL)}`);
	if (factory && !buildOnly) rmSync(state.at(TERMINAL), { recursive: true, force: true });
	console.log("building the firmware (the first time takes half a minute)");
	const app = await buildApp(state, sdk);
	if (buildOnly) {
		console.log(`built ${app}`);
		return;
	}
	const bank = await startBank(state.at("bank/config.json"), { onEvent: logBankEvent });
	const forgetBank = announceBank(state, bank);
	const management = await startManagement(state, undefined);
	try {
		const { port: brokerPort } = management.broker;
		const publicKeys = await manufacture(state, { bankPort: bank.port, deskPort: bank.deskPort, brokerPort });
		await management.ask(enrolment(TERMINAL, publicKeys));
		console.log(`test bank: 127.0.0.1:${bank.port} (TLS)\nCtrl-C or closing the window stops everything`);
		await simulate(app, sdk);
	} finally {
		forgetBank();
		await management.leave();
		await bank.stop();
	}
	process.exit(0);
}

/** Resolves when the simulator has ended. @throws {UserError} when it failed */
async function simulate(app: string, { environment }: Sdk): Promise<void> {
	const traces = await listenToTraces(line => console.log(line));
	// The debug connection of mcsim writes to sockets that may be closed, which must not end it.
	const child = spawn("env", ["--block-signal=PIPE", "mcsim", PANEL, app], {
		env: { ...environment, XSBUG_HOST: "localhost", XSBUG_PORT: String(traces.port) },
		stdio: "ignore",
	});
	const ended = new Promise<void>((done, failed) => {
		child.once("error", failed);
		child.once("close", code =>
			code ? failed(new UserError(`mcsim ended with status ${code}: it needs a desktop, or DISPLAY set`)) : done(),
		);
	});
	const stop = () => child.kill();
	process.on("SIGINT", stop);
	process.on("SIGTERM", stop);
	await ended.finally(() => traces.close());
}

function logBankEvent(event: BankLogLine): void {
	if (typeof event.received === "string") console.log(`bank     < ${event.received}`);
	if (typeof event.sent === "string") console.log(`bank     > ${event.sent}`);
	if (typeof event.refused === "string") console.log(`bank     refused: ${event.refused}`);
}
