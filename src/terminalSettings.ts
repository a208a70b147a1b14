import type { Language } from "./display/messages.js";
import type { Screen } from "./display/screen.js";
import type { TerminalConfiguration } from "./emv/configuration.js";
import type { Why } from "./emv/decision.js";
import type { Training } from "./flows/trainingHall.js";
import type { HostProfile } from "./host/profiles/hostProfile.js";
import type { JournalEntry } from "./journal/entries.js";
import type { CertificateSubject } from "./keys/certificateRequest.js";
import type { RuleSet } from "./monitor/rule.js";
import type {
	CardReader,
	Clock,
	Crypto,
	Display,
	Entropy,
	Firmware,
	HostSocket,
	Keypad,
	Log,
	ManagementLink,
	Printer,
	Random,
	Sounder,
	Storage,
	Supply,
	Tamper,
} from "./ports.js";
import type { UpdateSettings } from "./update/update.js";

export interface TerminalPorts {
	readonly reader: CardReader;
	readonly keypad: Keypad;
	readonly display: Display;
	/** Absent on a board without one. */
	readonly sounder?: Sounder;
	readonly socket: HostSocket;
	/** Where the acquirer also is. */
	readonly backupSocket?: HostSocket;
	/** The line to the acquirer's binding desk; without it the terminal cannot be bound. */
	readonly desk?: HostSocket;
	/** Absent: the bank manages this terminal in no other way than through its host. */
	readonly managementLink?: ManagementLink;
	readonly storage: Storage;
	readonly clock: Clock;
	readonly entropy: Entropy;
	readonly crypto: Crypto;
	readonly log: Log;
	/** Absent on a board without one. */
	readonly printer?: Printer;
	/** Absent on a board without such lines. */
	readonly tamper?: Tamper;
	/** Absent where this terminal cannot install other firmware. */
	readonly firmware?: Firmware;
	/** Absent on a board without a battery. */
	readonly supply?: Supply;
}

export interface TerminalSettings {
	readonly configuration: TerminalConfiguration;
	/** Of the device, from manufacture. */
	readonly serial: string;
	/** Ed25519, 32 bytes: who certifies acquirers; pinned at manufacture. */
	readonly bankRoot: Uint8Array;
	/** In which the merchant is spoken to. */
	readonly language: Language;
	readonly profile: HostProfile;
	/** 32 bytes that belong to this device alone. */
	readonly deviceKeySecret: Uint8Array;
	/** Whom the bank is to certify the TLS key for; absent where the line to the bank needs none. */
	readonly certificateSubject?: CertificateSubject;
	/** What the terminal watches for until its bank sends other rules; absent: nothing, and days are not assessed. */
	readonly monitoring?: RuleSet;
	/** Whose firmware the terminal takes; absent: nobody's. */
	readonly update?: UpdateSettings;
	/** In the place of the terminal's generator for what the kernel shows to the card, so that a dialogue can be repeated. */
	readonly kernelRandom?: Random;
	/** Sees each screen as it is drawn and each journal entry as it is written: a front panel, a test. */
	readonly onScreen?: (screen: Screen) => void;
	/** Takes note of each decision of the kernel and of the sale. */
	readonly why?: Why;
	readonly onJournalEntry?: (entry: JournalEntry) => void;
	/** Trains its operators; absent: there is no training mode. */
	readonly training?: Training;
	/** Nothing that it does moves money: its receipts say so. */
	readonly isTraining?: boolean;
	/** Of PBKDF2 for passcodes; `PASSCODE_ROUNDS` unless told otherwise. */
	readonly passcodeRounds?: number;
}
