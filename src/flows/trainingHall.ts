import type { Language } from "../display/messages.js";
import type { TerminalConfiguration } from "../emv/configuration.js";
import type { HostProfile } from "../host/profiles/hostProfile.js";
import type { Seal } from "../keys/seal.js";
import type { Clock, Crypto, Display, Entropy, Key, Log, Printer, Sounder, Storage } from "../ports.js";

/**
 * What the live terminal lends to a training while it does nothing else: no line, no card, no key of a bank, no journal is
 * among it (docs/training.md).
 */
export interface TrainingHall {
	readonly display: Display;
	readonly sounder?: Sounder;
	readonly clock: Clock;
	readonly entropy: Entropy;
	readonly crypto: Crypto;
	readonly log: Log;
	readonly printer?: Printer;
	/** For the record of who has learnt what, and for files that begin with the training's own name. */
	readonly storage: Storage;
	readonly seal: Pick<Seal, "open" | "close">;
	readonly configuration: TerminalConfiguration;
	readonly profile: HostProfile;
	readonly language: Language;
	/** Number of the operator who learns; "0" where nobody signs on. */
	readonly operator: string;
	/** Numbers of all operators; empty where nobody signs on. */
	readonly operators: readonly string[];
	/** The live keypad's keys go to `onKey`. @returns a function that gives them back */
	takeKeys(onKey: (key: Key) => void): () => void;
	/** Calls `listener` as soon as the live terminal has erased its keys. @returns a function that ends it */
	onTampered(listener: () => void): () => void;
	/** Into the incident log: a drill was held. @param detail ASCII */
	noteDrill(detail: string): void;
}

/** How a visit ended. */
export interface TrainingEnd {
	/** A lesson was taken to its end. */
	readonly done: boolean;
	/** One sentence. */
	readonly reason: string;
	/** Of the lesson, in percent; absent without one. */
	readonly score?: number;
}

/** Holds a training. @param lesson which; the trainee chooses where it is absent @throws {RangeError} when there is no such lesson */
export type Training = (hall: TrainingHall, lesson: string | undefined) => Promise<TrainingEnd>;
