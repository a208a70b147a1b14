import { createServer, type Server, type Socket } from "node:net";

/**
 * Stands in for the debugger xsbug, to which a debug build talks: takes the app's traces and lets it go on after each stop.
 * @param onLine called with each whole line that the app traces, and with each exception
 */
export function listenToTraces(onLine: (line: string) => void): Promise<{ readonly port: number; close(): void }> {
	const sockets = new Set<Socket>();
	const server: Server = createServer(socket => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket));
		// The app ends without a farewell.
		socket.on("error", () => socket.destroy());
		readMessages(socket, onLine);
	});
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(0, "127.0.0.1", () => {
			const address = server.address();
			resolve({
				port: typeof address === "object" && address ? address.port : 0,
				close() {
					server.close();
					for (const socket of sockets) socket.destroy();
				},
			});
		});
	});
}

const END = "</xsbug>";
const CAUGHT = "# Exception: throw!";

/** Each message is one XML document: a login, traces, or a stop at an exception. */
function readMessages(socket: Socket, onLine: (line: string) => void): void {
	let received = "";
	let traced = "";
	socket.setEncoding("utf8");
	socket.on("data", (text: string) => {
		received += text;
		for (let end = received.indexOf(END); end >= 0; end = received.indexOf(END)) {
			const message = received.slice(0, end);
			received = received.slice(end + END.length);
			for (const [, log] of message.matchAll(/<log[^>]*>([\s\S]*?)<\/log>/g)) traced += decodeXml(log!);
			const lines = traced.split("\n");
			traced = lines.pop()!;
			// XS also reports each exception that the app catches itself.
			for (const line of lines) if (line !== CAUGHT) onLine(line);
			const stop = /<break[^>]*>([\s\S]*?)<\/break>/.exec(message);
			if (stop) onLine(`stopped: ${decodeXml(stop[1]!)}`);
			if (stop || message.includes("<login")) socket.write("\r\n<go/>\r\n");
		}
	});
}

function decodeXml(text: string): string {
	const characters: Readonly<Record<string, string>> = { lt: "<", gt: ">", quot: '"', apos: "'", amp: "&" };
	return text.replace(/&(?:#(\d+)|(\w+));/g, (whole, code?: string, name?: string) =>
		code ? String.fromCodePoint(Number(code)) : (characters[name!] ?? whole),
	);
}
