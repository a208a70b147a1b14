import { connect, type Socket } from "node:net";
import { formatHex } from "../../src/bytes/hex.js";
import type { ApduCard } from "../card/apduCard.js";
import { UserError } from "../world/stateFolder.js";
import { encodeVpcdMessage, VPCD_ATR, VPCD_POWER_OFF, VPCD_POWER_ON, VPCD_RESET, VpcdParser } from "./vpcdMessage.js";

const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Plugs a card into a vpcd: that of pcscd (Debian: vsmartcard-vpcd), or `VpcdReader`.
 * @param onEvent sees each reset and each command by its instruction, never the data
 * @returns when connected; `closed` is fulfilled when the connection has ended, `close` pulls the card
 * @throws {UserError} when nothing listens there
 */
export async function plugIntoVpcd(
	card: ApduCard,
	host: string,
	port: number,
	onEvent: (event: string) => void = () => {},
): Promise<{ readonly closed: Promise<void>; close(): void }> {
	const socket = await connected(host, port);
	const parser = new VpcdParser();
	socket.setNoDelay();
	socket.on("error", () => {}); // "close" follows
	socket.on("data", piece => {
		for (const message of parser.push(piece)) answer(card, message, socket, onEvent);
	});
	const closed = new Promise<void>(resolve => socket.once("close", () => resolve()));
	return { closed, close: () => void socket.destroy() };
}

function connected(host: string, port: number): Promise<Socket> {
	return new Promise((resolve, reject) => {
		const socket = connect({ host, port });
		const fail = (why: string) => {
			socket.destroy();
			reject(
				new UserError(
					`no vpcd at ${host}:${port} (${why}): start pcscd with vsmartcard-vpcd installed, or name another HOST:PORT`,
				),
			);
		};
		socket.setTimeout(CONNECT_TIMEOUT_MS, () => fail("no answer"));
		socket.once("error", ({ code, message }: NodeJS.ErrnoException) => fail(code ?? message));
		socket.once("connect", () => {
			socket.setTimeout(0);
			socket.removeAllListeners("error");
			resolve(socket);
		});
	});
}

function answer(card: ApduCard, message: Uint8Array, socket: Socket, onEvent: (event: string) => void): void {
	if (message.length === 1) {
		control(card, message[0]!, socket, onEvent);
		return;
	}
	onEvent(`command ${formatHex(message.subarray(0, 2))}`);
	const response = card.execute(message);
	if (response) socket.write(encodeVpcdMessage(response));
	else socket.destroy(); // vpcd waits for an answer for ever: a card that gives none leaves
}

function control(card: ApduCard, code: number, socket: Socket, onEvent: (event: string) => void): void {
	switch (code) {
		case VPCD_POWER_OFF[0]:
			onEvent("power off");
			break;
		case VPCD_POWER_ON[0]:
			card.reset();
			onEvent("power on");
			break;
		case VPCD_RESET[0]:
			card.reset();
			onEvent("reset");
			break;
		case VPCD_ATR[0]:
			// Asked for again and again, to see whether the card is there.
			socket.write(encodeVpcdMessage(card.atr));
			break;
	}
}
