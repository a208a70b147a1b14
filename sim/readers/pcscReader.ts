import { CardError } from "../../src/card/cardError.js";
import type { CardReader } from "../../src/ports.js";
import { UserError } from "../world/stateFolder.js";
import {
	PcscError,
	SCARD_E_NO_SMARTCARD,
	SCARD_E_PROTO_MISMATCH,
	SCARD_E_READER_UNAVAILABLE,
	SCARD_E_SHARING_VIOLATION,
	SCARD_E_TIMEOUT,
	SCARD_E_UNKNOWN_READER,
	SCARD_W_REMOVED_CARD,
	SCARD_W_UNPOWERED_CARD,
	SCARD_W_UNRESPONSIVE_CARD,
} from "./pcscError.js";
import {
	openPcscContext,
	type PcscCard,
	type PcscContext,
	type ReaderState,
	SCARD_PROTOCOL_T0,
	SCARD_PROTOCOL_T1,
} from "./pcscLibrary.js";
import { exchangeApdu, type Transport } from "./transport.js";

export interface PcscReaderOptions {
	/** Name of the reader or a part that no other has; without it the first reader with a card, or else the first. */
	readonly name?: string | undefined;
	/** Instead of what the reader and the card agree on. */
	readonly transport?: Transport | undefined;
	/** Instead of the PC/SC service of this machine. */
	readonly openContext?: () => Promise<PcscContext>;
}

/** So that a reader which goes away without a word is noticed; PC/SC tells of everything else at once. */
const WATCH_MS = 5_000;

/** A card reader of this machine, by way of PC/SC. */
export class PcscReader implements CardReader {
	onChange: ((present: boolean) => void) | undefined;
	/** What PC/SC calls the reader. */
	readonly name: string;
	readonly #context: PcscContext;
	/** A context of its own: while it waits for a change it takes no other call. */
	readonly #watch: PcscContext;
	readonly #protocols: number;
	#watching: Promise<void>;
	#closing = false;
	#present: boolean;
	#card: PcscCard | undefined;

	private constructor(
		contexts: readonly [context: PcscContext, watch: PcscContext],
		name: string,
		state: ReaderState,
		transport: Transport | undefined,
	) {
		[this.#context, this.#watch] = contexts;
		this.name = name;
		this.#present = state.present;
		this.#protocols = transport ? PROTOCOLS[transport] : SCARD_PROTOCOL_T0 + SCARD_PROTOCOL_T1;
		this.#watching = this.#watchCard(state.state);
	}

	/** @throws {UserError} when PC/SC or the reader is missing */
	static async open({ name, transport, openContext = openPcscContext }: PcscReaderOptions = {}): Promise<PcscReader> {
		const contexts: PcscContext[] = [];
		try {
			const context = await openContext();
			contexts.push(context);
			const watch = await openContext();
			contexts.push(watch);
			const found = await findReader(context, name);
			return new PcscReader([context, watch], found.name, found.state, transport);
		} catch (error) {
			for (const context of contexts) await context.release();
			throw error instanceof PcscError ? new UserError(`PC/SC: ${error.message}`) : error;
		}
	}

	get present(): boolean {
		return this.#present;
	}

	/** Connects exclusively: no other program gets between the commands of a sale. */
	async activate(): Promise<Uint8Array> {
		await this.deactivate();
		try {
			this.#card = await this.#connect();
			return this.#card.atr;
		} catch (error) {
			throw await this.#cardError(error);
		}
	}

	/** A card that gives no answer to its first reset gets a second one, e.g. one that has just been put in. */
	async #connect(): Promise<PcscCard> {
		try {
			return await this.#context.connect(this.name, this.#protocols);
		} catch (error) {
			if (!(error instanceof PcscError) || !NO_ANSWER.includes(error.code)) throw error;
			return this.#context.connect(this.name, this.#protocols);
		}
	}

