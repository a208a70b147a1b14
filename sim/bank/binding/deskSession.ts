import { hellos } from "../../../src/binding/deskMessages.js";

/** A terminal says who it is: the challenge for it, and when it was made. */
export type Greet = (serial: string) => { readonly frame: Uint8Array; readonly nonce: Uint8Array; readonly at: number };
export type AnswerRequest = (frame: Uint8Array, serial: string, nonce: Uint8Array, at: number) => Uint8Array;

/** One connection: a hello, then a request. */
export class DeskSession {
	readonly #greet: Greet;
	readonly #answer: AnswerRequest;
	#greeted: { readonly serial: string; readonly nonce: Uint8Array; readonly at: number } | undefined;

	constructor(greet: Greet, answer: AnswerRequest) {
		this.#greet = greet;
		this.#answer = answer;
	}

	/** @returns the answer's frame @throws {BindingError} when the frame is not what is due: the connection ends */
	take(frame: Uint8Array): Uint8Array {
		if (!this.#greeted) {
			const serial = hellos.decode(frame);
			const { frame: greeting, nonce, at } = this.#greet(serial);
			this.#greeted = { serial, nonce, at };
			return greeting;
		}
		const { serial, nonce, at } = this.#greeted;
		this.#greeted = undefined; // a challenge is good for one request
		return this.#answer(frame, serial, nonce, at);
	}
}
