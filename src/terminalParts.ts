import { terminalSigner } from "./binding/terminalSigner.js";
import { boundMerchant } from "./flows/boundMerchant.js";
import { boundTerminalData } from "./flows/boundTerminalData.js";
import { checkTerminal } from "./flows/checkTerminal.js";
import type { EventQueue } from "./flows/eventQueue.js";
import type { Device, FlowContext, TerminalEvent } from "./flows/flowContext.js";
import { loadKeyMessage } from "./flows/loadKeyMessage.js";
import { managedTerminal } from "./flows/managedTerminal.js";
import type { TrainingHall } from "./flows/trainingHall.js";
import { loadTravellingKeys } from "./flows/travellingKeys.js";
import { signInBringsKeys } from "./flows/underWay.js";
import { HostLink } from "./host/hostLink.js";
import { RECEIVING_SLOTS } from "./keys/keyAttributes.js";
import { KeyComponents } from "./keys/keyComponents.js";
import { openHostKeys } from "./keys/openHostKeys.js";
import { PinEntryLimit } from "./keys/pinEntryLimit.js";
import { checkRemoteKeys } from "./keys/remoteKeyLoading.js";
import { boundTerminal } from "./keys/terminalIdentity.js";
import { Management } from "./management/management.js";
import { restoreIsReady } from "./management/restore.js";
import { storageProblem } from "./monitor/storageProblem.js";
import { Shift } from "./operators/shift.js";
import type { SecureDomain } from "./secureDomain.js";
import { openStored } from "./storedParts.js";
import type { TerminalPorts, TerminalSettings } from "./terminalSettings.js";
import type { Turns } from "./turns.js";
import { FIRMWARE_VERSION } from "./update/firmwareVersion.js";

/** What a terminal that has its keys is made of. */
export interface TerminalParts {
	readonly context: FlowContext;
	/** Absent where there is no management link. */
	readonly makeManagement?: () => Management;
}

interface Around {
	readonly domain: SecureDomain;
	readonly events: EventQueue<TerminalEvent>;
	readonly turns: Turns;
	/** The line to the bank was idle for the profile's time. */
	onIdleLine(): void;
	/** The bank's backup is to be brought up to date. */
	onBackup(): void;
	/** The backup of this terminal's predecessor is to be fetched. */
	readonly restore: { whyNot(): string | undefined; begin(): void };
}

/**
 * Opens what is stored and puts the parts together.
 * @throws {JournalError} {KeyError} when what is stored cannot be used; nothing has been changed then
 */
