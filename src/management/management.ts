import { equal } from "../bytes/bytes.js";
import { encodeCbor } from "../bytes/cbor.js";
import { sealBox } from "../crypto/sealedBox.js";
import type { LinkConnection } from "../ports.js";
import { nextBackup } from "./backup.js";
import { checkCommand } from "./commands.js";
import { UpdateSession } from "./firmwareUpdates.js";
import { Inbox } from "./inbox.js";
import { journalId, keptUpTo, nextChunk } from "./journalSync.js";
import type { Done, ListName, ManagementOptions, ManagementPorts } from "./managedTerminal.js";
import type { Authority, MessageBody } from "./messageKinds.js";
import { obey } from "./obey.js";
import { IncomingBackup } from "./restore.js";
import { RestoreSession } from "./restoreSession.js";
import { type AnyMessage, type KindOf, MessageError, signMessage } from "./signedMessage.js";
import { downFilter } from "./topics.js";

const CONNECT_MS = 15_000;
const KEEP_ALIVE_SECONDS = 60;
/** For an answer of the bank's service; then the message is sent again. */
const ANSWER_MS = 15_000;
const FIRST_PAUSE_MS = 1_000;
const MOST_PAUSE_MS = 300_000;
/** Messages that wait to be read; a broker that sends more is cut off. */
const MOST_WAITING = 64;

/** The terminal's end of the management link: keeps it up, brings the journal to the bank, does what the bank asks. */
export class Management {
	readonly #ports: ManagementPorts;
	readonly #options: ManagementOptions;
	readonly #inbox: Inbox;
	readonly #journal: Uint8Array;
	readonly #update: UpdateSession;
	#waiting: { readonly topic: string; readonly payload: Uint8Array }[] = [];
	#connection: LinkConnection | undefined;
	#connectionNumber = 0;
	#running = false;
	#wake: (() => void) | undefined;
	/** Records up to this one are to be sent. */
	#syncTo = 0;
	#nextSync = 0;
	#nextStatus = 0;
	/** When the answer to the last chunk, and to the last alert, is overdue. */
	#chunkUntil = 0;
	#alertUntil = 0;
	#backupUntil = 0;
	#restore: { readonly session: RestoreSession; readonly resolve: (done: Done) => void } | undefined;

	constructor(ports: ManagementPorts, options: ManagementOptions) {
		this.#ports = ports;
		this.#options = options;
		this.#inbox = new Inbox(options.terminalId, options.keys, ports, options.state);
		this.#journal = journalId(ports.storage, ports.random);
		this.#update = new UpdateSession(options.terminal.firmware, text => this.#log(text));
	}

	get isConnected(): boolean {
		return this.#connection !== undefined;
	}

