import MQTTClient from "embedded:network/mqtt/client";
import type { TlsKey } from "../keys/tlsKey.js";
import type { Clock, LinkConnection, LinkMessage, LinkOptions, ManagementLink, Storage } from "../ports.js";
import { SecureSocket } from "./secureSocket.js";
import { type HostAddress, readFile } from "./settings.js";

/** What MQTT adds to topic and payload of a message, generously. */
const MESSAGE_OVERHEAD = 16;
const ANSWER_MS = 10_000;
/** SUBACK: the broker does not let this client read (MQTT 3.1.1, 3.9.3). */
const FAILURE = 0x80;
/** A longer message than any of the bank's would take the memory of a board. */
const LONGEST_MESSAGE = 16_384;
const MOST_ID = 0xffff;

/** The management link over the SDK's MQTT client and its TLS 1.2, with root, certificate and key of the line to the bank. */
export class SdkMqttLink implements ManagementLink {
	readonly #storage: Storage;
	readonly #clock: Clock;
	readonly #broker: HostAddress;
	readonly #tlsKey: () => TlsKey;

	/** @param tlsKey asked at each connection */
	constructor(storage: Storage, clock: Clock, broker: HostAddress, tlsKey: () => TlsKey) {
		this.#storage = storage;
		this.#clock = clock;
		this.#broker = broker;
		this.#tlsKey = tlsKey;
	}

	async connect(options: LinkOptions, timeoutMs: number): Promise<LinkConnection> {
		const connection = new SdkConnection(this.#clock, options);
		try {
			const root = readFile(this.#storage, "root.der");
			const certificate = readFile(this.#storage, "terminal.der");
			await this.#tlsKey().logOn(certificate, keySecret =>
				connection.open(this.#broker, { root, certificate, keySecret }, timeoutMs),
			);
			return connection;
		} catch (error) {
			connection.abandon();
			throw new Error(`cannot reach the management service: ${error instanceof Error ? error.message : String(error)}`);
		}
	}
}

interface Credentials {
	readonly root: Uint8Array;
	readonly certificate: Uint8Array;
	/** PKCS #8, a buffer of its own. */
	readonly keySecret: Uint8Array;
}

/** What the client tells of a packet; the SDK's typing has an older form. */
interface Control {
	readonly operation: number;
	readonly id?: number;
	readonly payload?: readonly number[];
}

class SdkConnection implements LinkConnection {
	readonly #clock: Clock;
	readonly #options: LinkOptions;
	#client: MQTTClient | undefined;
	/** Bytes that the client takes now. */
	#writable = 0;
	#isOpen = false;
	#failure: Error | undefined;
	/** What the broker has acknowledged and nobody has taken note of yet. */
	#answers: Control[] = [];
	#lastId = 0;
	/** Packets go one after another: a long one in pieces. */
	#sending: Promise<unknown> = Promise.resolve();
	#listeners: (() => void)[] = [];
	#topic = "";
	#arrived: Uint8Array = new Uint8Array(0);
	#arrivedLength = 0;

	constructor(clock: Clock, options: LinkOptions) {
		this.#clock = clock;
		this.#options = options;
	}

	/** @throws {Error} when the broker has not let the terminal in within `timeoutMs` */
	async open(broker: HostAddress, { root, certificate, keySecret }: Credentials, timeoutMs: number): Promise<void> {
		const { clientId, will, keepAliveSeconds } = this.#options;
		const onFault = (error: unknown) => this.#fail(error instanceof Error ? error : new Error(String(error)));
		this.#client = new MQTTClient({
			host: broker.serverName,
			port: broker.port,
			id: clientId,
			clean: true,
			keepAlive: 1_000 * keepAliveSeconds,
			will: { topic: will.topic, message: ownBuffer(will.payload), QoS: 1, retain: will.retain },
			// The settings name an address: no name has to be looked up.
			dns: {
				io: class {
					resolve({ host, onResolved }: { host: string; onResolved(host: string, address: string): void }) {
						onResolved(host, broker.address);
					}
				},
			},
			socket: { io: SecureSocket, onFault, root, certificate, keySecret },
			onControl: ((message: Control) => this.#control(message)) as never,
			onReadable: (count, { topic, byteLength = 0, more }) => this.#read(count, topic, byteLength, more),
			onWritable: count => {
				this.#writable = count;
				this.#tell();
			},
			onError: () => this.#fail(new Error("the connection was closed")),
		});
		await this.#until(() => this.#isOpen, timeoutMs);
	}

	publish({ topic, payload, retain }: LinkMessage): Promise<void> {
		return this.#send(async id => {
			const head = topic.length + MESSAGE_OVERHEAD;
			await this.#until(() => this.#writable > head, ANSWER_MS);
			for (let at = 0; at === 0 || at < payload.length; ) {
				await this.#until(() => this.#writable > (at ? 0 : head), ANSWER_MS);
				const room = this.#writable - (at ? 0 : head);
				const part = ownBuffer(payload.subarray(at, at + room));
				const begin = { topic, QoS: 1, retain, id, byteLength: payload.length };
				// The rest of a message goes without options.
				this.#writable = this.#client!.write(part, (at ? undefined : begin) as typeof begin);
				at += part.byteLength;
			}
			return MQTTClient.PUBACK;
		}).then(() => {});
	}

