import { Binding } from "./binding/binding.js";
import { BindingFile } from "./binding/keptBinding.js";
import { equal } from "./bytes/bytes.js";
import { Downloads } from "./flows/downloads.js";
import { keepRestored } from "./flows/managedTerminal.js";
import { Journal } from "./journal/journal.js";
import { formatSetAside, journalsSetAside } from "./journal/setAside.js";
import { Seal } from "./keys/seal.js";
import { ManagementState } from "./management/managementState.js";
import { restoreAtStart } from "./management/restore.js";
import { Monitor } from "./monitor/monitor.js";
import type { AlertKind } from "./monitor/notices.js";
import { AccessTrail } from "./operators/accessTrail.js";
import { Operators } from "./operators/operators.js";
import { PASSCODE_ROUNDS } from "./operators/passcode.js";
import { Passcodes } from "./operators/passcodes.js";
import { Housekeeping } from "./privacy/housekeeping.js";
import type { SecureDomain } from "./secureDomain.js";
import type { TerminalPorts, TerminalSettings } from "./terminalSettings.js";
import { Update } from "./update/update.js";

/** What lies on the medium, opened: one of each, for every part of the terminal. */
export interface StoredParts {
	readonly seal: Seal;
	readonly binding: Binding;
	readonly journal: Journal;
	readonly monitor: Monitor;
	readonly access: AccessTrail;
	readonly operators: Operators;
	readonly passcodes: Passcodes;
	readonly housekeeping: Housekeeping;
	readonly downloads: Downloads;
	/** Undefined where other firmware cannot be installed. */
	readonly update: Update | undefined;
	/** Of the management link. */
	readonly state: ManagementState;
}

/** @throws {JournalError} {KeyError} when what is stored cannot be used; nothing has been changed then */
export function openStored(domain: SecureDomain, ports: TerminalPorts, settings: TerminalSettings): StoredParts {
	const { slots, random } = domain;
	const { storage, clock, crypto, log } = ports;
	const { configuration } = settings;

	// 1. what was sold, for whom
	const seal = new Seal(slots, random);
	for (const each of journalsSetAside(storage)) log.line("journal", formatSetAside(each));
	const restored = restoreAtStart({ storage, seal }, clock.now(), sentence => log.line("terminal", sentence));
	const binding = new Binding(new BindingFile({ storage, seal }), crypto);
	const repairs: string[] = [];
	let tellOfRepair = (sentence: string): void => {
		repairs.push(sentence);
	}; // until there is somebody to tell
	const journal = new Journal(
		{ storage, seal },
		{
			onEntry: entry => {
				monitor.takeEntry(entry);
				settings.onJournalEntry?.(entry);
			},
			onRepair: sentence => {
				log.line("journal", sentence);
				tellOfRepair(sentence);
			},
			retentionDays: configuration.journalRetentionDays,
		},
	);

	// 2. what is watched
	const monitor: Monitor = new Monitor(
		{
			...{ storage, seal, crypto, clock, log, keysAreNew: slots.logsAreUnsealed },
			find: name => journal.transaction(name),
			isOwnCard: cardLink => equal(binding.kept?.cardLink ?? NO_CARD, cardLink),
		},
		settings.monitoring,
	);

	// 3. who works here
	const passcodePorts = { storage, crypto, random, seal };
	const rounds = settings.passcodeRounds ?? PASSCODE_ROUNDS;
	const tell = (kind: AlertKind, sentence: string) => {
		log.line("terminal", sentence);
		monitor.notices.alert(kind, sentence);
	};
	const access = new AccessTrail({ storage, crypto, seal, keysAreNew: slots.logsAreUnsealed }, clock.now(), why =>
		tell("accessSuspected", `access trail: ${why}`),
	);
	const operators = new Operators(passcodePorts, access, rounds, clock.now());
	const passcodes = new Passcodes(passcodePorts, access, rounds, clock.now());
	access.keep();
	const lost = operators.isLost ? OPERATORS_LOST : undefined;
	if (lost) log.line("terminal", lost);
	monitor.notices.lasting("operatorsLost", lost);

	// 4. what was lost since the last start
	// A terminal that was bound had its incident log before.
	if (monitor.incidents.isNew && binding.kept) monitor.stateLost("incident log: it was removed");
	monitor.incidents.keep();
	slots.logsSealed();
	tellOfRepair = sentence => monitor.notices.alert("journalRepaired", sentence);
	for (const sentence of repairs) tellOfRepair(sentence);
	const state = new ManagementState({ storage, seal, clock }, sentence => monitor.stateLost(sentence));
	// What was removed is taken once more when the bank says it again.
	if (state.received("rules") > 0 && !monitor.expectRules()) state.take("rules", 0);

	// 5. what comes from the bank
	const housekeeping = new Housekeeping({ storage, seal, log }, configuration.journalRetentionDays);
	housekeeping.eraseLeftOver();
	const update = updateOf(ports, settings, seal, text => monitor.notices.alert("updateFailed", text));
	const downloads = new Downloads({ storage, seal, crypto, log }, configuration);
	if (restored) {
		keepRestored(downloads, restored.lists, log);
		restored.done();
	}
	return { seal, binding, journal, monitor, access, operators, passcodes, housekeeping, downloads, update, state };
}

/** @param report told what the bank must hear of @returns undefined where other firmware cannot be installed */
function updateOf(
	{ firmware, supply, storage, clock, crypto, log }: TerminalPorts,
	{ update }: TerminalSettings,
	seal: Seal,
	report: (text: string) => void,
): Update | undefined {
	if (!firmware || !update) return undefined;
	return new Update({ firmware, supply, storage, clock, crypto, seal }, update, text => {
		log.line("terminal", `update: ${text}`);
		report(text);
	});
}

const NO_CARD = new Uint8Array(0);
const OPERATORS_LOST = "the list of operators was removed or changed: nobody is one until they are added again";
