import { BindingFile } from "../binding/keptBinding.js";
import { asciiBytes, wipe } from "../bytes/bytes.js";
import { DeviceRandom } from "../crypto/deviceRandom.js";
import type { Language } from "../display/messages.js";
import { render } from "../display/render.js";
import type { Screen } from "../display/screen.js";
import type { TerminalConfiguration } from "../emv/configuration.js";
import type { TrainingHall } from "../flows/trainingHall.js";
import type { HostProfile } from "../host/profiles/hostProfile.js";
import type { JournalEntry } from "../journal/entries.js";
import { KeySlots } from "../keys/keySlots.js";
import { Seal } from "../keys/seal.js";
import { TerminalIdentity } from "../keys/terminalIdentity.js";
import { BUILT_IN_RULES } from "../monitor/builtInRules.js";
import { IncidentLog } from "../monitor/incidentLog.js";
import { AccessTrail } from "../operators/accessTrail.js";
import { Passcodes } from "../operators/passcodes.js";
import type { Key, Keypad, Storage, Tamper } from "../ports.js";
import { Terminal } from "../terminal.js";
import { makeTrainingKeys, type TrainingKeys } from "./makeTrainingKeys.js";
import { TrainingBank } from "./trainingBank.js";
import { makeTrainingBinding } from "./trainingBinding.js";
import { makeTrainingAccounts, type TrainingAccount, type TrainingCardKind, TrainingReader } from "./trainingCard.js";
import { trainingConfiguration } from "./trainingConfiguration.js";
import { TrainingDisplay } from "./trainingDisplay.js";
import { TrainingPower } from "./trainingPower.js";
import { TrainingStorage } from "./trainingStorage.js";

/**
 * All that a training gets of the live terminal. What is not here it cannot reach: no line to a bank, no management link, no card
 * slot, no tamper lines; of the keypad only the keys that are handed on; of the medium only files of its own.
 */
export type TrainingPorts = Pick<
	TrainingHall,
	"display" | "sounder" | "clock" | "entropy" | "crypto" | "log" | "printer" | "storage"
>;

export interface TrainingSettings {
	/** The live one: the training's has the same terminal, and its own application alone. */
	readonly configuration: TerminalConfiguration;
	readonly profile: HostProfile;
	readonly language: Language;
	/** Sees each screen of the training terminal, and each entry of its journal. */
	readonly onScreen?: (screen: Screen) => void;
	/** Sees each of them as it comes to the live display: not those that are drawn while it is hidden. */
	readonly onShown?: (screen: Screen) => void;
	readonly onJournalEntry?: (entry: JournalEntry) => void;
}

/** What a supervisor of the training terminal types. The lessons say it. */
const TRAINING_PASSCODE = "1234";
const PASSCODE_ROUNDS = 1;
const SERIAL = "TRAINING";

/**
 * The firmware's own Terminal between a bank, cards and a medium of the training: what a trainee does with it is done with the same
 * code as any sale, and with nothing of the live terminal.
 */
export class TrainingTerminal {
	readonly bank: TrainingBank;
	readonly #ports: TrainingPorts;
	readonly #settings: TrainingSettings;
	readonly #random: DeviceRandom;
	readonly #keys: TrainingKeys;
	readonly #accounts: readonly TrainingAccount[];
	readonly #deviceKeySecret: Uint8Array;
	readonly #bankRoot: Uint8Array;
	readonly #reader: TrainingReader;
	#power: TrainingPower;
	#display: TrainingDisplay;
	#keypad: Keypad = { onKey: undefined };
	#tamper: { cause: Tamper["cause"]; onTamper: Tamper["onTamper"] } = { cause: undefined, onTamper: undefined };
	#terminal: Terminal | undefined;
	#screen: Screen | undefined;

