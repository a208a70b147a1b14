/**
 * The test bank as a process: `node --import tsx sim/bank/main.ts [CONFIG.json [PORT]]`.
 * Standard output carries JSON lines: `{"ready":true,"port":N,…}`, then one per message, card data masked. Standard input
 * takes control lines as in docs/test-bank.md, such as `{"fault":"noReply","count":1}`. It ends when standard input does.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { parseHex } from "../../src/bytes/hex.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { systemClock, systemRandom } from "../world/system.js";
import { Acquirer } from "./acquirer.js";
import { Bank } from "./bank.js";
import { type BankConfig, parseDownloads, parseSharedKeys, readBankConfig } from "./bankConfig.js";
import { bankProfile } from "./bankProfile.js";
import { BankServer, type BankTls } from "./bankServer.js";
import { BankControl } from "./control.js";
import { answerLine, startControlServer } from "./controlServer.js";
import { FaultPlan } from "./fault.js";
import { Ledger } from "./ledger.js";

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
	const profile = bankProfile(config.profile);
	const tls = { key: pem(config.tls.key), cert: pem(config.tls.cert), ca: pem(config.tls.ca) };
	const ledger = openLedger(config);
	const acquirer = new Acquirer({
		profile,
		merchants: config.merchants,
		keys: parseSharedKeys(config.keys),
		terminalKeys: new Map(
			(config.terminalKeys ?? []).map(({ terminalId, keys }) => [terminalId, parseSharedKeys(keys)]),
		),
		bank: bankOf(config, ledger),
	});
	const faults = new FaultPlan();
	const server = new BankServer({ acquirer, faults, tls, strangerTls, log: print });
	const control = new BankControl(acquirer, faults, downMs => server.restart(downMs));

	let port: number;
	try {
		port = await server.listen(config.host, wanted);
	} catch (error) {
		ledger.close();
		const inUse = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
		throw new Error(`cannot listen on ${config.host}:${wanted}: ${inUse ? "the port is in use" : messageOf(error)}`);
	}
	const controlServer = await startControlServer(control);
	const end = () => {
		server.close();
		controlServer.close();
		ledger.close();
		process.exit(0);
	};
	process.once("SIGTERM", end);
	process.once("SIGINT", end);
	input.on("line", line => void answerLine(control, line).then(print)).on("close", end);
	print({
		ready: true,
		port,
		profile: profile.name,
		magicAmounts: acquirer.bank.scenarios.magicAmounts,
		control: controlServer.address,
	});
}

function bankOf(config: BankConfig, books: Ledger): Bank {
	const { secureMessagingMasterKeys: scriptKeys, completionPercent } = config;
	return new Bank({
		books,
		issuerKeys: {
			issuerMasterKeyAc: parseHex(config.issuerMasterKeyAc),
			...(scriptKeys && {
				secureMessaging: {
					integrity: parseHex(scriptKeys.integrity),
					confidentiality: parseHex(scriptKeys.confidentiality),
				},
			}),
		},
		crypto: nodeCrypto,
		random: systemRandom,
		clock: systemClock,
		downloads: parseDownloads(config),
		...(completionPercent !== undefined && { completionPercent }),
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

function openLedger({ ledger, merchants, accounts }: BankConfig): Ledger {
	try {
		return new Ledger(
			ledger,
			merchants.map(({ merchantId }) => merchantId),
			accounts,
		);
	} catch (error) {
		throw new Error(`cannot write the ledger ${ledger}: ${messageOf(error)}`);
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
