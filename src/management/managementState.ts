import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";
import type { Clock } from "../ports.js";

export interface Answer {
	/** Sequence number of the message that is answered. */
	readonly to: number;
	readonly done: boolean;
	readonly reason: string;
	readonly lines: readonly string[];
}

interface Stored {
	/** Numbers up to this one may have gone into messages. */
	readonly sent: number;
	/** Number of the newest message that was taken, by kind. */
	readonly received: Readonly<Record<string, number>>;
	/** To the newest command. */
	readonly answer?: Answer | undefined;
	/** Which records of which journal the bank has. */
	readonly kept: { readonly journal: Uint8Array; readonly upTo: number };
	readonly backedUp: { readonly journal: Uint8Array; readonly upTo: number };
	/** Of the lists in the bank's backup, and of the journal that they are backed up with. */
	readonly listsDigest: Uint8Array;
	/** Of the acquirer's help desk: Ed25519, 32 bytes. */
	readonly supportKey?: Uint8Array | undefined;
	readonly syncSeconds: number;
	readonly statusSeconds: number;
}

/** How many numbers are taken at once, so that not each message costs a write. */
const LEASE = 64;
const FILE = "management";
const NOTHING = new Uint8Array(0);

/**
 * What the terminal must remember of the management link, in one sealed file: each change is on the medium when the call
 * returns, whole or not at all.
 */
export class ManagementState {
	readonly #file: SealedFile<Stored>;
	#stored: Stored;
	#sequence: number;

	/** @param onLost called when what was there was damaged: which messages were taken is no longer known */
	constructor(ports: SealedStorage & { readonly clock: Pick<Clock, "now"> }, onLost: (sentence: string) => void) {
		this.#file = new SealedFile(ports, FILE);
		const kept = this.#file.read();
		// A state that is lost goes on above what was used before: numbers begin with the time of day.
		const anew = () => ({ ...INITIAL, sent: ports.clock.now(), kept: NO_RECORDS, backedUp: NO_RECORDS });
		this.#stored = kept === "damaged" || !kept ? anew() : kept;
		this.#sequence = this.#stored.sent;
		if (kept !== "damaged") return;
		this.change({});
		onLost("the state of the management link was damaged");
	}

	get stored(): Stored {
		return this.#stored;
	}

	/** On the medium when this returns. */
	change(change: Partial<Stored>): void {
		this.#stored = { ...this.#stored, ...change };
		this.#file.write(this.#stored);
	}

	/** Never handed out before, whatever happened to the power. */
	nextSequence(): number {
		if (this.#sequence >= this.#stored.sent) this.change({ sent: this.#sequence + LEASE });
		return ++this.#sequence;
	}

	received(kind: string): number {
		return this.#stored.received[kind] ?? 0;
	}

	/** With what it has changed, in one write. */
	take(kind: string, sequence: number, change: Partial<Stored> = {}): void {
		this.change({ ...change, received: { ...this.#stored.received, [kind]: sequence } });
	}
}

const NO_RECORDS = Object.freeze({ journal: NOTHING, upTo: 0 });
const INITIAL = Object.freeze({
	received: Object.freeze({}),
	listsDigest: NOTHING,
	syncSeconds: 60,
	statusSeconds: 300,
});
