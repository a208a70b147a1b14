import { compressedNumericText } from "../../src/bytes/bcd.js";
import { formatHex } from "../../src/bytes/hex.js";
import { isConstructed, TlvError, tlvObjects } from "../../src/bytes/tlv.js";
import { type CommandApdu, carriesPin, decodeCommand } from "../../src/card/apdu.js";
import { hidesBody, hidesValue } from "../../src/emv/formatExchange.js";
import { TAG_5A_APPLICATION_PAN } from "../../src/emv/tags.js";
import type { RecordedBytes } from "./dialogue.js";

const COMMAND_DATA_AT = 5;
/** CHANGE REFERENCE DATA and RESET RETRY COUNTER (ISO/IEC 7816-4, 11.6.7 and 11.6.9). */
const INS_WITH_NEW_PIN: readonly number[] = [0x24, 0x2c];
/** Shorter ones would also hide what only happens to have the same digits. */
const SHORTEST_PAN = 12;

/**
 * Takes out of recorded bytes what nobody may keep (PCI DSS 3.3): always the PIN, enciphered or not; unless the card data
 * are revealed, also card number, track data, cardholder name and every certificate that they can be recovered from, and
 * what the card's lists make of the commands.
 */
export class DialogueMask {
	readonly #reveal: boolean;
	readonly #pans = new Set<string>();

	/** @param reveal keep card data: for test cards only */
	constructor(reveal: boolean) {
		this.#reveal = reveal;
	}

	command(bytes: Uint8Array): RecordedBytes {
		const command = decodeCommand(bytes);
		const hidden = hidesPin(command) || (!this.#reveal && hidesBody(command));
		const end = COMMAND_DATA_AT + (command.data?.length ?? 0);
		return [...bytes].map((byte, i) => (hidden && command.data && i >= COMMAND_DATA_AT && i < end ? undefined : byte));
	}

	response(bytes: Uint8Array): RecordedBytes {
		const recorded: (number | undefined)[] = [...bytes];
		if (!this.#reveal) this.#hideObjects(bytes, 0, bytes.length - 2, recorded);
		return recorded;
	}

	/** Hides what repeats a card number that has been seen meanwhile, packed or as characters. */
	again(recorded: RecordedBytes): RecordedBytes {
		let text = recorded.map(byte => (byte === undefined ? "**" : formatHex(Uint8Array.of(byte)))).join("");
		for (const pan of this.#pans)
			for (const form of [pan, pan.replace(/./g, "3$&"), pan.replace(/./g, "F$&")])
				text = text.replaceAll(form, "*".repeat(form.length));
		return recorded.map((byte, i) => (text.slice(2 * i, 2 * i + 2).includes("*") ? undefined : byte));
	}

	#hideObjects(bytes: Uint8Array, from: number, to: number, recorded: (number | undefined)[]): void {
		const objects = readObjects(bytes, from, to);
		if (!objects) {
			recorded.fill(undefined, from, Math.max(from, to)); // no data objects: nobody knows what they are
			return;
		}
		for (let i = 0; i < objects.length; i += 3) {
			const [tag, at, length] = [objects[i]!, objects[i + 1]!, objects[i + 2]!];
			const value = bytes.subarray(at, at + length);
			if (isConstructed(tag)) this.#hideObjects(bytes, at, at + length, recorded);
			else if (tag === TAG_5A_APPLICATION_PAN || hidesValue(tag, value)) recorded.fill(undefined, at, at + length);
			if (tag === TAG_5A_APPLICATION_PAN) this.#remember(compressedNumericText(value));
		}
	}

	#remember(pan: string): void {
		if (pan.length >= SHORTEST_PAN) this.#pans.add(pan);
	}
}

function hidesPin({ ins }: CommandApdu): boolean {
	return carriesPin(ins) || INS_WITH_NEW_PIN.includes(ins);
}

function readObjects(bytes: Uint8Array, from: number, to: number): number[] | undefined {
	if (to <= from) return [];
	try {
		return tlvObjects(bytes, from, to);
	} catch (error) {
		if (error instanceof TlvError) return undefined;
		throw error;
	}
}
