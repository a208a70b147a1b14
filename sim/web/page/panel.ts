import type { PanelCommand, PanelMessage } from "../protocol.js";
import { BankView } from "./bankView.js";
import { CardView } from "./cardView.js";
import { byId, keepFocus } from "./dom.js";
import { FaultView } from "./faultView.js";
import { listenToKeys } from "./keys.js";
import { LogView } from "./logView.js";
import { PrinterView } from "./printerView.js";
import { ScreenView } from "./screenView.js";

const RETRY_MS = 1000;
const ERROR_MS = 4000;

const screen = new ScreenView();
const cards = new CardView(send);
const faults = new FaultView(send);
const bank = new BankView(send);
const printer = new PrinterView(send);
const log = new LogView();
let socket: WebSocket | undefined;
let errorTimer: number | undefined;

listenToKeys({ press: key => send({ type: "key", key }), toggleCard: () => cards.toggle() });
keepFocus(byId("openCase"));
byId("openCase").onclick = () => send({ type: "openCase" });
keepFocus(byId("train"));
byId("train").onclick = () => send({ type: "train" });
const keyMessage = byId("keyMessage", HTMLInputElement);
keyMessage.onchange = async () => {
	const [file] = keyMessage.files ?? [];
	if (file) send({ type: "loadKeys", message: (await file.text()).trim() });
	keyMessage.value = ""; // the same file may be chosen again
};
connect();

function connect(): void {
	socket = new WebSocket(`ws://${location.host}/socket`);
	socket.binaryType = "arraybuffer";
	socket.onopen = () => {
		log.clear();
		showConnection("Connected", true);
	};
	socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
		if (typeof data === "string") receive(JSON.parse(data) as PanelMessage);
		else screen.draw(new Uint8Array(data));
	};
	socket.onclose = () => {
		showConnection("Terminal is off, trying again", false);
		setTimeout(connect, RETRY_MS);
	};
}

function receive(message: PanelMessage): void {
	switch (message.type) {
		case "cards":
			cards.showCards(message.cards);
			byId("menuHint").textContent = message.menuHint;
			faults.showForms(message.faultForms);
			bank.showForms(message.bankForms);
			break;
		case "state":
			screen.describe(message.screenText);
			cards.showInserted(message.inserted);
			faults.showArmed(message.faults);
			bank.showArmed(message.bank);
			printer.show(message);
			break;
		case "log":
			log.add(message.entries);
			break;
		case "error":
			showError(message.text);
			break;
	}
}

function send(command: PanelCommand): void {
	if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(command));
}

function showConnection(text: string, isOpen: boolean): void {
	const element = byId("connection");
	element.textContent = text;
	element.classList.toggle("open", isOpen);
}

function showError(text: string): void {
	const element = byId("error");
	element.textContent = `${text[0]?.toUpperCase()}${text.slice(1)}.`;
	element.hidden = false;
	clearTimeout(errorTimer);
	errorTimer = setTimeout(() => {
		element.hidden = true;
	}, ERROR_MS);
}
