import type { Binding, BindingProblem } from "../binding/binding.js";
import type { Language } from "../display/messages.js";
import type { Screen } from "../display/screen.js";
import type { TerminalConfiguration } from "../emv/configuration.js";
import type { Why } from "../emv/decision.js";
import type { KernelMerchant, TerminalData } from "../emv/terminalData.js";
import type { HostLink } from "../host/hostLink.js";
import type { WorkKeys } from "../host/messageValues.js";
import type { HostTerminal } from "../host/request.js";
import type { Journal } from "../journal/journal.js";
import type { HostKeys } from "../keys/hostKeys.js";
import type { KeySlot } from "../keys/keyAttributes.js";
import type { ComponentKey, KeyComponents } from "../keys/keyComponents.js";
import type { PinEntryLimit } from "../keys/pinEntryLimit.js";
import type { Seal } from "../keys/seal.js";
import type { TerminalIdentity } from "../keys/terminalIdentity.js";
import type { Monitor } from "../monitor/monitor.js";
import type { CheckScope, SelfCheckReport } from "../monitor/selfCheck.js";
import type { AccessTrail } from "../operators/accessTrail.js";
import type { Operators } from "../operators/operators.js";
import type { Passcodes } from "../operators/passcodes.js";
import type { Shift } from "../operators/shift.js";
import type { CardReader, Clock, Crypto, HostSocket, Key, Keypad, Log, Printer, Random } from "../ports.js";
import type { Housekeeping } from "../privacy/housekeeping.js";
import type { Update } from "../update/update.js";
import type { Downloads } from "./downloads.js";
import type { EventQueue } from "./eventQueue.js";
import type { Training, TrainingHall } from "./trainingHall.js";

/** Whom the terminal sells for, at which bank. */
export interface Merchant extends KernelMerchant {
	readonly language: Language;
}

/** How the loading of keys ended. */
export interface KeyLoading {
	readonly done: boolean;
	/** One sentence for whoever brought the keys. */
	readonly reason: string;
}

/** The device itself, as whoever binds it meets it. */
export interface Device {
	readonly serial: string;
	/** Ed25519, 32 bytes: who certifies acquirers; pinned at manufacture. */
	readonly bankRoot: Uint8Array;
	/** The line to the acquirer's binding desk; undefined without one. */
	readonly desk: HostSocket | undefined;
	/** Its key pairs, made at the first call. */
	identity(): TerminalIdentity;
	/** What state the terminal is in, under its signature (docs/keys.md, "Attestation"). */
	attest(): Uint8Array;
	/** Number of the last key message. */
	keySequence(): number;
	/** Whether `loadKeys` would take it. @param signingKey of the acquirer @returns its number @throws {KeyError} when not */
	checkKeys(keyMessage: Uint8Array, signingKey: Uint8Array): number;
	loadKeys(keyMessage: Uint8Array, signingKey: Uint8Array): KeyLoading;
	/** Whether the medium keeps what is written. @returns why not */
	storageProblem(probe: Uint8Array): string | undefined;
	/** Slots with keys that a bank has given. */
	bankKeys(): KeySlot[];
	eraseBankKeys(): void;
}

/** What every flow works with; made once by the Terminal. */
export interface FlowContext {
	readonly reader: CardReader;
	readonly keypad: Keypad;
	readonly pinEntryLimit: PinEntryLimit;
	/** Sounds when a key of the PIN pad is pressed during a PIN entry. */
	readonly keyTone: () => void;
	readonly clock: Clock;
	readonly random: Random;
	/** For the unpredictable numbers, which the card sees. */
	readonly kernelRandom: Random;
	readonly crypto: Crypto;
	readonly log: Log;
	/** What holds now: a download may change it. */
	readonly configuration: TerminalConfiguration;
	readonly device: Device;
	readonly binding: Binding;
	/** Why the binding does not count now; undefined when it does. */
	bindingProblem(): BindingProblem | undefined;
	/** From the binding alone. */
	readonly merchant: Merchant;
	/** What configuration and merchant have the kernel tell every card. */
	readonly terminalData: TerminalData;
	readonly hostTerminal: HostTerminal;
	readonly link: HostLink;
	readonly keys: HostKeys;
	readonly seal: Seal;
	readonly journal: Journal;
	readonly monitor: Monitor;
	/** Erases what must not be kept any longer. */
	readonly housekeeping: Housekeeping;
	/** Sends the bank now what its backup lacks; undefined where there is no management link. */
	readonly sendBackup: (() => void) | undefined;
	/** Fetches the bank's backup of this terminal's predecessor; undefined where there is no management link. */
	readonly restore:
		| {
				/** One sentence. */
				whyNot(): string | undefined;
				/** It goes on by itself when nobody is at the terminal. */
				begin(): void;
				/** All of it is here, and counts from the next start on. */
				readonly isReady: boolean;
		  }
		| undefined;
	/** Checks the terminal itself, and keeps what it has found. */
	selfCheck(scope: CheckScope): Promise<SelfCheckReport>;
	readonly passcodes: Passcodes;
	/** Absent: persons cannot be trained here. */
	readonly training: { readonly hold: Training; hall(): TrainingHall } | undefined;
	/** No money moves: receipts say so. */
	readonly isTraining: boolean;
	readonly operators: Operators;
	/** Who tried, signed on, approved. */
	readonly access: AccessTrail;
	/** Who is signed on. */
	readonly shift: Shift;
	/** Absent on a board without one. */
	readonly printer: Printer | undefined;
	/**
	 * The terminal must sign in before the next financial message: the bank wants it, or may have other work keys than these.
	 * Where the sign-in brings the work keys it is known also after a power cut.
	 */
	signInWanted: boolean;
	/** Begins the loading of a key in components. @throws {KeyError} on a key that cannot be loaded so */
	keyComponents(key: ComponentKey): KeyComponents;
	/** Takes over what a sign-in has brought. @returns why not, undefined when all keys are in use */
	loadWorkKeys(keys: WorkKeys): string | undefined;
	/** What the acquirer has given beyond the configuration that the terminal was set up with. */
	readonly downloads: Downloads;
	/** New firmware; absent where it cannot be installed. */
	readonly update: Update | undefined;
	readonly events: EventQueue<TerminalEvent>;
	/** Takes note of the kernel's decisions; undefined when nobody asks. */
	readonly why: Why | undefined;
	/** Draws a screen on the display. */
	show(screen: Screen): void;
	/** Calls `listener` as soon as the card leaves. @returns a function that ends it */
	onCardRemoved(listener: () => void): () => void;
	/** Calls `listener` as soon as the keys were erased. @returns a function that ends it */
	onTampered(listener: () => void): () => void;
}

export type TerminalEvent = { readonly key: Key } | "cardInserted" | "cardRemoved";
