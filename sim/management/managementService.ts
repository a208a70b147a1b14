import type { CoseSigner } from "../../src/binding/cose.js";
import { MESSAGE_KINDS, type MessageBody } from "../../src/management/messageKinds.js";
import {
	type AnyMessage,
	type KindOf,
	MessageError,
	openMessage,
	signMessage,
} from "../../src/management/signedMessage.js";
import { parseTopic, topicOf, UP_FILTER } from "../../src/management/topics.js";
import type { Clock, Crypto, LinkConnection, LinkMessage, ManagementLink } from "../../src/ports.js";
import type { ChunkOf } from "../update/updateFolder.js";
import { SERVICE_NAME } from "./accessRules.js";
import type { BackupDesk } from "./backupDesk.js";
import type { Order } from "./managementRecords.js";
import type { ManagementStore } from "./managementStore.js";

export interface ServiceOptions {
	readonly link: ManagementLink;
	readonly store: ManagementStore;
	/** The acquirer's key. */
	readonly signer: CoseSigner;
	readonly backupDesk: BackupDesk;
	/** Where images of the firmware are; without it nobody gets one. */
	readonly chunkOf?: ChunkOf;
	readonly crypto: Crypto;
	readonly clock: Pick<Clock, "now">;
	/** One line for each message that was refused. */
	readonly log: (text: string) => void;
}

/** What the bank may want of a terminal, until it has answered. */
export type OrderKind =
	| "command"
	| "configuration"
	| "parameters"
	| "aids"
	| "caKeys"
	| "hotCards"
	| "revocations"
	| "rules"
	| "updateOffer";

const CONNECT_MS = 10_000;

/**
 * The bank's end of the management link: keeps journals, alerts and statuses of its terminals, and tells them what it wants
 * until they have answered. Messages that arrive together are kept in one transaction and answered after it.
 */
export class ManagementService {
	readonly #o: ServiceOptions;
	#connection: LinkConnection | undefined;
	#waiting: { readonly topic: string; readonly payload: Uint8Array }[] = [];
	#isScheduled = false;
	/** Messages that were taken so far. */
	taken = 0;
	/** Called after each batch of messages is on the medium. */
	onTaken: (() => void) | undefined;
	/** Called when the connection to the broker breaks off. */
	onLost: (() => void) | undefined;

	constructor(options: ServiceOptions) {
		this.#o = options;
	}

	/** @throws {Error} when the broker cannot be reached, or does not let the service in */
	async start(): Promise<void> {
		const topic = topicOf({ terminalId: SERVICE_NAME, direction: "down", kind: "lost" });
		this.#connection = await this.#o.link.connect(
			{
				clientId: SERVICE_NAME,
				will: { topic, payload: new Uint8Array(0), retain: false },
				keepAliveSeconds: 30,
				onMessage: (topic, payload) => this.#arrived(topic, payload),
				onLost: () => {
					this.#connection = undefined;
					this.onLost?.();
				},
			},
			CONNECT_MS,
		);
		await this.#connection.subscribe(UP_FILTER);
		// The broker may have forgotten what it had to keep.
		for (const terminalId of this.#o.store.terminalIds()) await this.#remind(terminalId);
	}

	async stop(): Promise<void> {
		const connection = this.#connection;
		this.#takeAll();
		this.#connection = undefined;
		await connection?.close();
		this.#waiting = [];
	}

	/**
	 * Tells a terminal something: at once, and again when it connects and has not answered.
	 * @param validMs how long a command may be obeyed
	 * @param signer who at the bank says it, the acquirer unless told otherwise
	 */
	async order<K extends OrderKind>(
		terminalId: string,
		kind: K,
		body: MessageBody<K>,
		{ validMs, signer = this.#o.signer }: { readonly validMs?: number; readonly signer?: CoseSigner } = {},
	): Promise<Order> {
		const { store, clock } = this.#o;
		const issuedAt = clock.now();
		const expiresAt = validMs === undefined ? undefined : issuedAt + validMs;
		const sequence = store.nextSequence(terminalId, kind, issuedAt);
		const { topic, payload } = signMessage(terminalId, kind, { sequence, issuedAt, expiresAt }, body, signer);
		const order = { terminalId, kind, sequence, payload, expiresAt };
		store.addOrder(order);
		await this.#publish({ topic, payload, retain: MESSAGE_KINDS[kind].retain });
		return { ...order, answer: undefined };
	}

	async #remind(terminalId: string): Promise<void> {
		for (const { kind, payload } of this.#o.store.standingOrders(terminalId, this.#o.clock.now())) {
			const topic = topicOf({ terminalId, direction: "down", kind });
			await this.#publish({ topic, payload, retain: MESSAGE_KINDS[kind as KindOf<"down">].retain });
		}
	}