	/** Makes keys, certificates, cards and the bank anew; nothing of an earlier training is left. */
	constructor(ports: TrainingPorts, settings: TrainingSettings) {
		const { crypto, clock, entropy, storage } = ports;
		this.#ports = ports;
		this.#settings = settings;
		const random = new DeviceRandom(entropy, crypto);
		random.refresh();
		this.#random = random;
		this.#deviceKeySecret = random.bytes(32);
		this.#accounts = makeTrainingAccounts(random);
		this.#keys = makeTrainingKeys(crypto, random, settings.profile.security);
		this.#power = new TrainingPower(clock);
		this.#display = new TrainingDisplay(ports.display);
		this.#reader = new TrainingReader(crypto, random);
		const { profile } = settings;
		this.bank = new TrainingBank({ profile, crypto, clock, keys: this.#keys.shared, accounts: this.#accounts });
		const medium = new TrainingStorage(storage);
		medium.clear();
		this.#bankRoot = this.#manufacture(medium);
	}

	/** The training terminal as it runs now. */
	get terminal(): Terminal {
		this.#terminal ??= this.#boot();
		return this.#terminal;
	}

	/** It recovers what a power cut left, then sells. */
	start(): void {
		const told = (error: unknown) => {
			const sentence = error instanceof Error ? error.message : "unknown fault";
			this.#ports.log.line("terminal", `training: ${sentence}`);
		};
		this.terminal.run().catch(told); // the training display says so, too
	}

	/** What it has drawn last. */
	get screen(): Screen | undefined {
		return this.#screen;
	}

	/** It waits for whatever comes next. */
	get isIdle(): boolean {
		return this.#screen !== undefined && this.#terminal?.isBusy === false;
	}

	get hasCard(): boolean {
		return this.#reader.present;
	}

	/** Gives it the display, and draws what it shows. */
	show(): void {
		this.#display.isOpen = true;
		if (!this.#screen) return;
		render(this.#display, this.#screen);
		this.#settings.onShown?.(this.#screen);
	}

	/** Takes the display away: what it draws is kept until it is shown again. */
	hide(): void {
		this.#display.isOpen = false;
	}

	pressKey(key: Key): void {
		this.#keypad.onKey?.(key);
	}

	insertCard(kind: TrainingCardKind): void {
		this.#reader.insert(this.#accounts.find(each => each.kind === kind)!);
	}

	removeCard(): void {
		this.#reader.remove();
	}

	/** Somebody opens its lid: it erases its keys, which are the training's. */
	openCase(): void {
		this.#tamper.cause = "case";
		this.#tamper.onTamper?.("case");
	}

	/** A supervisor has locked it. */
	lock(): void {
		const { clock } = this.#ports;
		this.terminal.monitor.incidents.append(clock.now(), { type: "opened", cause: "localLock", detail: "training" });
	}

	/** The plug is pulled: what it was doing is not done, what was not on the medium is not there, the slot is empty. */
	cutPower(): void {
		this.#power.cut();
		this.#display.isOpen = false;
		this.#keypad.onKey = undefined;
		this.#reader.onChange = undefined;
		this.#reader.remove();
		this.#terminal = undefined;
		this.#screen = undefined;
	}

	/** The power comes back. */
	restart(): void {
		this.cutPower();
		this.#power = new TrainingPower(this.#ports.clock);
		this.#display = new TrainingDisplay(this.#ports.display);
		this.#tamper = { cause: undefined, onTamper: undefined };
		this.start();
	}

	/** Ends it, and leaves nothing of it behind. */
	close(): void {
		this.cutPower();
		new TrainingStorage(this.#ports.storage).clear();
		wipe(this.#deviceKeySecret, ...this.#keys.all, ...this.#accounts.map(({ key }) => key)); // WIPE
	}

	#boot(): Terminal {
		const { crypto, entropy, log, printer, sounder, storage: medium } = this.#ports;
		const { configuration, profile, language, onJournalEntry } = this.#settings;
		const power = this.#power;
		const storage = new TrainingStorage(medium);
		power.onCut = () => storage.cutPower();
		this.#keypad = { onKey: undefined };
		return new Terminal(
			{
				reader: this.#reader,
				keypad: this.#keypad,
				display: this.#display,
				...(sounder && { sounder }),
				socket: power.guardSocket(this.bank),
				storage,
				clock: power.clock,
				entropy,
				crypto,
				log: { line: (source, text) => log.line(source, `training: ${text}`) },
				...(printer && { printer }),
				tamper: this.#tamper,
			},
			{
				configuration: trainingConfiguration(configuration),
				serial: SERIAL,
				bankRoot: this.#bankRoot,
				language,
				profile,
				deviceKeySecret: this.#deviceKeySecret,
				monitoring: BUILT_IN_RULES,
				passcodeRounds: PASSCODE_ROUNDS,
				isTraining: true,
				onScreen: screen => {
					if (!power.isOn) return;
					this.#screen = screen;
					this.#settings.onScreen?.(screen);
					if (this.#display.isOpen) this.#settings.onShown?.(screen);
				},
				...(onJournalEntry && { onJournalEntry }),
			},
		);
	}

	/** As its maker and the ceremony leave a terminal behind. @returns the training's root */
	#manufacture(storage: Storage): Uint8Array {
		const { crypto, clock } = this.#ports;
		const random = this.#random;
		const slots = new KeySlots({ storage, random, crypto }, this.#deviceKeySecret);
		const { publicKeys } = new TerminalIdentity(slots, { crypto, random });
		this.#keys.load(slots);
		const seal = new Seal(slots, random);
		const { countryCode } = this.#settings.configuration;
		const bound = { serial: SERIAL, signingKey: publicKeys.signing, agreementKey: publicKeys.agreement };
		const { bankRoot, kept } = makeTrainingBinding({ crypto, random }, bound, clock.now(), countryCode);
		new BindingFile({ storage, seal }).write(kept);
		new IncidentLog({ storage, seal, crypto }).keep(); // as old as the terminal: one that is missing locks it
		const passcode = asciiBytes(TRAINING_PASSCODE);
		const ports = { storage, crypto, random, seal };
		const now = clock.now();
		new Passcodes(ports, new AccessTrail(ports, now), PASSCODE_ROUNDS, now).set("supervisor", passcode, now);
		return bankRoot;
	}
}
