import type { RawData, WebSocket } from "ws";
import { parseHex } from "../../src/bytes/hex.js";
import type { CardFault } from "../card/cardFault.js";
import { formatFault, parseFault } from "../card/faultCheck.js";
import { FAULT_FORMS, type FaultForm } from "../card/faultForms.js";
import type { PanelWorld } from "./panelWorld.js";
import type { PanelLogEntry } from "./protocol.js";
import { CommandError, decodeCommand, type PanelCommand, type PanelFaultForm, type PanelMessage } from "./protocol.js";

/** News within this time go out together. */
const COALESCE_MS = 25;
/** Log entries that a browser gets when it joins. */
const LOG_HISTORY = 2000;

/** One browser at the panel. */
export class PanelSession {
	readonly #socket: WebSocket;
	readonly #world: PanelWorld;
	#timer: NodeJS.Timeout | undefined;
	#sentFrame: Uint8Array | undefined;
	#sentState = "";
	#frameIsNew = true;
	#entries: PanelLogEntry[];

	constructor(socket: WebSocket, world: PanelWorld) {
		this.#socket = socket;
		this.#world = world;
		this.#entries = world.log.slice(-LOG_HISTORY);
		socket.on("message", (data, isBinary) => this.#receive(data, isBinary));
		this.#send({
			type: "cards",
			cards: world.cards,
			menuHint: world.menuHint,
			faultForms: Object.values(FAULT_FORMS).map(formOf),
			bankForms: world.bank?.forms ?? NO_FORMS,
		});
		this.#flush();
	}

	frameChanged(): void {
		this.#frameIsNew = true;
		this.#schedule();
	}

	stateChanged(): void {
		this.#schedule();
	}

	logged(entry: PanelLogEntry): void {
		this.#entries.push(entry);
		this.#schedule();
	}

	close(): void {
		clearTimeout(this.#timer);
	}

	#schedule(): void {
		this.#timer ??= setTimeout(() => this.#flush(), COALESCE_MS);
	}

	#flush(): void {
		this.#timer = undefined;
		// A browser that reads slowly gets the newest picture later instead of every picture late.
		if (this.#socket.bufferedAmount > 0) {
			this.#schedule();
			return;
		}
		const state = this.#state();
		if (state !== this.#sentState) this.#socket.send(state);
		this.#sentState = state;
		if (this.#entries.length > 0) this.#send({ type: "log", entries: this.#entries });
		this.#entries = [];
		if (this.#frameIsNew) this.#sendFrame();
	}

	#state(): string {
		const world = this.#world;
		const state: PanelMessage = {
			type: "state",
			inserted: world.inserted() ?? null,
			faults: world.faults().map(formatFault),
			screenText: world.screenText(),
			printer: world.printer.state,
			receipts: world.printer.papers.map(({ id, at }) => ({ id, at })),
			bank: world.bank?.armed ?? [],
		};
		return JSON.stringify(state);
	}

	#sendFrame(): void {
		this.#frameIsNew = false;
		const { frame } = this.#world.display;
		if (this.#sentFrame && Buffer.compare(this.#sentFrame, frame) === 0) return;
		// A copy: the socket may still hold it when the terminal draws the next screen.
		this.#sentFrame = frame.slice();
		this.#socket.send(this.#sentFrame);
	}

	#receive(data: RawData, isBinary: boolean): void {
		try {
			if (isBinary) throw new CommandError("a command is text");
			this.#obey(decodeCommand(String(data)));
		} catch (error) {
			if (!(error instanceof CommandError)) throw error;
			this.#send({ type: "error", text: error.message });
		}
	}

	#obey(command: PanelCommand): void {
		const world = this.#world;
		switch (command.type) {
			case "key":
				world.pressKey(command.key);
				break;
			case "insert":
				if (!world.cards.some(({ name }) => name === command.name)) throw new CommandError("there is no such card");
				if (world.inserted() === command.name) throw new CommandError("that card is in the slot already");
				if (world.inserted() !== undefined) world.removeCard();
				world.insertCard(command.name);
				break;
			case "remove":
				if (world.inserted() === undefined) throw new CommandError("no card is in the slot");
				world.removeCard();
				break;
			case "openCase":
				world.openCase();
				break;
			case "train":
				world.train();
				break;
			case "loadKeys":
				world.loadKeys(parseHex(command.message));
				break;
			case "faults":
				world.armFaults(command.faults.map(readFault));
				break;
			case "printer":
				world.printer.state = command.state;
				world.onChange?.();
				break;
			case "bank":
				if (!world.bank) throw new CommandError("the test bank cannot be reached from here");
				world.bank.order(command.order);
				break;
		}
	}

	#send(message: PanelMessage): void {
		this.#socket.send(JSON.stringify(message));
	}
}

const NO_FORMS = Object.freeze({ faults: Object.freeze([]), scenarios: Object.freeze([]) });

/** @throws {CommandError} one sentence with the right form */
function readFault(text: string): CardFault {
	try {
		return parseFault(text);
	} catch (error) {
		throw new CommandError((error as Error).message);
	}
}

function formOf({ example, meaning }: FaultForm): PanelFaultForm {
	return { example, meaning };
}
