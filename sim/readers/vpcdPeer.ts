import type { Socket } from "node:net";
import { wipe } from "../../src/bytes/bytes.js";
import { encodeVpcdMessage, VpcdParser } from "./vpcdMessage.js";

/** What came instead of an answer: nothing in time, or the end of the connection. */
export type NoAnswer = "silent" | "gone";

/** A virtual card on its connection, from the reader's side: one question at a time. */
export class VpcdPeer {
	readonly #socket: Socket;
	readonly #parser = new VpcdParser();
	#answered: ((answer: Uint8Array | NoAnswer) => void) | undefined;

	/** @param onGone called once, when the connection has ended for whatever reason */
	constructor(socket: Socket, onGone: () => void) {
		this.#socket = socket;
		socket.setNoDelay();
		socket.on("data", piece => this.#take(piece));
		socket.on("error", () => {}); // "close" follows
		socket.on("end", () => socket.destroy());
		socket.on("close", () => {
			this.#answered?.("gone");
			onGone();
		});
	}

	/** The connection stands. */
	get connected(): boolean {
		return !this.#socket.destroyed;
	}

	send(message: Uint8Array): void {
		if (!this.connected) return;
		const bytes = encodeVpcdMessage(message);
		this.#socket.write(bytes, () => wipe(bytes)); // WIPE: the body of a VERIFY
	}

	/**
	 * Sends a message and waits for its answer. A card that leaves one out is let go: its next message could be the
	 * answer to this one or to another.
	 */
	ask(message: Uint8Array, timeoutMs: number): Promise<Uint8Array | NoAnswer> {
		return new Promise(resolve => {
			if (!this.connected) {
				resolve("gone");
				return;
			}
			const timer = setTimeout(() => {
				this.#answered?.("silent");
				this.drop();
			}, timeoutMs);
			this.#answered = answer => {
				this.#answered = undefined;
				clearTimeout(timer);
				resolve(answer);
			};
			this.send(message);
		});
	}

	drop(): void {
		this.#socket.destroy();
		this.#answered?.("gone");
	}

	#take(piece: Uint8Array): void {
		for (const message of this.#parser.push(piece)) {
			if (this.#answered) this.#answered(message);
			else this.drop(); // nobody asked: which answer belongs to what is lost
		}
	}
}
