import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";
import { loadPage, type PageFile } from "./pageFiles.js";
import { PanelSession } from "./panelSession.js";
import type { PanelWorld } from "./panelWorld.js";
import { type ReceiptFile, receiptFile } from "./receiptFiles.js";

export interface FrontPanel {
	readonly url: string;
	close(): Promise<void>;
}

/** Longest command of a browser in bytes. */
const MAX_COMMAND_LENGTH = 1024;

const HEADERS = Object.freeze({
	"content-security-policy":
		"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
		"base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	"x-content-type-options": "nosniff",
	"referrer-policy": "no-referrer",
	"cross-origin-opener-policy": "same-origin",
	"cross-origin-resource-policy": "same-origin",
	"cache-control": "no-store",
});

/**
 * Serves the terminal's front panel to browsers on this machine.
 * @param port 0 takes a free one
 * @throws {Error} when the port is taken
 */
export async function startFrontPanel({
	port,
	host,
	world,
}: {
	port: number;
	host: "127.0.0.1";
	world: PanelWorld;
}): Promise<FrontPanel> {
	const page = await loadPage();
	const server = createServer();
	await listen(server, port, host);
	const bound = (server.address() as AddressInfo).port;
	const hosts = [`${host}:${bound}`, `localhost:${bound}`];
	const sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_COMMAND_LENGTH });
	const sessions = new Set<PanelSession>();

	server.on("request", (request, response) => {
		const path = request.url ?? "";
		serve(
			page.get(path) ?? reportFile(world, path) ?? receiptFile(world.printer.papers, path),
			hosts,
			request,
			response,
		);
	});
	server.on("upgrade", (request, socket, head) => {
		socket.on("error", () => socket.destroy()); // a browser that goes away must not end Node
		if (request.url !== "/socket" || !isOwnPage(request, hosts)) {
			socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\n\r\n");
			return;
		}
		sockets.handleUpgrade(request, socket, head, opened => join(opened, world, sessions));
	});
	world.display.onFrame = () => tell(sessions, session => session.frameChanged());
	world.onChange = () => tell(sessions, session => session.stateChanged());
	world.onLog = entry => tell(sessions, session => session.logged(entry));

	return {
		url: `http://${hosts[0]}/`,
		async close() {
			world.display.onFrame = undefined;
			world.onChange = undefined;
			world.onLog = undefined;
			for (const client of sockets.clients) client.terminate();
			server.closeAllConnections();
			await new Promise<void>(resolve => server.close(() => resolve()));
		},
	};
}

/** Made anew for whoever asks. */
function reportFile(world: PanelWorld, path: string): PageFile | undefined {
	if (path !== "/report.json") return undefined;
	return { type: "application/json; charset=utf-8", content: JSON.stringify(world.report() ?? null) };
}

function join(socket: WebSocket, world: PanelWorld, sessions: Set<PanelSession>): void {
	const session = new PanelSession(socket, world);
	sessions.add(session);
	socket.on("close", () => {
		sessions.delete(session);
		session.close();
	});
	// ws closes the connection after an error, such as a command over the limit; without a listener it would end Node.
	socket.on("error", () => socket.terminate());
}

function tell(sessions: ReadonlySet<PanelSession>, news: (session: PanelSession) => void): void {
	for (const session of sessions) news(session);
}

function serve(
	file: PageFile | ReceiptFile | undefined,
	hosts: readonly string[],
	request: IncomingMessage,
	response: ServerResponse,
): void {
	const isHead = request.method === "HEAD";
	if (!isOwnHost(request, hosts)) response.writeHead(403, HEADERS).end();
	else if (request.method !== "GET" && !isHead) response.writeHead(405, { ...HEADERS, allow: "GET, HEAD" }).end();
	else if (!file) response.writeHead(404, HEADERS).end();
	else response.writeHead(200, { ...HEADERS, "content-type": file.type }).end(isHead ? undefined : file.content);
}

/** A page whose own name was pointed at 127.0.0.1 (DNS rebinding) still sends its own name in Host. */
function isOwnHost(request: IncomingMessage, hosts: readonly string[]): boolean {
	return hosts.includes(request.headers.host ?? "");
}

/** Any page may open a WebSocket to this machine, but a browser always tells which page it was (RFC 6455, 10.2). */
function isOwnPage(request: IncomingMessage, hosts: readonly string[]): boolean {
	return isOwnHost(request, hosts) && request.headers.origin === `http://${request.headers.host}`;
}

function listen(server: Server, port: number, host: string): Promise<void> {
	return new Promise((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, host, () => {
			server.off("error", reject);
			resolve();
		});
	});
}
