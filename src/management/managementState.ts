import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { RecordSeal } from "../journal/recordCodec.js";
import type { Clock, Log, Storage } from "../ports.js";

/** Who has stopped this terminal's sales. */
export interface Lock {
	readonly by: string;
	readonly reason: string;
	/** Whom to call, as the display says it. */
	readonly call: string;
	/** Milliseconds since 1970-01-01 00:00 UTC. */
	readonly at: number;
}

/** Something that the bank must hear of. */
export interface Alert {
	readonly number: number;
	readonly alert: AlertKind;
	readonly at: number;
	readonly text: string;
}

export type AlertKind =
	| "fault"
	| "journalRepaired"
	| "storageFull"
	| "reversalStuck"
	| "listRefused"
	| "stateLost"
	| "updateFailed";

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
	readonly lock?: Lock | undefined;
	/** To the newest command. */
	readonly answer?: Answer | undefined;
	/** Which records of which journal the bank has. */
	readonly kept: { readonly journal: Uint8Array; readonly upTo: number };
	readonly backedUp: { readonly journal: Uint8Array; readonly upTo: number };
	/** Of the lists in the bank's backup. */
	readonly listsDigest: Uint8Array;
	/** Oldest first. */
	readonly alerts: readonly Alert[];
	readonly lastAlert: number;
	readonly revoked: readonly Uint8Array[];
	readonly syncSeconds: number;
	readonly statusSeconds: number;
}

/** Numbers that one write takes: a power cut loses as many, and none comes twice. */
const LEASE = 64;
/** Of alerts the newest are kept. */
const MOST_ALERTS = 32;
const FILE = "management";
const NOTHING = new Uint8Array(0);

/**
 * What the terminal must remember of the management link, in one sealed file: each change is on the medium when the call
 * returns, whole or not at all.
 */
export class ManagementState {
	readonly #ports: { readonly storage: Storage; readonly seal: RecordSeal; readonly clock: Pick<Clock, "now"> };
	#stored: Stored;
	#sequence: number;

	constructor(
		ports: { readonly storage: Storage; readonly seal: RecordSeal; readonly clock: Pick<Clock, "now"> },
		log: Log,
	) {
		this.#ports = ports;
		const read = this.#read();
		// A state that is lost goes on above what was used before: numbers begin with the time of day.
		this.#stored = read ?? { ...INITIAL, sent: ports.clock.now(), kept: NO_RECORDS, backedUp: NO_RECORDS };
		this.#sequence = this.#stored.sent;
		if (read || ports.storage.size(FILE) === undefined) return;
		log.line("terminal", "the state of the management link was damaged and begins anew: the terminal is locked");
		const { clock } = ports;
		this.change({
			lock: { by: "the terminal", reason: "its management state was damaged", call: "your bank", at: clock.now() },
		});
		this.alert("stateLost", "the state of the management link was damaged");
	}

	get lock(): Lock | undefined {
		return this.#stored.lock;
	}

	get stored(): Stored {
		return this.#stored;
	}

	/** On the medium when this returns. */
	change(change: Partial<Stored>): void {
		this.#stored = { ...this.#stored, ...change };
		const { storage, seal } = this.#ports;
		storage.replace(FILE, seal.close(encodeCbor(this.#stored)));
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

	alert(alert: AlertKind, text: string): void {
		const number = this.#stored.lastAlert + 1;
		const alerts = [...this.#stored.alerts, { number, alert, at: this.#ports.clock.now(), text }].slice(-MOST_ALERTS);
		this.change({ alerts, lastAlert: number });
	}

	#read(): Stored | undefined {
		const { storage, seal } = this.#ports;
		const size = storage.size(FILE);
		const plain = size === undefined ? undefined : seal.open(storage.read(FILE, 0, size));
		return plain && (decodeCbor(plain) as Stored);
	}
}

const NO_RECORDS = Object.freeze({ journal: NOTHING, upTo: 0 });
const INITIAL = Object.freeze({
	received: Object.freeze({}),
	alerts: Object.freeze([]),
	lastAlert: 0,
	listsDigest: NOTHING,
	revoked: Object.freeze([]),
	syncSeconds: 60,
	statusSeconds: 300,
});
