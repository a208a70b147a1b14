import { equal } from "../bytes/bytes.js";
import type { MessageBody } from "./messageKinds.js";

/** What the link brings new firmware to: it judges everything itself, whoever has signed the message. */
export interface FirmwareUpdates {
	/** @param manifest signed; undefined: nothing is offered any more */
	takeOffer(manifest: Uint8Array | undefined): { readonly done: boolean; readonly reason: string };
	/** The piece that is to be fetched next; undefined when none is. */
	wanted(): MessageBody<"updateRequest"> | undefined;
	/** @returns why it was not taken */
	takeChunk(asked: MessageBody<"updateRequest">, bytes: Uint8Array | undefined): string | undefined;
	/** The bank has answered. */
	bankReached(): void;
}

/** After a chunk that was wrong: whoever has made it so must not keep the line busy. */
const REFUSED_MS = 60_000;

/** Fetches an image over the link, a chunk after the other, when nothing else is to be said. */
export class UpdateSession {
	/** When the next request may go. */
	until = 0;
	readonly #updates: FirmwareUpdates | undefined;
	readonly #log: (text: string) => void;

	constructor(updates: FirmwareUpdates | undefined, log: (text: string) => void) {
		this.#updates = updates;
		this.#log = log;
	}

	/** @returns what is to be asked for; undefined: nothing is wanted */
	get request(): MessageBody<"updateRequest"> | undefined {
		return this.#updates?.wanted();
	}

	offer(manifest: Uint8Array | undefined): { readonly done: boolean; readonly reason: string } {
		this.until = 0;
		return this.#updates?.takeOffer(manifest) ?? { done: false, reason: "this terminal cannot install other firmware" };
	}

	/** @param now on the monotonic clock */
	take({ digest, chunk, bytes }: MessageBody<"updateChunk">, now: number): void {
		const wanted = this.request;
		if (!wanted || chunk !== wanted.chunk || !equal(digest, wanted.digest)) return; // asked for twice
		const why = this.#updates?.takeChunk({ digest, chunk }, bytes);
		this.until = why === undefined ? 0 : now + REFUSED_MS;
		if (why !== undefined) this.#log(why);
	}

	/** Whatever the bank has said, signed: it was reached. */
	bankReached(): void {
		this.#updates?.bankReached();
	}
}