	/** Up to where the bank has the journal. */
	get kept(): number {
		return keptUpTo(this.#options.state.stored.kept, this.#journal);
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
				this.#log(error instanceof Error ? error.message : "unknown fault");
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
		this.#nextSync = 0;
		this.#wake?.();
	}

	/** Up to where the bank has a backup of the journal. */
	get backedUp(): number {
		return keptUpTo(this.#options.state.stored.backedUp, this.#journal);
	}

	/** The bank has the lists as they are now. */
	get listsBackedUp(): boolean {
		const lists = encodeCbor(this.#options.terminal.lists());
		return equal(this.#ports.crypto.sha256(lists), this.#options.state.stored.listsDigest);
	}

	/**
	 * Fetches what the bank has of this terminal's predecessor; it takes effect at the next start. Nothing is changed unless all
	 * of it is here and right.
	 */
	restore(): Promise<Done> {
		const refuse = (reason: string): Promise<Done> => Promise.resolve({ done: false, reason, lines: [] });
		const { terminal, seal } = this.#options;
		if (terminal.hasHistory()) return refuse("this terminal has transactions of its own: restore onto a new one");
		if (this.#restore) return refuse("a restore is under way");
		return new Promise(resolve => {
			const { storage, crypto } = this.#ports;
			const backup = new IncomingBackup({ storage, seal, crypto });
			this.#restore = { session: new RestoreSession(backup, box => terminal.openSealed(box)), resolve };
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
		const { terminalId, state } = this.#options;
		this.#connectionNumber = state.nextSequence();
		const will = this.#signed("lost", { connection: this.#connectionNumber });
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
			this.#nextStatus = 0;
			this.#nextSync = 0;
			this.#chunkUntil = 0;
			this.#alertUntil = 0;
			this.#backupUntil = 0;
			this.#update.until = 0;
			if (this.#restore) this.#restore.session.until = 0;
			onConnected();
			while (this.#running && !isLost) {
				// Signing takes a board about a second: never while a person waits.
				await this.#options.terminal.free();
				if (!this.#running || isLost) break;
				if (!(await this.#step())) await this.#sleep(this.#untilDue());
			}
			if (!isLost) await this.#publish("status", this.#status(false));
		} finally {
			this.#connection = undefined;
			await connection.close().catch(() => {});
		}
	}

	/** Does one thing. @returns false when there is nothing to do */
	async #step(): Promise<boolean> {
		const message = this.#waiting.shift();
		if (message) {
			await this.#receive(message.topic, message.payload);
			return true;
		}
		const { clock } = this.#ports;
		const { state, journal } = this.#options;
		const now = clock.monotonicMs();
		if (now >= this.#nextStatus) {
			this.#nextStatus = now + state.stored.statusSeconds * 1_000;
			await this.#publish("status", this.#status(true));
			return true;
		}
		const [alert] = state.stored.alerts;
		if (alert && now >= this.#alertUntil) {
			this.#alertUntil = now + ANSWER_MS;
			await this.#publish("alert", alert);
			return true;
		}
		if (now >= this.#nextSync) {
			this.#nextSync = now + state.stored.syncSeconds * 1_000;
			this.#syncTo = journal.lastRecord;
		}
		if (this.#syncTo > this.kept && now >= this.#chunkUntil) {
			const chunk = nextChunk(journal, this.#journal, this.kept);
			if (!chunk) return false;
			this.#chunkUntil = now + ANSWER_MS;
			await this.#publish("journal", chunk);
			return true;
		}
		const restore = this.#restore?.session;
		if (restore && now >= restore.until) {
			restore.until = now + ANSWER_MS;
			await this.#publish("restore", { journal: this.#journal, part: restore.part });
			return true;
		}
		if (now >= this.#backupUntil && (await this.#backUp(now))) return true;
		const request = now >= this.#update.until ? this.#update.request : undefined;
		if (!request) return false;
		this.#update.until = now + ANSWER_MS;
		await this.#publish("updateRequest", request);
		return true;
	}

	/** What the bank's copy lacks, after the journal itself has been synchronised. */
	async #backUp(now: number): Promise<boolean> {
		const { backupKey: bankKey, seal, journal, terminal } = this.#options;
		if (!bankKey) return false;
		const { random } = this.#ports;
		if (this.#syncTo > this.backedUp) {
			const part = nextBackup(journal, this.#journal, this.backedUp, { seal, random, bankKey });
			if (part) {
				this.#backupUntil = now + ANSWER_MS;
				await this.#publish("backup", part);
				return true;
			}
		}
		if (this.listsBackedUp) return false;
		this.#backupUntil = now + ANSWER_MS;
		await this.#publish("backupLists", { box: sealBox(random, encodeCbor(terminal.lists()), bankKey) });
		return true;
	}

	#untilDue(): number {
		const due = [this.#nextStatus, this.#nextSync];
		if (this.#options.state.stored.alerts.length) due.push(this.#alertUntil);
		if (this.#syncTo > this.kept) due.push(this.#chunkUntil);
		if (this.#options.backupKey && this.#syncTo > this.backedUp) due.push(this.#backupUntil);
		if (this.#restore) due.push(this.#restore.session.until);
		if (this.#update.request) due.push(this.#update.until);
		return Math.max(0, Math.min(...due) - this.#ports.clock.monotonicMs());
	}

	async #receive(topic: string, payload: Uint8Array): Promise<void> {
		if (payload.length === 0) return; // a retained message was removed
		try {
			const received = this.#inbox.take(topic, payload);
			this.#update.bankReached();
			if (received.result === "new") await this.#do(received.message, received.authority);
			else await this.#answerAgain(received.message);
		} catch (error) {
			if (!(error instanceof MessageError)) throw error;
			this.#log(`refused a message for ${topic}: ${error.message}`);
		}
	}

	async #do(message: AnyMessage<"down">, authority: Authority): Promise<void> {
		const { kind, sequence } = message;
		const { state, terminal } = this.#options;
		switch (message.kind) {
			case "kept": {
				const { journal, upTo } = message.body;
				const isOurs = equal(journal, this.#journal);
				state.take(kind, sequence, isOurs ? { kept: { journal, upTo } } : {});
				this.#chunkUntil = 0;
				return;
			}
			case "alertKept":
				state.take(kind, sequence, {
					alerts: state.stored.alerts.filter(({ number }) => number > message.body.number),
				});
				this.#alertUntil = 0;
				return;
			case "configuration":
			case "revocations":
				await terminal.alone(() => {
					if (message.kind === "configuration") {
						const { syncSeconds, statusSeconds } = { ...state.stored, ...message.body };
						state.take(kind, sequence, { syncSeconds, statusSeconds });
					} else state.take(kind, sequence, { revoked: message.body.serials });
				});
				return this.#answer(kind, sequence, { done: true, reason: "in use", lines: [] });
			case "parameters":
			case "aids":
			case "caKeys":
			case "hotCards":
				return this.#answer(kind, sequence, await terminal.alone(() => this.#keepList(message)));
			case "command": {
				const answer = await terminal.alone(() => this.#obey(message.body, authority, sequence));
				this.#nextStatus = 0;
				return this.#answer(kind, sequence, answer);
			}
			case "backedUp": {
				const { journal, upTo } = message.body;
				const isOurs = equal(journal, this.#journal);
				state.take(kind, sequence, isOurs ? { backedUp: { journal, upTo } } : {});
				this.#backupUntil = 0;
				return;
			}
			case "listsBackedUp":
				state.take(kind, sequence, { listsDigest: this.#ports.crypto.sha256(encodeCbor(terminal.lists())) });
				this.#backupUntil = 0;
				return;
			case "restorePart":
				state.take(kind, sequence);
				this.#takePart(message.body);
				return;
			case "updateOffer": {
				const { done, reason } = await terminal.alone(() => this.#update.offer(message.body.manifest));
				state.take(kind, sequence);
				return this.#answer(kind, sequence, { done, reason, lines: [] });
			}
			case "updateChunk":
				await terminal.alone(() => this.#update.take(message.body, this.#ports.clock.monotonicMs()));
				state.take(kind, sequence);
				return;
		}
	}

	#takePart(body: MessageBody<"restorePart">): void {
		const done = this.#restore?.session.take(body);
		if (!done) return;
		this.#restore?.resolve(done);
		this.#restore = undefined;
	}

	/** The list first, then its number: after a power cut between the two it is taken once more. */
	#keepList({ kind, sequence, body }: AnyMessage<"down"> & { readonly kind: ListName }): Done {
		const { terminal, state } = this.#options;
		const why = terminal.keepList(kind, body.records);
		state.take(kind, sequence);
		if (why !== undefined) state.alert("listRefused", `${kind}: ${why}`);
		return { done: why === undefined, reason: why ?? "in use", lines: [`${kind}: ${body.records.length}`] };
	}

	async #obey(body: MessageBody<"command">, authority: Authority, sequence: number): Promise<Done> {
		const { state, terminal } = this.#options;
		const refused = checkCommand(body, authority);
		const { done, lock, sendsNow } =
			refused === undefined
				? await obey(body, state.lock, this.#ports.clock.now(), terminal)
				: { done: { done: false, reason: refused, lines: [] }, lock: state.lock, sendsNow: false };
		if (sendsNow) this.#nextSync = 0;
		this.#log(`${body.by} ordered ${body.command}: ${done.reason}`);
		// The lock, the number and the answer in one write: asked again, the terminal answers and does nothing.
		state.take("command", sequence, { lock, answer: { to: sequence, ...done } });
		return done;
	}

	/** The answer may have been lost; what is retained comes again at each connection and needs none. */
	async #answerAgain({ kind, sequence }: AnyMessage<"down">): Promise<void> {
		const { answer } = this.#options.state.stored;
		if (kind === "command" && answer?.to === sequence) await this.#answer(kind, sequence, answer);
	}

	#answer(kind: string, to: number, { done, reason, lines }: Done): Promise<void> {
		return this.#publish("answer", { kind, to, done, reason, lines });
	}

	#status(online: boolean): MessageBody<"status"> {
		const { firmware, state, journal } = this.#options;
		return {
			connection: this.#connectionNumber,
			online,
			firmware,
			locked: state.lock !== undefined,
			lastRecord: journal.lastRecord,
			keptRecord: this.kept,
			journal: this.#journal,
			owed: journal.owed().length,
			applied: state.stored.received,
		};
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

	#log(text: string): void {
		this.#ports.log.line("terminal", `management: ${text}`);
	}
}
