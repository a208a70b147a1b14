import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type Server, type Socket } from "node:net";
import { createInterface } from "node:readline";

/** What takes the lines. */
export interface Control {
	/** @returns what to answer @throws {TypeError} one sentence when the line is wrong */
	obey(line: Readonly<Record<string, unknown>>): Promise<object>;
}

/** Where other commands of the same person reach the bank: on this machine, with a token that only they can read. */
export interface ControlAddress {
	readonly port: number;
	readonly token: string;
}

/**
 * Takes control lines from connections to 127.0.0.1, each of which begins with the token on a line of its own.
 * @returns where it listens, and how to end it
 */
export async function startControlServer(
	control: Control,
): Promise<{ readonly address: ControlAddress; close(): void }> {
	const token = randomBytes(24).toString("hex");
	const sockets = new Set<Socket>();
	const server: Server = createServer(socket => {
		sockets.add(socket);
		socket.on("close", () => sockets.delete(socket)).on("error", () => {});
		let known = false;
		createInterface({ input: socket }).on("line", line => {
			if (known) void answerLine(control, line).then(answer => socket.write(`${JSON.stringify(answer)}\n`));
			else if (isToken(line, token)) known = true;
			else socket.destroy();
		});
	});
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject).listen(0, "127.0.0.1", resolve);
	});
	const { port } = server.address() as { port: number };
	return {
		address: { port, token },
		close() {
			server.close();
			for (const socket of sockets) socket.destroy();
		},
	};
}

/** One line of JSON, answered with one object that repeats its `id`; what is wrong with it is the answer's `error`. */
export async function answerLine(control: Control, line: string): Promise<object> {
	let id: unknown;
	try {
		const asked: unknown = JSON.parse(line);
		if (typeof asked !== "object" || asked === null) throw new SyntaxError();
		({ id } = asked as { id?: unknown });
		return { id, ...(await control.obey(asked as Record<string, unknown>)) };
	} catch (error) {
		const message = error instanceof SyntaxError ? "a control line must be JSON" : (error as Error).message;
		return { id, error: message };
	}
}

function isToken(line: string, token: string): boolean {
	return line.length === token.length && timingSafeEqual(Buffer.from(line), Buffer.from(token));
}
