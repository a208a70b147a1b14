import { formatHex } from "../../src/bytes/hex.js";
import type { CardSlot, LineParameters } from "../../src/ports.js";
import { bytes, hex } from "../emv/scriptedCard.js";

/** What the terminal must send, and what the card sends when all of it has arrived; in hexadecimal. */
export type Turn = readonly [toCard: string, fromCard: string];

/** The contacts of a scripted card. Each reset takes the next of `atrs`. */
export class ScriptedSlot implements CardSlot {
	onChange: ((present: boolean) => void) | undefined;
	present = true;
	powered = false;
	readonly elapsedEtu = 0;
	readonly damagedCharacters = 0;
	configured: LineParameters | undefined;
	resets = "";
	/** Pulls the card after so many more characters, in either direction. */
	pullAfter: number | undefined;
	readonly #atrs: string[];
	readonly #turns: Turn[];
	#sent = "";
	#fromCard: number[] = [];

	constructor(atrs: readonly string[], turns: readonly Turn[] = []) {
		this.#atrs = [...atrs];
		this.#turns = turns.map(([out, back]) => [hex(out), hex(back)] as const);
	}

	get turnsLeft(): number {
		return this.#turns.length;
	}

	async activate(): Promise<void> {
		this.powered = true;
		this.#reset("cold ");
	}

	async warmReset(): Promise<void> {
		this.#reset("warm ");
	}

	configure(parameters: LineParameters): void {
		this.configured = parameters;
	}

	async send(out: Uint8Array, _secretFrom?: number): Promise<void> {
		for (const byte of out) {
			if (!this.powered) return;
			this.#sent += formatHex(Uint8Array.of(byte));
			const turn = this.#turns[0];
			if (!turn?.[0].startsWith(this.#sent)) throw new Error(`the card got ${this.#sent}, the script has ${turn?.[0]}`);
			if (this.#sent === turn[0]) {
				this.#sent = "";
				this.#turns.shift();
				this.#fromCard.push(...bytes(turn[1]));
			}
			this.#count();
		}
	}

	async receive(length: number, _firstWaitEtu?: number, _nextWaitEtu?: number): Promise<Uint8Array> {
		const received: number[] = [];
		while (this.powered && received.length < length && this.#fromCard.length) {
			received.push(this.#fromCard.shift()!);
			this.#count();
		}
		return Uint8Array.from(received);
	}

	async deactivate(): Promise<void> {
		this.powered = false;
		this.resets += "off";
	}

	#reset(kind: string): void {
		this.resets += kind;
		this.#fromCard = [...bytes(this.#atrs.shift() ?? "")];
	}

	#count(): void {
		if (this.pullAfter !== undefined && --this.pullAfter <= 0) this.powered = false;
	}
}
