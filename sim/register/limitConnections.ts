import type { Server, Socket } from "node:net";

/** More than any shop has cash registers at one terminal. */
const MOST_CONNECTIONS = 32;
const MOST_NEW_PER_SECOND = 50;

/** Bounds how many connections there are, and how fast new ones may come; those beyond are closed at once. */
export function limitConnections(server: Server): void {
	server.maxConnections = MOST_CONNECTIONS;
	let second = 0;
	let count = 0;
	server.prependListener("connection", (socket: Socket) => {
		const now = Math.floor(performance.now() / 1000);
		if (now !== second) [second, count] = [now, 0];
		if (++count > MOST_NEW_PER_SECOND) socket.destroy();
	});
}
