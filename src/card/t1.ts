import { concat, wipe } from "../bytes/bytes.js";
import type { CardSlot } from "../ports.js";
import { carriesPin } from "./apdu.js";
import { CardError } from "./cardError.js";
import { LONGEST_COMMAND_ETU, type T1Timing } from "./lineTiming.js";
import {
	type Block,
	decodeBlock,
	type ErrorDetection,
	edcLength,
	encodeBlock,
	hasMore,
	I_KIND,
	iPcb,
	isRBlock,
	LONGEST_INFORMATION,
	PROLOGUE_LENGTH,
	R_DAMAGED,
	R_KIND,
	R_OTHER_ERROR,
	rPcb,
	rSequence,
	S_ABORT,
	S_IFS,
	S_KIND,
	S_RESPONSE,
	S_RESYNCH,
	S_WTX,
} from "./t1Block.js";

export interface T1Parameters {
	/** IFSC: the longest information field that the card takes. */
	readonly informationFieldSize: number;
	readonly errorDetection: ErrorDetection;
}

/** A block is sent at most 3 times (EMV 4.3 Book 1, 9.2.5.1). */
const MOST_FAILURES = 2;
// A hostile card may ask for time, or chain, for ever; the Books set no bound, so these are some.
const MOST_S_REQUESTS = 255;
const MOST_BLOCKS_IN_CHAIN = 300;
/** 256 bytes and the status word. */
const LONGEST_RESPONSE = 258;
/** CLA INS P1 P2 Lc: no secret whatever the body is. */
const HEADER_LENGTH = 5;
const NOTHING = new Uint8Array(0);

/**
 * The terminal's side of transport protocol T=1 (ISO/IEC 7816-3, 11; EMV 4.3 Book 1, 9.2.4 and 9.2.5): commands and
 * responses as chains of blocks, each sent again when it did not arrive whole.
 */
export class T1 {
	readonly #slot: CardSlot;
	readonly #parameters: T1Parameters;
	readonly #timing: T1Timing;
	/** By N(R). */
	readonly #acknowledgements: readonly Uint8Array[];
	/** The card's IFSC now. */
	#informationFieldSize: number;
	/** N(S) of our next I-block and of the card's. */
	#next = 0;
	#expected = 0;
	/** Requests that the card may still make during this command, and when it began. */
	#patience = 0;
	#sinceEtu = 0;
	/** The card has, or may have, the whole command and so may have done it. */
	#handedOver = false;

	constructor(slot: CardSlot, parameters: T1Parameters, timing: T1Timing) {
		this.#slot = slot;
		this.#parameters = parameters;
		this.#timing = timing;
		this.#informationFieldSize = parameters.informationFieldSize;
		this.#acknowledgements = [0, 1].map(sequence => this.#encode(rPcb(sequence, 0), NOTHING));
	}

	/** Tells the card that the terminal takes blocks of 254 bytes (EMV 4.3 Book 1, 9.2.4.3). @throws {CardError} */
	async start(): Promise<void> {
		this.#handedOver = false;
		await this.#resynchronising(() => this.#announceFieldSize());
	}

	/** @returns R-APDU @throws {CardError} removed, mute or protocol */
	async transmit(command: Uint8Array): Promise<Uint8Array> {
		this.#handedOver = false;
		return this.#chainIn(await this.#resynchronising(() => this.#chainOut(command)));
	}

	/**
	 * ISO/IEC 7816-3, 11.6.3.2, rule 6: when a block is lost for good, both sides may start anew.
	 * CHOICE: only while the card cannot have done the command; done twice, a PIN would be counted or a cryptogram made twice.
	 */
	async #resynchronising<T>(dialogue: () => Promise<T>): Promise<T> {
		this.#patience = MOST_S_REQUESTS;
		this.#sinceEtu = this.#slot.elapsedEtu;
		try {
			return await dialogue();
		} catch (error) {
			if (!(error instanceof BlockLost) || this.#handedOver) throw error;
		}
		await this.#exchange(this.#encode(S_RESYNCH, NOTHING), S_KIND, S_RESYNCH | S_RESPONSE);
		this.#next = 0;
		this.#expected = 0;
		this.#informationFieldSize = this.#parameters.informationFieldSize;
		await this.#announceFieldSize();
		return dialogue();
	}

