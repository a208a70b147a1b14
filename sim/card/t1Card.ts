import { concat, uintBytes } from "../../src/bytes/bytes.js";
import { type CardAnswer, readAnswer } from "./answerToReset.js";
import type { CommandCard, LineFault } from "./command.js";
import { type CardLine, type ContactCard, INITIAL_CARD_LINE, type Silence } from "./contactCard.js";

/**
 * The card's side of protocol T=1 (ISO/IEC 7816-3, 11), one character at a time. It shares no code with the terminal's side:
 * a misreading of the standard would have to be made twice to stay unseen.
 */
export class T1Card implements ContactCard {
	readonly #card: CommandCard;
	readonly #answer: CardAnswer;
	/** The block that is coming in, and whether a character of it was damaged. */
	#incoming: number[] = [];
	#isDamaged = false;
	/** Sequence numbers: of the card's next I-block, of the terminal's. */
	#own = 0;
	#theirs = 0;
	/** Longest information field that the terminal takes. */
	#terminalSize = 32;
	/** Pieces of the command that have come. */
	#command: Uint8Array[] = [];
	/** Pieces of the response that have not gone. */
	#response: Uint8Array[] = [];
	/** The last I-block sent, for repetition. */
	#sentI: Uint8Array | undefined;
	/** Requests for time that are still to be made before the response goes out. */
	#pauses = 0;
	/** The request of the card that the terminal has not answered. */
	#asked: Uint8Array | undefined;
	/** Before what has just been returned. */
	#delayEtu = 0;
	#fault: LineFault | undefined;

	constructor(card: CommandCard, answer = readAnswer(card.atr)) {
		this.#card = card;
		this.#answer = answer;
	}

	get line(): CardLine {
		const guardTimeEtu = this.#answer.extraGuardTime === 255 ? 11 : 12;
		return { ...INITIAL_CARD_LINE, guardTimeEtu, turnaroundTimeEtu: 22 };
	}

	reset(): Uint8Array {
		this.#card.reset();
		this.#incoming = [];
		this.#isDamaged = false;
		this.#fault = undefined;
		this.#delayEtu = 0;
		this.#resynchronise();
		return this.#card.atr;
	}

	delayEtu(index: number): number {
		return index === 0 ? this.#delayEtu : 0;
	}