	#arrived(topic: string, payload: Uint8Array): void {
		this.#waiting.push({ topic, payload });
		if (this.#isScheduled) return;
		this.#isScheduled = true;
		setImmediate(() => {
			this.#isScheduled = false;
			this.#takeAll();
		});
	}

	#takeAll(): void {
		const waiting = this.#waiting.splice(0);
		if (waiting.length === 0) return;
		const answers: LinkMessage[] = [];
		const reminded: string[] = [];
		this.#o.store.together(() => {
			for (const { topic, payload } of waiting)
				try {
					this.#o.store.together(() => this.#take(topic, payload, answers, reminded));
					this.taken++;
				} catch (error) {
					if (!(error instanceof MessageError)) throw error;
					this.#o.log(`${topic}: ${error.message}`);
				}
		});
		for (const answer of answers) void this.#publish(answer);
		for (const terminalId of reminded) void this.#remind(terminalId);
		this.onTaken?.();
	}

	#take(topic: string, payload: Uint8Array, answers: LinkMessage[], reminded: string[]): void {
		const { store, crypto } = this.#o;
		const keys = store.keysOf(parseTopic(topic)?.terminalId ?? "");
		if (!keys) throw new MessageError("there is no such terminal");
		const message = openMessage(crypto, topic, payload, () => keys.signing);
		const { terminalId, kind, sequence } = message;
		if (MESSAGE_KINDS[kind].direction !== "up") throw new MessageError("the message is for a terminal");
		if (!store.receive(terminalId, kind, sequence))
			throw new MessageError("the message was replayed, or came too late");
		const answer = <K extends KindOf<"down">>(answered: K, body: MessageBody<K>) => {
			const issuedAt = this.#o.clock.now();
			const sequence = store.nextSequence(terminalId, answered, issuedAt);
			answers.push(signMessage(terminalId, answered, { sequence, issuedAt }, body, this.#o.signer));
		};
		this.#keep(message as { readonly terminalId: string } & AnyMessage<"up">, answer, reminded);
	}

	#keep(
		message: { readonly terminalId: string } & AnyMessage<"up">,
		answer: <K extends KindOf<"down">>(kind: K, body: MessageBody<K>) => void,
		reminded: string[],
	): void {
		const { store } = this.#o;
		const { terminalId } = message;
		switch (message.kind) {
			case "status": {
				const { online, keptRecord, journal } = message.body;
				if (store.noteStatus(terminalId, message.body) && online) reminded.push(terminalId);
				const upTo = store.upTo(terminalId, journal);
				if (online && upTo < keptRecord) answer("kept", { journal, upTo }); // the bank has lost what it had
				return;
			}
			case "lost":
				store.noteLost(terminalId, message.body);
				return;
			case "journal":
				answer("kept", { journal: message.body.journal, upTo: store.keep(terminalId, message.body) });
				return;
			case "alert":
				store.noteAlert(terminalId, message.body);
				answer("noticeKept", { number: message.body.number });
				return;
			case "dayReport":
			case "checkReport":
				store.noteReport(terminalId, message.kind, message.body);
				answer("noticeKept", { number: message.body.number });
				return;
			case "answer":
				store.answerOrder(terminalId, message.body);
				return;
			case "backup":
				answer("backedUp", { journal: message.body.journal, upTo: store.keepBackup(terminalId, message.body) });
				return;
			case "backupLists":
				store.keepBackupLists(terminalId, message.body);
				answer("listsBackedUp", { digest: this.#o.crypto.sha256(message.body.box) });
				return;
			case "restore":
				answer("restorePart", this.#o.backupDesk.part(terminalId, message.body));
				return;
			case "updateRequest": {
				const { digest, chunk } = message.body;
				const bytes = this.#o.chunkOf?.(digest, chunk);
				answer("updateChunk", { digest, chunk, ...(bytes && { bytes }) });
				return;
			}
		}
	}

	/** What cannot be sent now is said again when the terminal or this service connects. */
	async #publish(message: LinkMessage): Promise<void> {
		try {
			await this.#connection?.publish(message);
		} catch (error) {
			this.#o.log(`${message.topic}: ${(error as Error).message}`);
		}
	}
}
