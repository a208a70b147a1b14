import type { LinkConnection } from "../ports.js";
import { Incoming } from "./incoming.js";
import type { Done, ManagementOptions, ManagementPorts } from "./managedTerminal.js";
import type { MessageBody } from "./messageKinds.js";
import { Outbox } from "./outbox.js";
import { IncomingBackup, restoreIsReady } from "./restore.js";
import { HAS_HISTORY, RestoreSession } from "./restoreSession.js";
import { type KindOf, MessageError, signMessage } from "./signedMessage.js";
import { downFilter } from "./topics.js";

const CONNECT_MS = 15_000;
const KEEP_ALIVE_SECONDS = 60;
const FIRST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 300_000;
/** Messages that wait to be read; a broker that sends more is cut off. */
const MOST_WAITING = 64;

/** The terminal's end of the management link: keeps it up, and lets one message after another go up or down. */
export class Management {
	readonly #ports: ManagementPorts;
	readonly #options: ManagementOptions;
	readonly #outbox: Outbox;
	readonly #incoming: Incoming;
	#waiting: { readonly topic: string; readonly payload: Uint8Array }[] = [];
	#connection: LinkConnection | undefined;
	#running = false;
	#wake: (() => void) | undefined;

	constructor(ports: ManagementPorts, options: ManagementOptions) {
		this.#ports = ports;
		this.#options = options;
		this.#outbox = new Outbox(ports, options);
		this.#incoming = new Incoming(ports, options, this.#outbox);
	}

	get isConnected(): boolean {
		return this.#connection !== undefined;
	}

	/** Up to where the bank has the journal. */
	get kept(): number {
		return this.#outbox.kept;
	}

	/** Up to where the bank has a backup of the journal. */
	get backedUp(): number {
		return this.#outbox.backedUp;
	}

	/** The bank has the lists as they are now. */
	get listsBackedUp(): boolean {
		return this.#outbox.listsBackedUp;
	}

	/** Keeps the link up until `stop`; never throws on what the line or the bank does. */
	async run(): Promise<void> {
		this.#running = true;
		for (let failures = 0; this.#running; failures++) {
			try {
				await this.#session(() => {
					failures = 0;
				});
			} catch (error) {
				this.#ports.log.line("terminal", `management: ${error instanceof Error ? error.message : "unknown fault"}`);
			}
			if (this.#running) await this.#sleep(this.#backOff(failures));
		}
	}

	/** Says good-bye and ends `run`. */
	stop(): void {
		this.#running = false;
		this.#wake?.();
	}

	/** Sends now what the bank does not have yet, instead of at the next time for it. */
	sync(): void {
		this.#outbox.sync();
		this.#wake?.();
	}

	/** There is something that the bank must hear of. */
	notice(): void {
		this.#wake?.();
	}

	/** Why `restore` would be refused now, one sentence. */
	whyNoRestore(): string | undefined {
		const { terminal } = this.#options;
		if (!terminal.bank()) return "this terminal is bound to no merchant: bind it first, then restore";
		if (terminal.hasHistory()) return HAS_HISTORY;
		if (restoreIsReady(this.#ports.storage)) return "the backup is here: start the terminal again";
		return this.#outbox.restore && "a restore is under way";
	}

	/**
	 * Fetches what the bank has of this terminal's predecessor; it takes effect at the next start. Nothing is changed unless all
	 * of it is here and right.
	 */
	restore(): Promise<Done> {
		const reason = this.whyNoRestore();
		if (reason !== undefined) return Promise.resolve({ done: false, reason, lines: [] });
		const { terminal, seal } = this.#options;
		return new Promise(resolve => {
			const { storage, crypto } = this.#ports;
			const backup = new IncomingBackup({ storage, seal, crypto });
			this.#outbox.restore = new RestoreSession(backup, terminal);
			this.#outbox.hurry("restore");
			this.#incoming.onRestored = done => {
				this.#outbox.restore = undefined;
				resolve(done);
			};
			this.#wake?.();
		});
	}

	/** Twice as long after each failure, and never at the same time as a thousand others. */
	#backOff(failures: number): number {
		const most = Math.min(FIRST_PAUSE_MS * 2 ** failures, MOST_PAUSE_MS);
		const [high, low] = this.#ports.random.bytes(2);
		return most / 2 + (most / 2) * ((high! * 256 + low!) / 65_536);
	}

	async #session(onConnected: () => void): Promise<void> {
		const { terminalId, state, terminal } = this.#options;
		const number = state.nextSequence();
		const will = this.#signed("lost", { connection: number });
		let isLost = false;
		this.#waiting = [];
		const connection = await this.#ports.link.connect(
			{
				clientId: terminalId,
				will,
				keepAliveSeconds: KEEP_ALIVE_SECONDS,
				onMessage: (topic, payload) => {
					if (this.#waiting.length < MOST_WAITING) this.#waiting.push({ topic, payload });
					else isLost = true;
					this.#wake?.();
				},
				onLost: () => {
					isLost = true;
					this.#wake?.();
				},
			},
			CONNECT_MS,
		);
		try {
			await connection.subscribe(downFilter(terminalId));
			this.#connection = connection;
			this.#outbox.connected(number);
			onConnected();
			while (this.#running && !isLost) {
				// Signing takes a board about a second: never while a person waits.
				await terminal.free();
				if (!this.#running || isLost) break;
				if (!(await this.#step())) await this.#sleep(this.#outbox.untilDue());
			}
			if (!isLost) await this.#publish("status", this.#outbox.status(false));
		} finally {
			this.#connection = undefined;
			await connection.close().catch(() => {});
		}
	}

	/** Does one thing. @returns false when there is nothing to do */
	async #step(): Promise<boolean> {
		const arrived = this.#waiting.shift();
		if (arrived) {
			const answer = await this.#incoming.receive(arrived.topic, arrived.payload);
			if (answer) await this.#publish("answer", answer);
			return true;
		}
		const message = this.#outbox.next();
		if (message) await this.#publish(message.kind, message.body);
		return message !== undefined;
	}

	#signed<K extends KindOf<"up">>(kind: K, body: MessageBody<K>) {
		const { terminalId, signer, state } = this.#options;
		const head = { sequence: state.nextSequence(), issuedAt: this.#ports.clock.now() };
		return signMessage(terminalId, kind, head, body, signer);
	}

	async #publish<K extends KindOf<"up">>(kind: K, body: MessageBody<K>): Promise<void> {
		if (!this.#connection) throw new MessageError("the management link is down");
		await this.#connection.publish(this.#signed(kind, body));
	}

	/** Until something happens or the time has passed. */
	#sleep(ms: number): Promise<void> {
		return new Promise(resolve => {
			const end = () => {
				cancel();
				this.#wake = undefined;
				resolve();
			};
			const cancel = this.#ports.clock.after(ms, end);
			this.#wake = end;
		});
	}
}
