import type { CardResponse, CommandCard } from "../../../sim/card/command.js";
import type { CommandHeader } from "../../../sim/card/commandHeader.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { concat } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { SaleBench } from "../../flows/bench.js";
import { makeSaleWorld } from "../../flows/saleWorld.js";

/** A command and its response as the card saw them, above any protocol. */
export interface RecordedExchange {
	/** C-APDU and R-APDU. */
	readonly command: Uint8Array;
	readonly response: Uint8Array;
	/** The body goes from the card to the terminal alone: case 2. */
	readonly outgoing: boolean;
}

/** The dialogue of a whole sale with the test card `name`, as it is over T=1, where nothing is asked for twice. */
export async function recordDialogue(name: string): Promise<RecordedExchange[]> {
	const { [name]: world } = await makeSaleWorld(name);
	const personalisation = { ...world!.personalisation, atr: "3BE000FF81317C4192", nullBytes: 0 };
	const bench = new SaleBench({ ...world!, personalisation, crypto: nodeCrypto });
	const exchanges: RecordedExchange[] = [];
	bench.wrapReader = reader => ({
		get present() {
			return reader.present;
		},
		set onChange(listener: ((present: boolean) => void) | undefined) {
			reader.onChange = listener;
		},
		activate: () => reader.activate(),
		deactivate: () => reader.deactivate(),
		async transmit(bytes) {
			const command = bytes.slice();
			const response = await reader.transmit(bytes);
			exchanges.push({ command, response, outgoing: command.length === 5 });
			return response;
		},
	});
	const { outcome, reason } = await bench.sale(1234);
	if (outcome !== "approved") throw new Error(`the sale to be recorded ended ${outcome}: ${reason}`);
	return exchanges;
}

/** A card that gives recorded answers, in their order only. */
export class RecordedCard implements CommandCard {
	readonly atr: Uint8Array;
	readonly nullBytes: number = 0;
	/** Commands that came in another order or otherwise than recorded. */
	readonly strange: string[] = [];
	/** Commands done. */
	done = 0;
	readonly #exchanges: readonly RecordedExchange[];
	readonly #delayEtu: number;

	constructor(atr: string, exchanges: readonly RecordedExchange[], delayEtu = 0) {
		this.atr = parseHex(atr);
		this.#exchanges = exchanges;
		this.#delayEtu = delayEtu;
	}

	reset(): void {
		this.done = 0;
	}

	findCommand({ cla, ins }: CommandHeader): { body: "incoming" | "outgoing"; slow: boolean } | number {
		const known = this.#exchanges.find(({ command }) => command[0] === cla && command[1] === ins);
		return known ? { body: known.outgoing ? "outgoing" : "incoming", slow: false } : 0x6d00;
	}

	execute({ cla, ins, p1, p2 }: CommandHeader, data: Uint8Array): CardResponse {
		const header = Uint8Array.of(cla, ins, p1, p2);
		const came = formatHex(data.length ? concat(header, Uint8Array.of(data.length), data) : header);
		const isMeant = (exchange: RecordedExchange | undefined) =>
			exchange && formatHex(exchange.command).startsWith(came) && (data.length > 0 || exchange.command.length < 6);
		// In T=0 a command of case 2 comes a second time, with the right Le.
		const isAgain = !isMeant(this.#exchanges[this.done]) && this.#exchanges[this.done - 1]?.outgoing;
		const due = this.#exchanges[isAgain ? this.done - 1 : this.done];
		if (!due || !isMeant(due)) {
			this.strange.push(came);
			return { data: new Uint8Array(0), statusWord: 0x6f00 };
		}
		const end = due.response.length - 2;
		const statusWord = (due.response[end]! << 8) | due.response[end + 1]!;
		if (!isAgain) this.done++;
		return { data: due.response.subarray(0, end), statusWord, delayEtu: this.#delayEtu };
	}
}