	async subscribe(filter: string): Promise<void> {
		const { payload } = await this.#send(async id => {
			await this.#until(() => this.#writable > filter.length + MESSAGE_OVERHEAD, ANSWER_MS);
			const items = [{ topic: filter, QoS: 1 }];
			const options = { operation: MQTTClient.SUBSCRIBE, id, topic: filter, items };
			this.#writable = this.#client!.write(new ArrayBuffer(0), options);
			return MQTTClient.SUBACK;
		});
		if (payload?.[0] === FAILURE) throw new Error(`the broker does not let this client read ${filter}`);
	}

	async close(): Promise<void> {
		const client = this.#client;
		if (client && !this.#failure)
			await this.#sending.then(() => client.write(new ArrayBuffer(0), { operation: MQTTClient.DISCONNECT, topic: "" }));
		this.abandon();
	}

	/** Ends it without good-bye. */
	abandon(): void {
		const client = this.#client;
		this.#client = undefined;
		this.#failure ??= new Error("the management link is closed");
		client?.close();
		this.#tell();
	}

	/** One packet and the broker's answer to it. @param write sends the packet and says what kind answers it */
	#send(write: (id: number) => Promise<number>): Promise<Control> {
		const sent = this.#sending.then(async () => {
			this.#lastId = (this.#lastId % MOST_ID) + 1;
			const id = this.#lastId;
			const operation = await write(id);
			const isAnswer = (each: Control) => each.operation === operation && each.id === id;
			await this.#until(() => this.#answers.some(isAnswer), ANSWER_MS);
			const answer = this.#answers.find(isAnswer)!;
			this.#answers = this.#answers.filter(each => each !== answer);
			return answer;
		});
		this.#sending = sent.catch(() => {}); // whoever sent it hears of it
		return sent;
	}

	#control(message: Control): void {
		if (message.operation === MQTTClient.CONNACK) this.#isOpen = true;
		else if (message.operation === MQTTClient.PUBACK || message.operation === MQTTClient.SUBACK)
			this.#answers.push({ ...message });
		this.#tell();
	}

	#read(count: number, topic: string | undefined, byteLength: number, more: boolean): void {
		const bytes = new Uint8Array(this.#client!.read(count));
		if (topic !== undefined) {
			if (byteLength > LONGEST_MESSAGE) {
				this.#fail(new Error("a message of the broker's is too long"));
				return;
			}
			this.#topic = topic;
			this.#arrived = new Uint8Array(byteLength);
			this.#arrivedLength = 0;
		}
		this.#arrived.set(bytes, this.#arrivedLength);
		this.#arrivedLength += bytes.length;
		if (!more) this.#options.onMessage(this.#topic, this.#arrived);
	}

	#fail(error: Error): void {
		const wasOpen = this.#isOpen && !this.#failure;
		this.#failure ??= error;
		this.#tell();
		if (wasOpen) this.#options.onLost();
	}

	#tell(): void {
		const listeners = this.#listeners;
		this.#listeners = [];
		for (const listener of listeners) listener();
	}

	/** @throws {Error} when the connection fails or `timeoutMs` passes before `condition` holds */
	async #until(condition: () => boolean, timeoutMs: number): Promise<void> {
		const end = this.#clock.monotonicMs() + timeoutMs;
		while (!condition()) {
			if (this.#failure) throw this.#failure;
			const left = end - this.#clock.monotonicMs();
			if (left <= 0) throw new Error("no answer in time");
			await new Promise<void>(resolve => {
				const cancel = this.#clock.after(left, resolve);
				this.#listeners.push(() => {
					cancel();
					resolve();
				});
			});
		}
		if (this.#failure) throw this.#failure;
	}
}

function ownBuffer(bytes: Uint8Array): ArrayBuffer {
	return bytes.slice().buffer as ArrayBuffer;
}
