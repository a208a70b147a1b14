import { readFileSync } from "node:fs";
import { mqttLink } from "../../sim/management/mqttLink.js";
import type { ManagementInUse } from "../../sim/management/startManagement.js";
import { bankSigningKey } from "../../sim/world/bankSigningKey.js";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { certifyClient } from "../../sim/world/pki.js";
import type { StateFolder } from "../../sim/world/stateFolder.js";
import { systemClock, systemRandom } from "../../sim/world/system.js";
import { kidOf } from "../../src/binding/cose.js";
import { formatHex } from "../../src/bytes/hex.js";
import { ed25519KeyPair, ed25519Sign } from "../../src/crypto/ed25519.js";
import { Journal } from "../../src/journal/journal.js";
import type { RecordSeal } from "../../src/journal/recordCodec.js";
import { Management } from "../../src/management/management.js";
import { ManagementState } from "../../src/management/managementState.js";
import { transact } from "../../test/journal/testEntries.js";

const PATIENCE_MS = 900_000;
const SILENT = { line: () => {} };
/** The medium is memory and the content is made up: nothing to hide. */
const OPEN_SEAL: RecordSeal = { close: plain => plain.slice(), open: sealed => sealed.slice() };

export interface FleetSize {
	readonly terminals: number;
	/** Of each journal, at least. */
	readonly records: number;
}

interface FleetTerminal {
	readonly terminalId: string;
	readonly management: Management;
	readonly lastRecord: number;
	/** How often it has connected. */
	connections(): number;
	/** Breaks its line off. */
	cut(): void;
	running: Promise<void>;
}

/** Many terminals in this process, each with a line of its own. */
export class ManagementFleet {
	readonly #state: StateFolder;
	readonly #bank: ManagementInUse;
	readonly #size: FleetSize;
	readonly #terminals: FleetTerminal[] = [];

	constructor(state: StateFolder, bank: ManagementInUse, size: FleetSize) {
		this.#state = state;
		this.#bank = bank;
		this.#size = size;
	}

	async make(onProgress: (done: number) => void): Promise<void> {
		const pem = (name: string) => readFileSync(this.#state.at(name), "utf8");
		const root = { rootPem: pem("tls/root.pem"), rootKeyPem: pem("tls/root.key.pem") };
		for (let i = 0; i < this.#size.terminals; i++) {
			const terminalId = `FLT${String(i).padStart(5, "0")}`;
			const { keyPem: key, certPem: cert } = await certifyClient(root, terminalId);
			const { publicKey, secretKey } = ed25519KeyPair(nodeCrypto, systemRandom.bytes(32));
			await this.#bank.ask({ enrol: terminalId, signing: formatHex(publicKey), agreement: formatHex(publicKey) });
			this.#terminals.push(this.#terminal(terminalId, { key, cert, ca: root.rootPem }, { publicKey, secretKey }));
			onProgress(i + 1);
		}
	}

	async connect(onProgress: (done: number) => void): Promise<void> {
		for (const terminal of this.#terminals) terminal.running = terminal.management.run();
		await this.#all(
			({ management, lastRecord }) => management.isConnected && management.kept >= lastRecord,
			onProgress,
		);
	}

	async order(onProgress: (done: number) => void): Promise<void> {
		let done = 0;
		await Promise.all(
			this.#terminals.map(async ({ terminalId }) => {
				const order = { command: "selfCheck", by: "fleet", validMs: PATIENCE_MS, waitMs: 600_000 };
				const { answer } = await this.#bank.ask({ ...order, terminal: terminalId });
				if ((answer as { done?: boolean } | null)?.done !== true) throw new Error(`${terminalId} gave no answer`);
				onProgress(++done);
			}),
		);
	}

	async comeBack(onProgress: (done: number) => void): Promise<void> {
		for (const terminal of this.#terminals) terminal.cut();
		await this.#all(
			({ management }) => !management.isConnected,
			() => {},
		).catch(() => {});
		await this.#all(({ management }) => management.isConnected, onProgress);
	}

	async stop(): Promise<void> {
		for (const { management } of this.#terminals) management.stop();
		await Promise.all(this.#terminals.map(({ running }) => running));
	}

	#terminal(
		terminalId: string,
		tls: { readonly key: string; readonly cert: string; readonly ca: string },
		keys: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array },
	): FleetTerminal {
		const storage = new MemoryDisk();
		const journal = new Journal({ storage, seal: OPEN_SEAL });
		while (journal.lastRecord < this.#size.records) transact(journal);
		const own = mqttLink({ ...this.#bank.broker, ...tls, answerMs: PATIENCE_MS });
		let cut = () => {};
		let connections = 0;
		const link: typeof own = {
			connect: async options => {
				const connection = await own.connect(options, PATIENCE_MS);
				connections++;
				cut = () => {
					options.onLost();
					void connection.close().catch(() => {});
				};
				return connection;
			},
		};
		const { publicKey: bankKey } = bankSigningKey(this.#state);
		const state = new ManagementState({ storage, seal: OPEN_SEAL, clock: systemClock }, () => {});
		const management = new Management(
			{ link, storage, clock: systemClock, crypto: nodeCrypto, random: systemRandom, log: SILENT },
			{
				...{ terminalId, firmware: "0.1.0", state, journal, seal: OPEN_SEAL },
				signer: {
					kid: kidOf(nodeCrypto, keys.publicKey),
					sign: message => ed25519Sign(nodeCrypto, message, keys.secretKey),
				},
				terminal: {
					alone: async work => work(),
					free: async () => {},
					bank: () => ({ signingKey: bankKey }),
					notices: { next: undefined, delivered: () => {}, alert: () => {} },
					lock: () => {},
					release: () => "it waits for no release",
					isLocked: () => false,
					keepList: () => undefined,
					keepRevocations: () => undefined,
					keepRules: () => undefined,
					selfCheck: () => {
						const { records, damage } = journal.verify();
						return { done: damage.length === 0, reason: `${records} records`, lines: [] };
					},
					update: () => ({ done: false, reason: "a simulated terminal", lines: [] }),
					lists: () => ({}),
					hasHistory: () => true,
					openSealed: () => undefined,
				},
			},
		);
		const { lastRecord } = journal;
		return {
			...{ terminalId, management, lastRecord, running: Promise.resolve() },
			connections: () => connections,
			cut: () => cut(),
		};
	}

	/** @throws {Error} when it does not come true for all in time */
	async #all(condition: (terminal: FleetTerminal) => boolean, onProgress: (done: number) => void): Promise<void> {
		for (const begin = performance.now(); ; ) {
			const done = this.#terminals.filter(condition).length;
			onProgress(done);
			if (done === this.#terminals.length) return;
			if (performance.now() - begin > PATIENCE_MS) throw new Error(`only ${done} terminals got there`);
			await new Promise(resolve => setTimeout(resolve, 100));
		}
	}
}
