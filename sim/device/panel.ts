import Control from "control";
import { latin1Text } from "../../src/bytes/bytes.js";
import { nativeCrypto } from "../../src/platform/crypto.js";
import { entropy } from "../../src/platform/entropy.js";
import type { HostConnection, HostSocket, Key, Keypad, Log, Storage } from "../../src/ports.js";
import type { CardFault } from "../card/cardFault.js";
import type { CardState } from "../card/cardMemory.js";
import { contactsOf } from "../card/contactsOf.js";
import type { Personalisation } from "../card/personalisation.js";
import { VirtualCard } from "../card/virtualCard.js";
import { VirtualSlot } from "../card/virtualSlot.js";
import { TamperSwitch } from "../world/tamperSwitch.js";

/** What the panel of sim/device/panel tells. */
type PanelMessage =
	| { readonly key: Key }
	/** The card that was put in, null when it was pulled. */
	| { readonly card: string | null }
	/** What the card in the slot, and each that follows it, does wrong besides what its profile says. */
	| { readonly faults: readonly CardFault[] }
	/** The switch under the lid opens. */
	| { readonly case: "opened" }
	/** The line to the bank is there or cut. */
	| { readonly line: boolean };

/** How the line to the bank did when it was last used; the panel shows it. */
type LineState = "reached" | "not reached";

/** Tells when its card has gone, also by a fault that pulls it. */
class PanelSlot extends VirtualSlot {
	readonly #onRemoved: () => void;

	constructor(onRemoved: () => void) {
		super();
		this.#onRemoved = onRemoved;
	}

	override remove(): void {
		const wasPresent = this.present;
		super.remove();
		if (wasPresent) this.#onRemoved();
	}
}

/** The persons and things around the terminal, as mcsim's panel plays them: keys, card slot, the line to the bank. */
export class Panel extends Control {
	readonly keypad: Keypad = { onKey: undefined };
	readonly slot: VirtualSlot = new PanelSlot(() => this.postJSON({ card: null }));
	readonly tamper = new TamperSwitch();
	readonly #cards: Storage;
	readonly #log: Log;
	#lineUp = true;
	#faults: readonly CardFault[] = [];
	#armSeated: (() => void) | undefined;

	/** @param cards the test world's `cards` folder */
	constructor(cards: Storage, log: Log) {
		super();
		this.#cards = cards;
		this.#log = log;
	}

	override onJSON(message: PanelMessage): void {
		if ("key" in message) this.keypad.onKey?.(message.key);
		else if ("case" in message) this.tamper.open();
		else if ("line" in message) this.#lineUp = message.line;
		else if ("faults" in message) this.#arm(message.faults);
		else if ("card" in message) this.#seat(message.card);
	}

	/** `socket` as long as the panel's switch leaves the line whole. */
	line(socket: HostSocket): HostSocket {
		return {
			connect: async timeoutMs => {
				try {
					const connection = await this.#connect(socket, timeoutMs);
					this.#tell("reached");
					return connection;
				} catch (error) {
					this.#tell("not reached");
					throw error;
				}
			},
		};
	}

	#connect(socket: HostSocket, timeoutMs: number): Promise<HostConnection> {
		if (!this.#lineUp) throw new Error("cannot reach the bank: the line is cut at the panel");
		return socket.connect(timeoutMs);
	}

	#tell(bank: LineState): void {
		this.postJSON({ bank });
	}

	#seat(name: string | null): void {
		this.slot.remove();
		if (name === null) return;
		this.#log.line("card", `inserted: ${name}`);
		const card = openCard(this.#cards, name);
		const own = card.faults;
		this.#armSeated = () => {
			card.faults = [...own, ...this.#faults];
		};
		this.#armSeated();
		this.slot.insert(contactsOf(card));
	}

	#arm(faults: readonly CardFault[]): void {
		this.#faults = faults;
		this.#armSeated?.();
		this.#log.line(
			"card",
			faults.length ? `faults armed: ${faults.map(each => JSON.stringify(each)).join(" ")}` : "no faults",
		);
	}
}

/** A card of the test world with the counters that it had when it was last used, in whichever simulator that was. */
function openCard(cards: Storage, name: string): VirtualCard {
	const stateFile = `${name}.state.json`;
	return new VirtualCard({
		personalisation: readJson(cards, `${name}.json`) as Personalisation,
		crypto: nativeCrypto,
		random: { bytes: length => entropy.samples(length) },
		state: readJson(cards, stateFile) as CardState | undefined,
		onStateChange: counters =>
			cards.replace(stateFile, new Uint8Array(ArrayBuffer.fromString(JSON.stringify(counters)))),
	});
}

/** ASCII throughout. @returns undefined when there is no such file */
function readJson(storage: Storage, name: string): unknown {
	const size = storage.size(name);
	return size === undefined ? undefined : JSON.parse(latin1Text(storage.read(name, 0, size)));
}
