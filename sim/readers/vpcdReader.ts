import { createServer, type Server, type Socket } from "node:net";
import { type Atr, decodeAtr } from "../../src/card/atr.js";
import { CardError } from "../../src/card/cardError.js";
import type { CardReader } from "../../src/ports.js";
import { UserError } from "../world/stateFolder.js";
import { exchangeApdu, type Transport } from "./transport.js";
import { VPCD_ATR, VPCD_PORT, VPCD_POWER_OFF, VPCD_POWER_ON, VPCD_RESET } from "./vpcdMessage.js";
import { VpcdPeer } from "./vpcdPeer.js";

export interface VpcdReaderOptions {
	/** Where virtual cards connect, on the loopback interface only; 0 for any free port. */
	readonly port?: number;
	/** Instead of the first protocol of the card's ATR. */
	readonly transport?: Transport | undefined;
	/** Longest wait for an answer of the card. */
	readonly answerTimeoutMs?: number;
}

/** Long enough for a card that is relayed from a telephone. */
const ANSWER_TIMEOUT_MS = 10_000;

/** A virtual reader (vpcd): a virtual card that connects is seated, and removed when its connection ends. */
export class VpcdReader implements CardReader {
	onChange: ((present: boolean) => void) | undefined;
	readonly #server: Server;
	readonly #transport: Transport | undefined;
	readonly #answerTimeoutMs: number;
	#peer: VpcdPeer | undefined;
	#powered = false;
	/** The protocol of the active card. */
	#protocol: Transport | undefined;

	private constructor({ transport, answerTimeoutMs = ANSWER_TIMEOUT_MS }: VpcdReaderOptions) {
		this.#transport = transport;
		this.#answerTimeoutMs = answerTimeoutMs;
		this.#server = createServer(socket => this.#connected(socket));
	}

	/** @throws {UserError} when the port cannot be had */
	static async listen(options: VpcdReaderOptions = {}): Promise<VpcdReader> {
		const reader = new VpcdReader(options);
		const port = options.port ?? VPCD_PORT;
		await new Promise<void>((resolve, reject) => {
			reader.#server.once("error", ({ code }: NodeJS.ErrnoException) => {
				const why = code === "EADDRINUSE" ? "is in use (by the vpcd of pcscd?)" : `cannot be had (${code})`;
				reject(new UserError(`port ${port} ${why}: choose another with vpcd:PORT`));
			});
			reader.#server.listen(port, "127.0.0.1", resolve);
		});
		return reader;
	}

	get port(): number {
		return (this.#server.address() as { port: number }).port;
	}

	get present(): boolean {
		return this.#peer !== undefined;
	}

	activate(): Promise<Uint8Array> {
		return this.#orDeactivate(async peer => {
			this.#protocol = undefined;
			if (this.#powered) peer.send(VPCD_POWER_OFF);
			this.#powered = true;
			peer.send(VPCD_POWER_ON);
			let bytes = await this.#ask(peer, VPCD_ATR);
			let atr = readAtr(bytes);
			if (!atr) {
				// EMV 4.3 Book 1, 8.3: one warm reset, then the card is rejected.
				peer.send(VPCD_RESET);
				bytes = await this.#ask(peer, VPCD_ATR);
				atr = readAtr(bytes);
			}
			if (!atr) throw new CardError("notAccepted", "the answer to reset breaks ISO/IEC 7816-3");
			this.#protocol = this.#transport ?? (atr.protocols[0] === 0 ? "t0" : "t1");
			return bytes;
		});
	}

	transmit(command: Uint8Array): Promise<Uint8Array> {
		const protocol = this.#protocol;
		if (!protocol) return Promise.reject(new Error("the card is not active: call activate first"));
		return this.#orDeactivate(peer => exchangeApdu(command, protocol, bytes => this.#ask(peer, bytes)));
	}

	async deactivate(): Promise<void> {
		if (this.#powered) this.#peer?.send(VPCD_POWER_OFF);
		this.#powered = false;
		this.#protocol = undefined;
	}

	/** Lets go of the card and the port. */
	async close(): Promise<void> {
		await this.deactivate();
		this.#peer?.drop();
		await new Promise(resolve => this.#server.close(resolve));
	}

	#connected(socket: Socket): void {
		if (this.#peer) {
			socket.destroy(); // one slot, one card
			return;
		}
		const peer = new VpcdPeer(socket, () => {
			if (this.#peer !== peer) return;
			this.#peer = undefined;
			this.#powered = false;
			this.onChange?.(false);
		});
		this.#peer = peer;
		this.onChange?.(true);
	}

	async #orDeactivate(dialogue: (peer: VpcdPeer) => Promise<Uint8Array>): Promise<Uint8Array> {
		try {
			if (!this.#peer) throw new CardError("removed", "the card was removed");
			return await dialogue(this.#peer);
		} catch (error) {
			await this.deactivate();
			throw error;
		}
	}

	/** @throws {CardError} removed or mute */
	async #ask(peer: VpcdPeer, message: Uint8Array): Promise<Uint8Array> {
		const answer = await peer.ask(message, this.#answerTimeoutMs);
		if (answer === "silent") throw new CardError("mute", "the card does not answer");
		if (answer === "gone") throw new CardError("removed", "the card was removed");
		return answer;
	}
}

/** @returns undefined from a card whose ATR is none. @throws {CardError} mute when there is no ATR at all */
function readAtr(bytes: Uint8Array): Atr | undefined {
	if (bytes.length === 0) throw new CardError("mute", "the card does not answer to reset");
	return decodeAtr(bytes);
}
