import { concat } from "../src/bytes/bytes.js";
import { T0 } from "../src/card/t0.js";
import { T1 } from "../src/card/t1.js";
import { encodeBlock, hasMore, iPcb, rPcb } from "../src/card/t1Block.js";
import type { CardSlot } from "../src/ports.js";

const NOTHING = new Uint8Array(0);

/** A slot whose card said everything beforehand: it costs next to nothing. */
class PreparedSlot implements CardSlot {
	readonly present = true;
	readonly powered = true;
	readonly elapsedEtu = 0;
	readonly damagedCharacters = 0;
	onChange = undefined;
	#said: Uint8Array = NOTHING;
	#at = 0;

	say(characters: Uint8Array): void {
		this.#said = characters;
		this.#at = 0;
	}
	async activate(): Promise<void> {}
	async warmReset(): Promise<void> {}
	configure(): void {}
	async send(): Promise<void> {}
	async receive(length: number): Promise<Uint8Array> {
		const start = this.#at;
		this.#at = start + length;
		return this.#said.subarray(start, start + length);
	}
	async deactivate(): Promise<void> {}
}

interface Dialogue {
	readonly command: Uint8Array;
	readonly responseLength: number;
	run(times: number): Promise<void>;
}

const slot = new PreparedSlot();
const dialogues: Record<string, Dialogue> = {};

/** Case 2 or 3 with `length` bytes of data over T=0. */
function prepareT0(name: string, towards: "card" | "terminal", length: number): void {
	const t0 = new T0(slot, 10_080);
	const command = commandOf(towards, length);
	const ins = Uint8Array.of(command[1]!);
	const data = towards === "card" ? NOTHING : new Uint8Array(length).fill(0x55);
	const said = concat(ins, data, Uint8Array.of(0x90, 0x00));
	dialogues[name] = {
		command,
		responseLength: data.length + 2,
		async run(times) {
			for (let i = 0; i < times; i++) {
				slot.say(said);
				const response = await t0.transmit(command);
				if (response.length !== data.length + 2) throw new Error("not the response that was said");
			}
		},
	};
}

/** The same over T=1 in blocks of `size`; a response of the same number of bytes each time keeps the sequence known. */
function prepareT1(name: string, towards: "card" | "terminal", length: number, size: number): void {
	const timing = {
		line: { clocksPerEtu: 372, guardTimeEtu: 11, turnaroundTimeEtu: 22, repeatsCharacters: false },
		characterWaitingTimeEtu: 47,
		blockWaitingTimeEtu: 16_331,
	};
	const t1 = new T1(slot, { informationFieldSize: size, errorDetection: "LRC" }, timing);
	const command = commandOf(towards, length);
	const responseLength = (towards === "card" ? 0 : length) + 2;
	const response = new Uint8Array(responseLength).fill(0x55);
	let [expected, own] = [0, 0];
	const nextExpected = () => {
		expected ^= 1;
		return expected;
	};
	/** What the card says in one exchange, after the numbers of those before. */
	const say = (): Uint8Array => {
		const blocks: Uint8Array[] = [];
		for (let at = size; at < command.length; at += size)
			blocks.push(encodeBlock(rPcb(nextExpected(), 0), NOTHING, "LRC"));
		nextExpected();
		for (let at = 0; at < responseLength; at += size) {
			const pcb = iPcb(own, at + size < responseLength);
			own ^= 1;
			blocks.push(encodeBlock(pcb, response.subarray(at, at + size), "LRC"));
			if (hasMore(pcb) === at + size >= responseLength) throw new Error("the chain is prepared wrongly");
		}
		return concat(...blocks);
	};
	const prepared: Uint8Array[] = [];
	dialogues[name] = {
		command,
		responseLength,
		async run(times) {
			for (let i = 0; i < times; i++) {
				slot.say(prepared[used++]!);
				const got = await t1.transmit(command);
				if (got.length !== responseLength) throw new Error("not the response that was said");
			}
		},
	};
	let used = 0;
	// What is prepared costs: it is done before anything is measured.
	for (let i = 0; i < MOST_RUNS; i++) prepared.push(say());
}

const MOST_RUNS = 60;

function commandOf(towards: "card" | "terminal", length: number): Uint8Array {
	if (towards === "terminal") return Uint8Array.of(0x00, 0xb2, 0x01, 0x0c, length & 255);
	return concat(Uint8Array.of(0x04, 0xda, 0x00, 0x00, length), new Uint8Array(length).fill(0x55));
}

Object.assign(globalThis, {
	prepareT0,
	prepareT1,
	exchange: (name: string, times: number) => dialogues[name]!.run(times),
});
