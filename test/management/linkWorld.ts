import { BackupDesk } from "../../sim/management/backupDesk.js";
import { ManagementService } from "../../sim/management/managementService.js";
import { ManagementStore } from "../../sim/management/managementStore.js";
import type { ChunkOf } from "../../sim/update/updateFolder.js";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { systemClock, systemRandom } from "../../sim/world/system.js";
import { type CoseSigner, kidOf } from "../../src/binding/cose.js";
import { ed25519KeyPair, ed25519Sign } from "../../src/crypto/ed25519.js";
import { openSealedBox } from "../../src/crypto/sealedBox.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import { Journal } from "../../src/journal/journal.js";
import type { FirmwareUpdates } from "../../src/management/firmwareUpdates.js";
import type { LinkBank, ManagedTerminal } from "../../src/management/managedTerminal.js";
import { Management } from "../../src/management/management.js";
import { ManagementState } from "../../src/management/managementState.js";
import { Notices } from "../../src/monitor/notices.js";
import type { LinkConnection, LinkMessage, LinkOptions, ManagementLink } from "../../src/ports.js";
import { testSeal } from "../journal/testEntries.js";

/** How much faster the terminal waits than its clock says. */
const SPEED = 100;

export const TERMINAL = "KASSA001";

/** A key pair with what signs and what is believed. */
export function testKey(seed: number) {
	const { publicKey, secretKey } = ed25519KeyPair(nodeCrypto, new Uint8Array(32).fill(seed));
	const kid = kidOf(nodeCrypto, publicKey);
	const signer: CoseSigner = { kid, sign: message => ed25519Sign(nodeCrypto, message, secretKey) };
	return { publicKey, kid, signer };
}

export const ACQUIRER = testKey(1);
export const SUPPORT = testKey(2);
export const OWN = testKey(3);
/** Of what the bank's backups are sealed to. */
export const BACKUP_SECRET = new Uint8Array(32).fill(5);
const agreementSecret = new Uint8Array(32).fill(4);

/** Broker and lines in memory: messages go to whoever has subscribed, the last will when a line is cut. */
export class MemoryBroker {
	readonly #clients = new Map<string, { readonly options: LinkOptions; readonly filters: RegExp[] }>();
	readonly #retained = new Map<string, Uint8Array>();
	/** Everything that was published. */
	readonly published: LinkMessage[] = [];
	/** Sees each message before anybody else does; undefined: it is lost. */
	onPublish: (message: LinkMessage, clientId: string) => LinkMessage | undefined = message => message;
	isDown = false;

	link(): ManagementLink {
		return {
			connect: async options => {
				if (this.isDown) throw new Error("cannot reach the management service: it is down");
				this.cut(options.clientId);
				this.#clients.set(options.clientId, { options, filters: [] });
				return this.#connection(options.clientId, options);
			},
		};
	}

	/** Everything retained is gone. */
	forget(): void {
		this.#retained.clear();
	}

	cut(clientId: string): void {
		const client = this.#clients.get(clientId);
		if (!client) return;
		this.#clients.delete(clientId);
		client.options.onLost();
		this.deliver(client.options.will);
	}