	async #announceFieldSize(): Promise<void> {
		const request = this.#encode(S_IFS, Uint8Array.of(LONGEST_INFORMATION));
		const { information } = await this.#exchange(request, S_KIND, S_IFS | S_RESPONSE);
		if (information[0] !== LONGEST_INFORMATION)
			throw new CardError("protocol", "the card wants blocks of another size");
	}

	/** @returns the first block of the response */
	async #chainOut(command: Uint8Array): Promise<Block> {
		const isSecret = carriesPin(command[1]!);
		for (let at = 0; ; ) {
			const end = Math.min(at + this.#informationFieldSize, command.length);
			const more = end < command.length;
			this.#handedOver = !more;
			const block = this.#encode(iPcb(this.#next, more), command.subarray(at, end));
			const secretFrom = isSecret ? PROLOGUE_LENGTH + Math.max(0, HEADER_LENGTH - at) : undefined;
			try {
				const answer = more
					? await this.#exchange(block, R_KIND, rPcb(this.#next ^ 1, 0), secretFrom)
					: await this.#exchange(block, I_KIND, iPcb(this.#expected, false), secretFrom);
				this.#next ^= 1;
				if (!more) return answer;
			} finally {
				if (isSecret) wipe(block); // WIPE
			}
			at = end;
		}
	}

	async #chainIn(first: Block): Promise<Uint8Array> {
		const parts = [first.information];
		let length = first.information.length;
		for (let { pcb } = first; hasMore(pcb); ) {
			this.#expected ^= 1;
			const acknowledgement = this.#acknowledgements[this.#expected]!;
			const block = await this.#exchange(acknowledgement, I_KIND, iPcb(this.#expected, false));
			pcb = block.pcb;
			parts.push(block.information);
			length += block.information.length;
			if (length > LONGEST_RESPONSE || parts.length > MOST_BLOCKS_IN_CHAIN)
				throw new CardError("protocol", "the card sends more than a response holds");
		}
		this.#expected ^= 1;
		return parts.length === 1 ? first.information : concat(...parts);
	}

	/**
	 * Sends a block until the block comes that answers it; does what the card asks meanwhile.
	 * @param kind which bits of its PCB make it the answer
	 * @param answerPcb what they are
	 * @throws {BlockLost} when neither came through after repetition, {CardError} removed or protocol
	 */
	async #exchange(block: Uint8Array, kind: number, answerPcb: number, secretFrom?: number): Promise<Block> {
		let sent = block;
		let waitEtu = this.#timing.blockWaitingTimeEtu;
		let heard = false;
		for (let failures = 0; ; ) {
			if (!this.#slot.powered) throw new CardError("removed", "the card was removed");
			await this.#slot.send(sent, sent === block ? secretFrom : undefined);
			const answer = await this.#receiveBlock(waitEtu);
			waitEtu = this.#timing.blockWaitingTimeEtu;
			if (typeof answer !== "number") {
				if ((answer.pcb & kind) === answerPcb) return answer;
				heard = true;
				const reply = this.#replyToRequest(answer);
				if (reply) {
					sent = reply;
					// 11.4.3: the multiplier holds for one block. What is longer than any command may last is not waited for.
					if (answer.pcb === S_WTX) waitEtu = Math.min(waitEtu * answer.information[0]!, LONGEST_COMMAND_ETU);
					if (answer.pcb !== S_ABORT) continue;
					await this.#slot.send(reply);
					// EMV 4.3 Book 1, 9.2.4.3: who aborts a chain is not spoken to any more.
					throw new CardError("protocol", "the card aborted the chain");
				}
			}
			if (answer !== SILENCE) heard = true;
			if (++failures > MOST_FAILURES)
				throw new BlockLost(heard ? "protocol" : "mute", heard ? "blocks keep being lost" : "the card does not answer");
			sent = this.#again(block, answer);
		}
	}

	/** ISO/IEC 7816-3, 11.6.3.2, rules 7.1 to 7.3: what to send after a block that is not the answer. */
	#again(block: Uint8Array, answer: Block | number): Uint8Array {
		const isRequest = (block[1]! & 0xc0) === 0xc0;
		const wantsRepetition = typeof answer !== "number" && isRBlock(answer.pcb) && rSequence(answer.pcb) === this.#next;
		if (isRequest || wantsRepetition) return block;
		return this.#encode(rPcb(this.#expected, answer === R_DAMAGED ? R_DAMAGED : R_OTHER_ERROR), NOTHING);
	}

	/** @returns what answers a request of the card; undefined when the block is none that a card may send (11.6.2.3) */
	#replyToRequest({ pcb, information }: Block): Uint8Array | undefined {
		const value = information[0]!;
		if (pcb !== S_WTX && pcb !== S_IFS && pcb !== S_ABORT) return undefined;
		if (pcb !== S_ABORT && value === 0) return undefined;
		if (pcb === S_IFS) {
			if (value > LONGEST_INFORMATION) return undefined;
			this.#informationFieldSize = value;
		}
		if (--this.#patience < 0 || this.#slot.elapsedEtu - this.#sinceEtu > LONGEST_COMMAND_ETU)
			throw new CardError("protocol", "the card keeps asking for time");
		return this.#encode(pcb | S_RESPONSE, information);
	}

	/** @returns a block, or what is wrong: nothing at all, damaged, or another error */
	async #receiveBlock(waitEtu: number): Promise<Block | number> {
		const slot = this.#slot;
		const { characterWaitingTimeEtu } = this.#timing;
		const { errorDetection } = this.#parameters;
		const damaged = slot.damagedCharacters;
		// A block has these at least: one without information, as an acknowledgement is, is there at once.
		const least = PROLOGUE_LENGTH + edcLength(errorDetection);
		const start = await slot.receive(least, waitEtu, characterWaitingTimeEtu);
		const length = start[2]!;
		if (start.length === least && length <= LONGEST_INFORMATION) {
			let whole = start;
			if (length) {
				const rest = await slot.receive(length, characterWaitingTimeEtu);
				whole = new Uint8Array(least + rest.length);
				whole.set(start);
				whole.set(rest, least);
			}
			if (whole.length === least + length && slot.damagedCharacters === damaged) {
				const block = decodeBlock(whole, errorDetection);
				if (block) return block;
			}
		}
		if (!slot.powered) throw new CardError("removed", "the card was removed");
		if (!start.length) return SILENCE;
		await this.#awaitSilence();
		return R_DAMAGED;
	}

	/** 11.6.3.2: after a block that cannot be trusted in its length either, the line must be quiet before one speaks. */
	async #awaitSilence(): Promise<void> {
		const length = PROLOGUE_LENGTH + LONGEST_INFORMATION + edcLength(this.#parameters.errorDetection);
		const rest = await this.#slot.receive(length, this.#timing.characterWaitingTimeEtu);
		if (rest.length === length) throw new CardError("protocol", "the card does not stop sending");
	}

	#encode(pcb: number, information: Uint8Array): Uint8Array {
		return encodeBlock(pcb, information, this.#parameters.errorDetection);
	}
}

/** Instead of a block: no character within the waiting time. */
const SILENCE = 0;

/** A block did not come through, however often it was sent. */
class BlockLost extends CardError {}
