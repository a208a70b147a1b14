import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError } from "commander";
import { parseHex } from "../../src/bytes/hex.js";
import { Seal } from "../../src/keys/seal.js";
import { TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { terminalState } from "../../src/monitor/incident.js";
import { exportIncidents, verifyExport } from "../../src/monitor/incidentExport.js";
import { type IncidentEntry, IncidentLog } from "../../src/monitor/incidentLog.js";
import type { TestTerminal } from "../world/merchant.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
import { useTerminalKeys } from "../world/terminalKeyStore.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption, terminalOption } from "./options.js";

interface IncidentsOptions {
	readonly json?: boolean;
	readonly terminal: TestTerminal;
	readonly state: string;
}

/** `kassa incidents`: what took a terminal out of its normal state, and what brought it back. */
export function incidentsCommand(): Command {
	const incidents = new Command("incidents").description("look into a terminal's incident log, check an exported one");
	const add = (name: string, description: string) =>
		incidents.command(name).description(description).addOption(terminalOption("whose log")).addOption(stateOption());
	add("list", "print the terminal's state and every entry, oldest first")
		.option("--json", "print JSON")
		.action((o: IncidentsOptions) => withLog(o, list));
	add("export", "print the log as JSON lines, with the terminal's signature under it").action((o: IncidentsOptions) =>
		withLog(o, exportLog),
	);
	incidents
		.command("verify")
		.description("check an exported log: every line against the one before, the signature against the last")
		.argument("<file>", "the export")
		.option("--key <hex>", "public key that the terminal is known to have", parseKey)
		.option("--json", "print JSON")
		.action(verify);
	return incidents;
}

type Use = (log: IncidentLog, identity: TerminalIdentity | undefined, json: boolean) => void;

async function withLog(o: IncidentsOptions, use: Use): Promise<void> {
	const state = new StateFolder(o.state);
	await openTestWorld(state, false);
	await useTerminalKeys(state, o.terminal, (slots, storage) => {
		const ports = { crypto: nodeCrypto, random: systemRandom };
		const keys = slots.isZeroised
			? undefined
			: { seal: new Seal(slots, systemRandom), identity: new TerminalIdentity(slots, ports) };
		const keysAreNew = slots.logsAreUnsealed;
		use(
			new IncidentLog({ storage, crypto: nodeCrypto, seal: keys?.seal, keysAreNew }),
			keys?.identity,
			o.json === true,
		);
	});
}

function list(log: IncidentLog, _: TerminalIdentity | undefined, json: boolean): void {
	const entries = [...log.lines()].map(line => JSON.parse(line) as IncidentEntry);
	const state = terminalState(log.state);
	const { problems } = log.verify();
	if (json) {
		console.log(JSON.stringify({ state, open: log.state.open, entries, problems }));
		return;
	}
	console.log(`state: ${state}`);
	for (const { number, at, event } of entries)
		console.log(`${String(number).padStart(4)}  ${new Date(at).toISOString()}  ${eventText(event)}`);
	for (const problem of problems) console.log(`DAMAGED: ${problem}`);
	if (problems.length) process.exitCode = 1;
}

function eventText(event: IncidentEntry["event"]): string {
	switch (event.type) {
		case "opened":
			return `${event.cause}: ${event.detail}${event.locks ? `, locks ${event.locks.join(", ")}` : ""}`;
		case "factor":
			return `incident ${event.incident}: ${event.factor} agreed (${event.by})`;
		case "refused":
			return `${event.factor} refused: ${event.detail}`;
		case "noted":
			return `noted: ${event.detail}`;
	}
}

function exportLog(log: IncidentLog, identity: TerminalIdentity | undefined): void {
	for (const line of exportIncidents(log, identity)) console.log(line);
}

function verify(file: string, o: { readonly key?: Uint8Array; readonly json?: boolean }): void {
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch {
		throw new UserError(`${file} cannot be read: name a file that \`kassa incidents export\` has printed`);
	}
	const report = verifyExport(nodeCrypto, text.split("\n").filter(Boolean), o.key);
	const { entries, problems, signedBy } = report;
	if (o.json) console.log(JSON.stringify({ ...report, signedBy: signedBy ?? null }));
	else {
		console.log(`${entries} entries${problems.length ? "" : `, all whole, signed by terminal key ${signedBy}`}`);
		for (const problem of problems) console.log(`  ${problem}`);
	}
	if (problems.length) process.exitCode = 1;
}

function parseKey(text: string): Uint8Array {
	if (/^[0-9A-Fa-f]{64}$/.test(text)) return parseHex(text);
	throw new InvalidArgumentError("it is an Ed25519 public key: 64 hexadecimal digits.");
}
