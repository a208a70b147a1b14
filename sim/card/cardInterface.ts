import { concat } from "../../src/bytes/bytes.js";
import { type CardAnswer, clocksPerEtu, readAnswer } from "./answerToReset.js";
import type { CommandCard } from "./command.js";
import { type CardLine, type ContactCard, INITIAL_CARD_LINE, type Silence } from "./contactCard.js";
import { T0Card } from "./t0Card.js";
import { T1Card } from "./t1Card.js";

const PPSS = 0xff;

/**
 * The contacts of a card: its Answer to Reset, then PPS if the terminal begins one (ISO/IEC 7816-3, 9), then the protocol that
 * one or the other names.
 */
export class CardInterface implements ContactCard {
	readonly #card: CommandCard;
	#answer: CardAnswer;
	#protocol: T0Card | T1Card;
	#clocksPerEtu = INITIAL_CARD_LINE.clocksPerEtu;
	/** Characters of a PPS under way; undefined once the time for it has passed. */
	#pps: number[] | undefined;
	/** What is being sent is the Answer to Reset or of PPS. */
	#beforeProtocol = true;

	constructor(card: CommandCard) {
		this.#card = card;
		this.#answer = readAnswer(card.atr);
		this.#protocol = this.#open(this.#answer.protocols[0] ?? 0);
	}

	get line(): CardLine {
		return { ...this.#protocol.line, clocksPerEtu: this.#clocksPerEtu };
	}

	reset(): Uint8Array {
		this.#answer = readAnswer(this.#card.atr);
		this.#protocol = this.#open(this.#answer.protocols[0] ?? 0);
		const { ta1, isSpecific } = this.#answer;
		this.#clocksPerEtu = (isSpecific && ta1 !== undefined && clocksPerEtu(ta1)) || INITIAL_CARD_LINE.clocksPerEtu;
		this.#pps = isSpecific ? undefined : [];
		this.#beforeProtocol = true;
		return this.#protocol.reset();
	}

	take(character: number, damaged = false): Uint8Array {
		if (this.#pps && (this.#pps.length || (character === PPSS && !damaged))) return this.#takePps(character, damaged);
		this.#pps = undefined;
		this.#beforeProtocol = false;
		return this.#protocol.take(character, damaged);
	}

	delayEtu(index: number): number {
		return this.#beforeProtocol ? 0 : this.#protocol.delayEtu(index);
	}

	get silence(): Silence | undefined {
		return this.#protocol instanceof T1Card ? this.#protocol.silence : undefined;
	}

	#takePps(character: number, damaged: boolean): Uint8Array {
		const pps = this.#pps!;
		// 9.2: a PPS that is none gets no answer.
		pps.push(damaged ? -1 : character);
		const optional = pps.length < 2 ? 0 : [0x10, 0x20, 0x40].filter(bit => pps[1]! & bit).length;
		if (pps.length < 2 || pps.length < 3 + optional) return NOTHING;
		this.#pps = [];
		const [, pps0, pps1] = pps;
		const isValid = !pps.includes(-1) && pps.reduce((check, byte) => check ^ byte, 0) === 0;
		if (!isValid || !this.#answer.protocols.includes(pps0! & 15)) return NOTHING;
		const { ta1 } = this.#answer;
		const rate = pps0! & 0x10 ? clocksPerEtu(pps1!) : undefined;
		// 9.3: what lies between the default and the offered factors; anything else is left out of the answer.
		const granted = rate !== undefined && (pps1 === 0x11 || pps1 === ta1);
		this.#protocol = this.#open(pps0! & 15);
		this.#protocol.reset();
		this.#pps = undefined;
		if (granted) this.#clocksPerEtu = rate;
		const answer = Uint8Array.from(granted ? [PPSS, (pps0! & 15) | 0x10, pps1!] : [PPSS, pps0! & 15]);
		return concat(answer, Uint8Array.of(answer.reduce((check, byte) => check ^ byte, 0)));
	}

	#open(protocol: number): T0Card | T1Card {
		return protocol === 1 ? new T1Card(this.#card, this.#answer) : new T0Card(this.#card);
	}
}

const NOTHING = new Uint8Array(0);
