/**
 * The test bank as a process: `node sim/launch/run.mjs bank [CONFIG.json [PORT]]`.
 * Standard output carries JSON lines: `{"ready":true,"port":N,…}`, then one per message, card data masked. Standard input
 * takes control lines as in docs/test-bank.md, such as `{"fault":"noReply","count":1}`. It ends when standard input does.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { readBankConfig } from "./bankConfig.js";
import { BankServer, type BankTls } from "./bankServer.js";
import { DeskServer } from "./binding/deskServer.js";
import { BankControl } from "./control.js";
import { answerLine, startControlServer } from "./controlServer.js";
import { FaultPlan } from "./fault.js";
import { openBank } from "./openBank.js";

/** What to open: from the command line, or the first line of standard input, `{"open":"CONFIG.json","port":N}`. */
async function main(configPath: string | undefined, portText: string | undefined): Promise<void> {
	const input = createInterface({ input: process.stdin });
	if (configPath !== undefined) return serve(configPath, portText === undefined ? undefined : Number(portText), input);
	const [line] = (await once(input, "line")) as [string];
	const { open, port } = JSON.parse(line) as { open: string; port?: number };
	return serve(open, port, input);
}

async function serve(configPath: string, portWanted: number | undefined, input: Interface): Promise<void> {
	const config = readBankConfig(configPath);
	const wanted = portWanted ?? config.port;
	const tls = { key: pem(config.tls.key), cert: pem(config.tls.cert), ca: pem(config.tls.ca) };
	const bank = openBank(config);
	const { acquirer, desk } = bank;
	const faults = new FaultPlan();
	const server = new BankServer({ acquirer, faults, tls, strangerTls, log: print });
	const control = new BankControl(acquirer, faults, downMs => server.restart(downMs), desk);

	let port: number;
	try {
		port = await server.listen(config.host, wanted);
	} catch (error) {
		bank.close();
		const inUse = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
		throw new Error(`cannot listen on ${config.host}:${wanted}: ${inUse ? "the port is in use" : messageOf(error)}`);
	}
	const deskServer = desk && new DeskServer(desk, tls, print);
	const deskPort = await deskServer?.listen(config.host, config.binding!.port);
	const controlServer = await startControlServer(control);
	const end = () => {
		server.close();
		deskServer?.close();
		controlServer.close();
		bank.close();
		process.exit(0);
	};
	process.once("SIGTERM", end);
	process.once("SIGINT", end);
	input.on("line", line => void answerLine(control, line).then(print)).on("close", end);
	print({
		ready: true,
		port,
		profile: acquirer.profile.name,
		...(deskPort !== undefined && { deskPort }),
		magicAmounts: acquirer.bank.scenarios.magicAmounts,
		control: controlServer.address,
	});
}

/** Of another root, so that no terminal believes it. The library that makes certificates is loaded only when it is needed. */
async function strangerTls(): Promise<BankTls> {
	const { makeTestPki } = await import("../world/pki.js");
	const { bank, rootPem } = await makeTestPki();
	return { key: bank.keyPem, cert: bank.certPem, ca: rootPem };
}

function pem(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		throw new Error(`cannot read ${path}: ${messageOf(error)}`);
	}
}

function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

function print(event: object): void {
	process.stdout.write(`${JSON.stringify(event)}\n`);
}

main(process.argv[2], process.argv[3]).catch((error: unknown) => {
	process.stderr.write(`test bank: ${messageOf(error)}\n`);
	process.exit(1);
});