	deliver(message: LinkMessage): void {
		this.published.push(message);
		if (message.retain) this.#retained.set(message.topic, message.payload);
		for (const { options, filters } of [...this.#clients.values()])
			if (filters.some(filter => filter.test(message.topic))) options.onMessage(message.topic, message.payload);
	}

	#connection(clientId: string, options: LinkOptions): LinkConnection {
		const isOpen = () => this.#clients.get(clientId)?.options === options;
		return {
			publish: async message => {
				if (!isOpen()) throw new Error("the management link was lost");
				const passed = this.onPublish(message, clientId);
				if (passed) this.deliver(passed);
				if (!isOpen()) throw new Error("the management link was lost");
			},
			subscribe: async filter => {
				const pattern = new RegExp(`^${filter.replaceAll("+", "[^/]+")}$`);
				this.#clients.get(clientId)?.filters.push(pattern);
				for (const [topic, payload] of this.#retained) if (pattern.test(topic)) options.onMessage(topic, payload);
			},
			close: async () => {
				if (isOpen()) this.#clients.delete(clientId);
			},
		};
	}
}

/** A terminal's management link, its bank's service and the broker between them, in memory. */
export class LinkWorld {
	readonly broker = new MemoryBroker();
	readonly disk = new MemoryDisk();
	readonly store: ManagementStore;
	readonly service: ManagementService;
	readonly log: string[] = [];
	readonly refused: string[] = [];
	/** What the terminal was asked to do. */
	readonly done: string[] = [];
	/** Its lists, by name. */
	readonly lists = new Map<string, readonly Uint8Array[]>();
	/** Whose word the terminal takes. */
	bank: LinkBank | undefined = { signingKey: ACQUIRER.publicKey };
	/** Who has locked it. */
	lock: { readonly by: string; readonly reason: string; readonly call: string } | undefined;
	/** What it knows of revocations and of rules. */
	revocations: Uint8Array | undefined;
	rules: Uint8Array | undefined;
	/** What was lost of its state. */
	readonly lost: string[] = [];
	notices!: Notices;
	/** Something is under way; settles when it has ended. */
	busy: Promise<void> = Promise.resolve();
	/** Where its firmware comes from, at the bank. */
	chunkOf: ChunkOf | undefined;
	/** Its updates, from the next start on. */
	firmware: FirmwareUpdates | undefined;
	journal!: Journal;
	state!: ManagementState;
	management!: Management;
	#running: Promise<void> | undefined;

	constructor(storePath = ":memory:") {
		this.store = new ManagementStore(storePath);
		this.store.enrol(TERMINAL, { signing: OWN.publicKey, agreement: x25519PublicKey(agreementSecret) });
		this.service = new ManagementService({
			link: this.broker.link(),
			store: this.store,
			backupDesk: new BackupDesk(this.store, BACKUP_SECRET, nodeCrypto, systemRandom),
			signer: ACQUIRER.signer,
			chunkOf: (digest, chunk) => this.chunkOf?.(digest, chunk),
			crypto: nodeCrypto,
			clock: systemClock,
			log: text => this.refused.push(text),
		});
		this.boot();
	}

	/** The terminal as it starts with what is on its medium. */
	boot(): void {
		this.disk.restart();
		const random = new SeededRandom(this.disk.operations);
		this.journal = new Journal({ storage: this.disk, seal: testSeal() });
		const log = { line: (_: string, text: string) => this.log.push(text) };
		const sealed = { storage: this.disk, seal: testSeal(), clock: systemClock };
		this.state = new ManagementState(sealed, sentence => this.lost.push(sentence));
		this.notices = new Notices({ ...sealed, log }, () => ({ number: 7, hash: "00".repeat(32) }), false);
		this.notices.onNew = () => this.management.notice();
		const terminal: ManagedTerminal = {
			alone: async work => {
				await this.busy;
				return work();
			},
			free: () => this.busy,
			bank: () => this.bank,
			notices: this.notices,
			lock: (by, reason, call) => {
				this.lock = { by, reason, call };
			},
			release: by => {
				const was = this.lock;
				this.lock = undefined;
				return was ? `released by ${by}` : "it was not locked";
			},
			isLocked: () => this.lock !== undefined,
			keepRevocations: list => {
				if (list.length === 0) return "the list is empty";
				this.revocations = list;
				return undefined;
			},
			keepRules: set => {
				if (set.length === 1) return "rules: must be a list";
				this.rules = set;
				return undefined;
			},
			keepList: (name, records) => {
				if (records.some(record => record.length === 0)) return "a record is empty";
				this.lists.set(name, records);
				this.done.push(name);
				return undefined;
			},
			lists: () => Object.fromEntries(this.lists),
			hasHistory: () => this.journal.last() !== undefined,
			openSealed: box =>
				openSealedBox(box, { secretKey: agreementSecret, publicKey: x25519PublicKey(agreementSecret) }),
			selfCheck: () => ({ done: true, reason: "all is well", lines: ["journal: whole"] }),
			firmware: this.firmware,
			update: version => ({ done: false, reason: `there is no way to install ${version}`, lines: [] }),
		};
		this.management = new Management(
			{
				...{ link: this.broker.link(), storage: this.disk, crypto: nodeCrypto, random, log },
				clock: {
					...systemClock,
					monotonicMs: () => SPEED * systemClock.monotonicMs(),
					after: (ms, call) => systemClock.after(ms / SPEED, call),
				},
			},
			{
				...{ terminalId: TERMINAL, firmware: "0.1.0", signer: OWN.signer },
				...{ state: this.state, journal: this.journal, terminal, seal: testSeal() },
			},
		);
	}

	start(): void {
		this.#running = this.management.run();
	}

	async stop(): Promise<void> {
		this.management.stop();
		await this.#running;
	}

	async close(): Promise<void> {
		await this.stop();
		await this.service.stop();
		this.store.close();
	}
}

export async function eventually(condition: () => boolean, ms = 5_000): Promise<void> {
	const begin = Date.now();
	while (!condition()) {
		if (Date.now() - begin > ms) throw new Error(`it never came true: ${condition}`);
		await new Promise(resolve => setTimeout(resolve, 5));
	}
}
