import { connect, type IClientOptions, type MqttClient } from "mqtt";
import type { LinkConnection, LinkMessage, LinkOptions, ManagementLink } from "../../src/ports.js";

export interface MqttLinkOptions {
	readonly host: string;
	readonly port: number;
	/** PEM: the one root that is trusted, and the client's own. */
	readonly ca: string;
	readonly key: string | Buffer;
	readonly cert: string;
	/** How long the broker may take for an acknowledgement; 10,000 when absent. */
	readonly answerMs?: number;
}

/** The management link over npm `mqtt`. When to connect again is decided by who uses it. */
export function mqttLink(options: MqttLinkOptions): ManagementLink {
	const { host, port, ca, key, cert, answerMs = 10_000 } = options;
	return {
		connect: (link, timeoutMs) =>
			new Promise((resolve, reject) => {
				const client = connect({
					...{ host, port, ca, key, cert, protocol: "mqtts", protocolVersion: 4, clean: true },
					...{ reconnectPeriod: 0, connectTimeout: timeoutMs, queueQoSZero: false, resubscribe: false },
					// As on a board, and for the same reason as on the line for money: see sim/world/tlsHostSocket.ts.
					...{ minVersion: "TLSv1.2", maxVersion: "TLSv1.2" },
					clientId: link.clientId,
					keepalive: link.keepAliveSeconds,
					will: { ...link.will, payload: Buffer.from(link.will.payload), qos: 1 },
				} as IClientOptions);
				const fail = (why: string) => {
					clearTimeout(timer);
					client.end(true);
					reject(new Error(`cannot reach the management service: ${why}`));
				};
				const timer = setTimeout(() => fail("no answer in time"), timeoutMs);
				client.on("error", error => fail(error.message));
				client.once("close", () => fail("the broker closed the connection"));
				client.once("connect", () => {
					clearTimeout(timer);
					client.removeAllListeners("close");
					resolve(new MqttConnection(client, link, answerMs));
				});
			}),
	};
}

class MqttConnection implements LinkConnection {
	readonly #client: MqttClient;
	readonly #answerMs: number;
	/** Of those who wait for an answer of the broker's. */
	readonly #waiting = new Set<(error: Error) => void>();
	#isClosed = false;

	constructor(client: MqttClient, { onMessage, onLost }: LinkOptions, answerMs: number) {
		this.#client = client;
		this.#answerMs = answerMs;
		client.on("message", (topic, payload) => onMessage(topic, new Uint8Array(payload)));
		client.once("close", () => {
			const wasClosed = this.#isClosed;
			this.#isClosed = true;
			client.end(true);
			for (const reject of this.#waiting) reject(new Error(LOST));
			if (!wasClosed) onLost();
		});
	}

	async publish({ topic, payload, retain }: LinkMessage): Promise<void> {
		await this.#answered(this.#client.publishAsync(topic, Buffer.from(payload), { qos: 1, retain }));
	}

	async subscribe(filter: string): Promise<void> {
		const granted = await this.#answered(this.#client.subscribeAsync(filter, { qos: 1 }));
		if (granted.some(({ qos }) => qos > 2)) throw new Error(`the broker does not let this client read ${filter}`);
	}

	async close(): Promise<void> {
		if (this.#isClosed) return;
		this.#isClosed = true;
		await this.#client.endAsync();
	}

	#answered<T>(answer: Promise<T>): Promise<T> {
		return new Promise((resolve, reject) => {
			if (this.#isClosed) reject(new Error(LOST));
			const end = () => {
				clearTimeout(timer);
				this.#waiting.delete(reject);
			};
			const timer = setTimeout(() => {
				end();
				reject(new Error("the broker did not answer in time"));
			}, this.#answerMs);
			this.#waiting.add(reject);
			answer.then(resolve, reject).finally(end);
		});
	}
}

const LOST = "the management link was lost";
