/**
 * The test bank as a process: `node --import tsx sim/bank/main.ts [CONFIG.json [PORT]]`.
 * Standard output carries JSON lines: `{"ready":true,"port":N}`, then one per message, card data masked. Standard input
 * takes JSON lines: `{"fault":"noReply","count":1}`, `{"ledger":true}` and `{"script":…}` with an order as in
 * issuerScript.ts. It ends when standard input does.
 */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface, type Interface } from "node:readline";
import { parseHex } from "../../src/bytes/hex.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { Acquirer } from "./acquirer.js";
import { readBankConfig } from "./bankConfig.js";
import { BankServer } from "./bankServer.js";
import { FAULTS, type Fault } from "./fault.js";
import { checkScriptOrder } from "./issuerScript.js";
import { Ledger } from "./ledger.js";

/** China Standard Time, the same in winter and summer. */
const UTC_OFFSET_MINUTES = 480;

interface Control {
	readonly fault?: Fault;
	readonly count?: number;
	readonly ledger?: boolean;
	readonly script?: unknown;
}

/** What to open: from the command line, or the first line of standard input, `{"open":"CONFIG.json","port":N}`. */
async function main(configPath: string | undefined, portText: string | undefined): Promise<void> {
	const input = createInterface({ input: process.stdin });
	if (configPath !== undefined) return serve(configPath, portText === undefined ? undefined : Number(portText), input);
	const [line] = (await once(input, "line")) as [string];
	const { open, port } = JSON.parse(line) as { open: string; port?: number };
	return serve(open, port, input);
}

async function serve(configPath: string, portWanted: number | undefined, input: Interface): Promise<void> {
	const config = { ...readBankConfig(configPath), ...(portWanted !== undefined && { port: portWanted }) };
	const tls = { key: pem(config.tls.key), cert: pem(config.tls.cert), ca: pem(config.tls.ca) };
	const ledger = openLedger(
		config.ledger,
		() => new Ledger(config.ledger, config.merchant.merchantId, config.accounts),
	);
	const { secureMessagingMasterKeys: scriptKeys } = config;
	const keys = {
		pik: parseHex(config.keys.pik),
		mak: parseHex(config.keys.mak),
		issuerMasterKeyAc: parseHex(config.issuerMasterKeyAc),
		...(scriptKeys && {
			secureMessaging: {
				integrity: parseHex(scriptKeys.integrity),
				confidentiality: parseHex(scriptKeys.confidentiality),
			},
		}),
	};
	const clock = { now: () => Date.now(), utcOffsetMinutes: UTC_OFFSET_MINUTES };
	const acquirer = new Acquirer(unionPay, config.merchant, keys, ledger, nodeCrypto, clock);
	const server = new BankServer(unionPay, acquirer, tls, print);

	let port: number;
	try {
		port = await server.listen(config.host, config.port);
	} catch (error) {
		ledger.close();
		const inUse = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
		throw new Error(
			`cannot listen on ${config.host}:${config.port}: ${inUse ? "the port is in use" : messageOf(error)}`,
		);
	}
	const end = () => {
		server.close();
		ledger.close();
		process.exit(0);
	};
	process.once("SIGTERM", end);
	process.once("SIGINT", end);
	input.on("line", line => control(line, server, acquirer, ledger)).on("close", end);
	print({ ready: true, port });
}

function control(line: string, server: BankServer, acquirer: Acquirer, ledger: Ledger): void {
	let message: Control;
	try {
		message = JSON.parse(line) as Control;
	} catch {
		print({ error: "a control line must be JSON" });
		return;
	}
	const { fault, count = 1 } = message;
	if (message.ledger) print({ ledger: ledger.ledgerRows() });
	else if (message.script !== undefined) orderScript(message.script, acquirer);
	else if (fault !== undefined && FAULTS.includes(fault) && Number.isSafeInteger(count)) {
		server.arm(fault, count);
		print({ armed: fault, count });
	} else print({ error: "a control line is a fault, a script or asks for the ledger" });
}

function orderScript(json: unknown, acquirer: Acquirer): void {
	try {
		acquirer.orderScript(checkScriptOrder(json));
		print({ ordered: true });
	} catch (error) {
		print({ ordered: false, error: messageOf(error) });
	}
}

function pem(path: string): string {
	try {
		return readFileSync(path, "utf8");
	} catch (error) {
		throw new Error(`cannot read ${path}: ${messageOf(error)}`);
	}
}

function openLedger<T>(path: string, open: () => T): T {
	try {
		return open();
	} catch (error) {
		throw new Error(`cannot write the ledger ${path}: ${messageOf(error)}`);
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
