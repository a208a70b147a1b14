import { wipe } from "../bytes/bytes.js";
import type { CardReader } from "../ports.js";
import { type CommandApdu, carriesPin, decodeResponse, encodeCommand, type ResponseApdu } from "./apdu.js";
import { CardError } from "./cardError.js";

/** Sees each exchange, e.g. for the log; the body of a VERIFY has been cleared before. */
export type ExchangeListener = (command: CommandApdu, response: ResponseApdu) => void;

/** One card from activation to deactivation: the only way from the kernel to the card. */
export class CardSession {
	/** Command APDUs sent. */
	apdus = 0;
	/** Lengths of all C-APDUs and of all R-APDUs, whatever the protocol made of them. */
	bytesToCard = 0;
	bytesFromCard = 0;
	readonly #reader: CardReader;
	readonly #onExchange: ExchangeListener | undefined;

	constructor(reader: CardReader, onExchange?: ExchangeListener) {
		this.#reader = reader;
		this.#onExchange = onExchange;
	}

	/** @returns the Answer to Reset @throws {CardError} removed, mute or notAccepted */
	activate(): Promise<Uint8Array> {
		return this.#reader.activate();
	}

	/** @throws {CardError} when the card does not answer as the protocol has it */
	async transmit(command: CommandApdu): Promise<ResponseApdu> {
		this.apdus++;
		const response = await this.#exchange(encodeCommand(command));
		const { data, ...rest } = command;
		const hidden = carriesPin(command.ins) && data;
		this.#onExchange?.(hidden ? { ...rest, data: new Uint8Array(hidden.length) } : command, response);
		return response;
	}

	deactivate(): Promise<void> {
		return this.#reader.deactivate();
	}

	async #exchange(command: Uint8Array): Promise<ResponseApdu> {
		this.bytesToCard += command.length;
		try {
			const bytes = await this.#reader.transmit(command);
			this.bytesFromCard += bytes.length;
			const response = decodeResponse(bytes);
			if (!response) throw new CardError("protocol", "the response is shorter than a status word");
			return response;
		} finally {
			wipe(command); // WIPE: the body of a VERIFY
		}
	}
}