	async transmit(command: Uint8Array): Promise<Uint8Array> {
		const card = this.#card;
		if (!card) throw new Error("the card is not active: call activate first");
		const transport = card.protocol === SCARD_PROTOCOL_T0 ? "t0" : "t1";
		try {
			return await exchangeApdu(command, transport, bytes => card.transmit(bytes));
		} catch (error) {
			await this.deactivate();
			throw await this.#cardError(error);
		}
	}

	async deactivate(): Promise<void> {
		const card = this.#card;
		this.#card = undefined;
		await card?.disconnect().catch(ignorePcscError); // a card that has gone needs none
	}

	/** Lets go of the card and of PC/SC. */
	async close(): Promise<void> {
		this.#closing = true;
		await this.deactivate();
		this.#watch.cancel();
		await this.#watching;
		await this.#watch.release().catch(ignorePcscError);
		await this.#context.release().catch(ignorePcscError);
	}

	async #watchCard(known: number): Promise<void> {
		let state: ReaderState = { state: known, present: this.#present };
		while (!this.#closing) {
			try {
				state = await this.#watch.statusChange(this.name, state.state, WATCH_MS);
			} catch {
				if (!this.#closing) this.#seen(false); // the reader or the service has gone, for good
				return;
			}
			this.#seen(state.present);
		}
	}

	#seen(present: boolean): void {
		if (present === this.#present) return;
		this.#present = present;
		this.onChange?.(present);
	}

	/** What a failed call says of the card. */
	async #cardError(error: unknown): Promise<unknown> {
		if (!(error instanceof PcscError)) return error;
		if (NO_ANSWER.includes(error.code)) return new CardError("mute", "the card does not answer");
		switch (error.code) {
			case SCARD_E_NO_SMARTCARD:
			case SCARD_W_REMOVED_CARD:
			case SCARD_E_UNKNOWN_READER:
			case SCARD_E_READER_UNAVAILABLE:
				return new CardError("removed", "the card was removed");
			case SCARD_E_PROTO_MISMATCH:
				return new CardError("notAccepted", "the card and the reader have no transmission protocol in common");
			case SCARD_E_SHARING_VIOLATION:
				return new CardError("protocol", "another program uses the card");
		}
		// A card that is pulled during a command shows as any failure of the line.
		const gone = await this.#context.statusChange(this.name, 0, 0).catch(ignorePcscError);
		if (!gone?.present) return new CardError("removed", "the card was removed");
		return new CardError("protocol", error.message);
	}
}

const NO_ANSWER: readonly number[] = Object.freeze([
	SCARD_W_UNRESPONSIVE_CARD,
	SCARD_W_UNPOWERED_CARD,
	SCARD_E_TIMEOUT,
]);
const PROTOCOLS: Readonly<Record<Transport, number>> = Object.freeze({ t0: SCARD_PROTOCOL_T0, t1: SCARD_PROTOCOL_T1 });

async function findReader(
	context: PcscContext,
	wanted: string | undefined,
): Promise<{ name: string; state: ReaderState }> {
	const names = await context.listReaders();
	if (names.length === 0)
		throw new UserError("PC/SC knows no reader: plug one in, or apt install vsmartcard-vpcd for a virtual one");
	const exact = names.filter(name => name === wanted);
	const fitting = names.filter(name => name.toLowerCase().includes((wanted ?? "").toLowerCase()));
	const chosen = exact.length ? exact : fitting;
	if (chosen.length === 0)
		throw new UserError(`PC/SC knows no reader "${wanted}": choose one of ${names.map(quoted).join(", ")}`);
	if (wanted !== undefined && chosen.length > 1)
		throw new UserError(`"${wanted}" could be any of ${chosen.map(quoted).join(", ")}: give more of the name`);
	const readers = [];
	for (const name of chosen) readers.push({ name, state: await context.statusChange(name, 0, 0) });
	return readers.find(({ state }) => state.present) ?? readers[0]!;
}

function quoted(name: string): string {
	return `"${name}"`;
}

function ignorePcscError(error: unknown): undefined {
	if (!(error instanceof PcscError)) throw error;
}