	take(character: number, damaged = false): Uint8Array {
		if (this.#card.atr.length === 0 || this.#fault === "mute") return NOTHING;
		this.#delayEtu = 0;
		this.#incoming.push(character);
		this.#isDamaged ||= damaged;
		const [, , length] = this.#incoming;
		if (length === undefined || this.#incoming.length < 3 + length + this.#checkLength) return NOTHING;
		const block = Uint8Array.from(this.#incoming);
		const isWhole = !this.#isDamaged && this.#isWhole(block);
		this.#incoming = [];
		this.#isDamaged = false;
		return isWhole ? this.#answerBlock(block[1]!, block.slice(3, 3 + length)) : this.#afterDamage(1);
	}

	/** After CWT what has come of a block is dropped. */
	get silence(): Silence {
		return {
			afterEtu: 11 + 2 ** this.#answer.characterWaitingTimeInteger,
			reply: () => {
				if (this.#incoming.length === 0) return NOTHING;
				this.#incoming = [];
				this.#isDamaged = false;
				return this.#afterDamage(2);
			},
		};
	}

	#answerBlock(pcb: number, information: Uint8Array): Uint8Array {
		if (pcb < 0x80) return this.#takeI(pcb, information);
		if (pcb < 0xc0) return this.#takeR(pcb);
		switch (pcb) {
			case 0xc0: // RESYNCH request
				this.#resynchronise();
				return this.#block(0xe0);
			case 0xc1: // IFS request
				this.#terminalSize = information[0]!;
				return this.#block(0xe1, information);
			case 0xc2: // ABORT request
				this.#command = [];
				this.#response = [];
				return this.#block(0xe2);
			case 0xe3: // WTX response
				if (!this.#asked) return this.#afterDamage(2);
				this.#asked = undefined;
				return this.#respond();
			default:
				return this.#afterDamage(2);
		}
	}

	#takeI(pcb: number, information: Uint8Array): Uint8Array {
		const sequence = pcb & 0x40 ? 1 : 0;
		// A block that has been taken before, or one after a response that is not all gone.
		if (sequence !== this.#theirs || this.#response.length) return this.#afterDamage(2);
		this.#theirs ^= 1;
		this.#command.push(information);
		if (pcb & 0x20) return this.#block(this.#theirs ? 0x90 : 0x80);
		const command = concat(...this.#command);
		this.#command = [];
		return this.#execute(command);
	}

	/** The terminal wants the I-block with this sequence number: the next of the chain, or the last one again. */
	#takeR(pcb: number): Uint8Array {
		if (this.#asked) return this.#asked;
		const wanted = pcb & 0x10 ? 1 : 0;
		if (wanted !== this.#own) return this.#sentI ?? this.#afterDamage(2);
		if ((pcb & 0x0f) === 0 && this.#response.length) return this.#respond();
		// It has all that was sent: what it waits for is the answer to a block of its own, taken or never come.
		return this.#afterDamage(0);
	}

	#execute(command: Uint8Array): Uint8Array {
		const [cla, ins, p1, p2, p3 = 0] = command;
		if (command.length < 4) return this.#reply(uintBytes(0x6700, 2));
		const header = { cla: cla!, ins: ins!, p1: p1!, p2: p2! };
		const body = command.length > 5 ? command.slice(5, 5 + p3) : NOTHING;
		const asked = command.length === 5 + body.length ? (body.length ? undefined : p3) : command[5 + body.length];
		const found = this.#card.findCommand(header);
		const { data, statusWord, line, delayEtu = 0 } = this.#card.execute(header, body);
		this.#fault = line;
		this.#delayEtu = delayEtu;
		if (line) return this.#misbehave(line, asked ?? 0);
		this.#pauses = typeof found !== "number" && found.slow ? this.#card.nullBytes : 0;
		if (data.length && asked && asked < data.length) return this.#reply(uintBytes(0x6c00 | (data.length & 255), 2));
		return this.#reply(concat(asked === undefined ? NOTHING : data, uintBytes(statusWord, 2)));
	}

	#reply(response: Uint8Array): Uint8Array {
		this.#response = [];
		for (let at = 0; at < response.length; at += this.#terminalSize)
			this.#response.push(response.slice(at, at + this.#terminalSize));
		return this.#respond();
	}

	/** The next piece of the response, after the time that the card asks for. */
	#respond(): Uint8Array {
		if (this.#fault === "endless 60" || this.#pauses-- > 0) {
			this.#asked = this.#block(0xc3, Uint8Array.of(1));
			return this.#asked;
		}
		const piece = this.#response.shift()!;
		if (this.#fault === "endless 61") this.#response = [piece];
		const pcb = (this.#own ? 0x40 : 0) | (this.#response.length ? 0x20 : 0);
		this.#own ^= 1;
		this.#sentI = this.#block(pcb, piece);
		return this.#sentI;
	}

	/** The T=1 likeness of what a faulty card does in T=0. */
	#misbehave(fault: LineFault, asked: number): Uint8Array {
		switch (fault) {
			case "mute":
				return NOTHING;
			case "endless 60":
				return this.#respond();
			case "endless 61":
				return this.#reply(new Uint8Array(this.#terminalSize));
			case "endless 6C":
				return this.#reply(uintBytes(0x6c00 | ((asked + 1) & 255), 2));
		}
	}

	/** R-block with the number of the terminal's block that should come, and why; a request of its own the card makes again. */
	#afterDamage(error: 0 | 1 | 2): Uint8Array {
		return this.#asked ?? this.#block((this.#theirs ? 0x90 : 0x80) | error);
	}

	#resynchronise(): void {
		this.#own = 0;
		this.#theirs = 0;
		this.#terminalSize = 32;
		this.#command = [];
		this.#response = [];
		this.#pauses = 0;
		this.#asked = undefined;
		this.#sentI = undefined;
	}

	get #checkLength(): number {
		return this.#answer.usesCrc ? 2 : 1;
	}

	#isWhole(block: Uint8Array): boolean {
		const end = block.length - this.#checkLength;
		const check = this.#check(block.subarray(0, end));
		return block[0] === 0 && check.every((byte, i) => byte === block[end + i]);
	}

	#block(pcb: number, information: Uint8Array = NOTHING): Uint8Array {
		const start = concat(Uint8Array.of(0, pcb, information.length), information);
		return concat(start, this.#check(start));
	}

	#check(bytes: Uint8Array): Uint8Array {
		if (!this.#answer.usesCrc) return Uint8Array.of(bytes.reduce((check, byte) => check ^ byte, 0));
		// Register of 16 bits, from the left, fed with mirrored bytes; the result mirrored back.
		let register = 0xffff;
		for (const byte of bytes)
			for (let i = 0; i < 8; i++) {
				const bit = (register >> 15) ^ ((byte >> i) & 1);
				register = ((register << 1) & 0xffff) ^ (bit ? 0x1021 : 0);
			}
		let mirrored = 0;
		for (let i = 0; i < 16; i++) mirrored |= ((register >> i) & 1) << (15 - i);
		return uintBytes(mirrored, 2);
	}
}

const NOTHING = new Uint8Array(0);
