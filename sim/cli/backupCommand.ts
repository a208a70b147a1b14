import { Command } from "commander";
import { Downloads } from "../../src/flows/downloads.js";
import { keepRestored } from "../../src/flows/managedTerminal.js";
import { Journal } from "../../src/journal/journal.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import type { Management } from "../../src/management/management.js";
import { restoreAtStart } from "../../src/management/restore.js";
import type { Log } from "../../src/ports.js";
import type { Terminal } from "../../src/terminal.js";
import { enrolment } from "../management/enrolment.js";
import { useManagement } from "../management/startManagement.js";
import { readConfiguration } from "../world/configurationFile.js";
import { FileStorage } from "../world/fileStorage.js";
import type { TestTerminal } from "../world/merchant.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { systemClock, systemRandom } from "../world/system.js";
import { useTerminalAlone } from "../world/terminalAlone.js";
import { readTerminalFile } from "../world/terminalFile.js";
import { terminalDeviceKey } from "../world/testTerminal.js";
import { stateOption, terminalOption } from "./options.js";

interface BackupOptions {
	readonly terminal: TestTerminal;
	readonly state: string;
	readonly json?: boolean;
}

const PATIENCE_MS = 60_000;

/** `kassa backup`: what the bank's backup of a terminal lacks is sealed to the bank and sent. */
export function backupCommand(): Command {
	return add(
		"backup",
		"send the bank what its backup of a terminal lacks: journal and lists, sealed to the bank",
	).action((o: BackupOptions) =>
		atWork(o, async (terminal, management) => {
			const { lastRecord } = terminal.journal;
			const before = management.backedUp;
			await inTime(
				() => management.backedUp >= lastRecord && management.kept >= lastRecord && management.listsBackedUp,
			);
			return { done: true, reason: `the bank has ${lastRecord} records, ${lastRecord - before} of them new` };
		}),
	);
}

/** `kassa restore`: onto a new terminal, from the backup of the one whose place it takes. */
export function restoreCommand(): Command {
	return add("restore", "bring a terminal's history onto the new one that takes its place").action((o: BackupOptions) =>
		atWork(o, async (_, management) => {
			const fetched = await management.restore();
			return fetched.done ? { done: true, reason: takeUp(new StateFolder(o.state), o.terminal) } : fetched;
		}),
	);
}

/** What the terminal does at its next start, now: other commands read its journal without starting it. */
function takeUp(state: StateFolder, name: TestTerminal): string {
	const storage = new FileStorage(state.at(name));
	const deviceKey = terminalDeviceKey(state, readTerminalFile(state), name);
	const seal = new Seal(new KeySlots({ storage, random: systemRandom, crypto: nodeCrypto }, deviceKey), systemRandom);
	const log: Log = { line: (_, text) => console.error(`kassa: ${text}`) };
	const restored = restoreAtStart({ storage, seal }, systemClock.now(), sentence => {
		throw new UserError(sentence);
	})!;
	const downloads = new Downloads({ storage, seal, crypto: nodeCrypto, log }, readConfiguration(state, undefined));
	keepRestored(downloads, restored.lists, log);
	restored.done();
	const { lastRecord } = new Journal({ storage, seal });
	return `restored: the journal has ${lastRecord} records, and its numbers go on above those of the backup`;
}

function add(name: string, description: string): Command {
	return new Command(name)
		.description(description)
		.option("--json", "print JSON")
		.addOption(terminalOption("which terminal"))
		.addOption(stateOption());
}

/** The terminal at its management link, which nobody else may be using. */
async function atWork(
	{ state: folder, terminal: name, json }: BackupOptions,
	use: (terminal: Terminal, management: Management) => Promise<{ readonly done: boolean; readonly reason: string }>,
): Promise<void> {
	const state = new StateFolder(folder);
	const log: Log = { line: (source, text) => json || console.log(`${source.padEnd(8)} ${text}`) };
	await useTerminalAlone(state, name, { log }, async ({ terminal }) => {
		const service = await useManagement(state);
		const management = terminal.management!;
		try {
			await service.ask(enrolment(name, terminal.identity().publicKeys));
			const running = management.run();
			const { done, reason } = await use(terminal, management);
			management.stop();
			await running;
			if (!done) process.exitCode = 2;
			console.log(json ? JSON.stringify({ done, reason }) : reason);
		} finally {
			management.stop();
			await service.leave();
		}
	});
}

async function inTime(condition: () => boolean): Promise<void> {
	for (const begin = Date.now(); !condition(); ) {
		if (Date.now() - begin > PATIENCE_MS)
			throw new UserError("the bank's management service does not answer: try again");
		await new Promise(resolve => setTimeout(resolve, 50));
	}
}