export function openTerminalParts(around: Around, ports: TerminalPorts, settings: TerminalSettings): TerminalParts {
	const { domain, events, turns } = around;
	const { slots, random } = domain;
	const { reader, keypad, storage, clock, crypto, log } = ports;
	const { configuration, profile, serial, language } = settings;

	// 1. what is stored
	const { seal, journal, monitor, binding, access, operators, passcodes, housekeeping, downloads, update, state } =
		openStored(domain, ports, settings);

	// 2. who presses keys and moves cards
	const removalListeners = new Set<() => void>();
	keypad.onKey = key => events.push({ key });
	reader.onChange = present => {
		events.push(present ? "cardInserted" : "cardRemoved");
		if (!present) for (const listener of removalListeners) listener();
	};

	// 3. the line to the bank
	const link = new HostLink(profile, { primary: ports.socket, backup: ports.backupSocket, clock, random, log });
	// Not at once: an echo test must not take a number while a transaction has one that is not written yet.
	link.onIdle = async () => around.onIdleLine();
	link.onReplied = () => update?.bankReached();

	// 4. what the flows work with
	const ownData = boundTerminalData(downloads, binding);
	const bringsKeys = signInBringsKeys(profile);
	const needsDataKey = profile.security.dataEncryption !== undefined;
	// Session keys that the bank has not given, or may have replaced: only a sign-in brings them.
	const lacksWorkKeys = () => bringsKeys && (slots.wantsWorkKeys || (needsDataKey && !slots.has("data")));
	let isSignInOrdered = false;
	const firmwareVersion = update?.version ?? FIRMWARE_VERSION;
	const context: FlowContext = {
		device: deviceOf(domain, ports, settings, firmwareVersion),
		reader,
		keypad,
		clock,
		pinEntryLimit: new PinEntryLimit(clock, storage),
		keyTone: () => ports.sounder?.keyTone(),
		random,
		kernelRandom: settings.kernelRandom ?? random,
		crypto,
		log,
		downloads,
		update,
		get configuration() {
			return downloads.configuration;
		},
		binding,
		bindingProblem: () => binding.problem(boundTerminal(slots, serial), clock.now()),
		get merchant() {
			return boundMerchant(binding, language);
		},
		get terminalData() {
			return ownData();
		},
		get hostTerminal() {
			const { terminalId, merchantId } = boundMerchant(binding, language);
			return { terminalId, merchantId, bindingNumber: binding.certificate?.subject ?? "" };
		},
		link,
		keys: openHostKeys(slots, { crypto, random }, profile.security),
		seal,
		journal,
		monitor,
		housekeeping,
		sendBackup: ports.managementLink && (() => around.onBackup()),
		restore: ports.managementLink && {
			...around.restore,
			get isReady() {
				return restoreIsReady(storage);
			},
		},
		selfCheck: scope => {
			domain.requireKeys();
			return checkTerminal(context, domain.checked, scope);
		},
		passcodes,
		operators,
		access,
		shift: new Shift({ operators, trail: access, clock }, configuration.operatorIdleMinutes, journal.last()?.openedAt),
		printer: ports.printer,
		training: settings.training && { hold: settings.training, hall: () => trainingHall(context, ports, settings) },
		isTraining: settings.isTraining ?? false,
		get signInWanted() {
			return isSignInOrdered || lacksWorkKeys();
		},
		set signInWanted(isWanted) {
			isSignInOrdered = isWanted;
			if (bringsKeys) slots.doubtWorkKeys(isWanted); // known also after a power cut
		},
		keyComponents: key => new KeyComponents(slots, crypto, key),
		loadWorkKeys: keys => loadTravellingKeys(slots, crypto, profile.security.mac.algorithm, keys),
		events,
		why: settings.why,
		show: screen => domain.show(screen),
		onCardRemoved(listener) {
			removalListeners.add(listener);
			return () => removalListeners.delete(listener);
		},
		onTampered: listener => domain.onTampered(listener),
	};

	// 5. the management link
	const { managementLink: line } = ports;
	if (!line) return { context };
	const makeManagement = () => {
		const management = new Management(
			{ link: line, storage, clock, crypto, random, log },
			{
				...{ terminalId: settings.certificateSubject?.commonName ?? serial, firmware: firmwareVersion },
				...{ state, journal, seal, signer: terminalSigner(domain.identity(), crypto) },
				terminal: managedTerminal(context, domain.identity(), {
					free: () => turns.untilFree(),
					alone: work => turns.whenFree(work),
				}),
			},
		);
		monitor.notices.onNew = () => management.notice();
		return management;
	};
	return { context, makeManagement };
}

/** The device itself, as whoever binds it meets it. */
function deviceOf(
	domain: SecureDomain,
	{ desk, crypto, storage }: TerminalPorts,
	settings: TerminalSettings,
	firmwareVersion: string,
): Device {
	const { slots } = domain;
	const { serial, bankRoot } = settings;
	return {
		serial,
		bankRoot,
		desk,
		identity: () => domain.identity(),
		attest: () => domain.identity().attest({ serial, firmwareVersion }),
		keySequence: () => slots.sequence,
		checkKeys: (record, signingKey) =>
			checkRemoteKeys(slots, crypto, { identity: domain.identity(), serial }, signingKey, record),
		storageProblem: probe => storageProblem(storage, probe),
		bankKeys: () => RECEIVING_SLOTS.filter(slot => slots.has(slot)),
		eraseBankKeys: () => {
			for (const slot of RECEIVING_SLOTS) if (slots.has(slot)) slots.erase(slot);
		},
		loadKeys: (record, signingKey) => loadKeyMessage(slots, crypto, domain.identity(), { serial, signingKey }, record),
	};
}

/** What a training gets: see `TrainingHall`. */
function trainingHall(c: FlowContext, ports: TerminalPorts, settings: TerminalSettings): TrainingHall {
	const { display, sounder, clock, entropy, crypto, log, printer, storage, keypad } = ports;
	const { configuration, profile, language } = settings;
	return {
		...{ display, clock, entropy, crypto, log, storage, seal: c.seal },
		...(sounder && { sounder }),
		...(printer && { printer }),
		...{ configuration, profile, language, operator: c.shift.operator ?? NOBODY },
		operators: c.operators.list().map(({ number }) => number),
		takeKeys(onKey) {
			const { onKey: before } = keypad;
			keypad.onKey = onKey;
			return () => {
				keypad.onKey = before;
			};
		},
		onTampered: listener => c.onTampered(listener),
		noteDrill: detail => c.monitor.incidents.append(clock.now(), { type: "noted", detail }),
	};
}

/** Who works at a terminal without operators. */
const NOBODY = "0";
