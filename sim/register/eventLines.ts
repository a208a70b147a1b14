import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import { answerLine } from "../../src/register/answerLine.js";
import type { CashRegister } from "../../src/register/cashRegister.js";
import { RegisterError } from "../../src/register/problem.js";
import type { CallerCheck } from "./callerCheck.js";
import { MOST_REQUEST_BYTES } from "./httpApi.js";
import { endWithProblem } from "./rawProblem.js";

/** A cash register that reads this far behind is cut off; it comes back and asks for what it missed. */
const MOST_UNREAD_BYTES = 1 << 20;
/** Requests of one line that may wait for their answer at a time. */
const MOST_WAITING = 16;
const PING_MS = 30_000;

/** The WebSocket `/events`: events out, requests in and their answers out. */
export function eventLines(server: Server, register: CashRegister, check: CallerCheck): { close(): void } {
	const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_REQUEST_BYTES });
	server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
		socket.on("error", () => socket.destroy()); // a peer that goes away must not end Node
		try {
			check(request);
			if (request.url !== "/events") throw new RegisterError("notFound", "the WebSocket is at /events");
			sockets.handleUpgrade(request, socket, head, opened => join(opened, register));
		} catch (error) {
			if (!(error instanceof RegisterError)) throw error;
			endWithProblem(socket, error);
		}
	});
	return {
		close() {
			for (const client of sockets.clients) client.terminate();
			sockets.close();
		},
	};
}

function join(socket: WebSocket, register: CashRegister): void {
	let isAlive = true;
	let waiting = 0;
	const send = (text: string) => {
		if (socket.bufferedAmount > MOST_UNREAD_BYTES) socket.terminate();
		else socket.send(text);
	};
	const answer = async (data: RawData, isBinary: boolean) => {
		waiting++;
		send(await answerLine(register, isBinary ? "" : String(data)));
		waiting--;
	};
	const ping = setInterval(() => {
		if (!isAlive) socket.terminate();
		isAlive = false;
		socket.ping();
	}, PING_MS);
	const stopListening = register.listen(event => send(JSON.stringify(event)));
	socket.on("pong", () => {
		isAlive = true;
	});
	socket.on("message", (data, isBinary) => {
		if (waiting < MOST_WAITING) void answer(data, isBinary);
		else socket.close(1008, "too many requests wait for their answer");
	});
	socket.on("close", () => {
		clearInterval(ping);
		stopListening();
	});
	// ws closes the connection after an error, such as a message over the limit; without a listener it would end Node.
	socket.on("error", () => socket.terminate());
}
