import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "kassa-loopback-"));
const servers: Server[] = [];
const LISTENING = "0A";

afterAll(() => {
	for (const server of servers) server.close();
	rmSync(folder, { recursive: true, force: true });
});

interface Listening {
	readonly address: string;
	readonly port: number;
}

/** Local addresses of all sockets that a process and its descendants listen on: /proc/net/tcp tells them by inode (proc(5)). */
function listening(root: number): Listening[] {
	const inodes = new Set(processTree(root).flatMap(socketsOf));
	return ["tcp", "tcp6"].flatMap(table =>
		readFileSync(`/proc/net/${table}`, "latin1")
			.split("\n")
			.slice(1)
			.map(line => line.trim().split(/\s+/))
			.filter(([, , , state, , , , , , inode]) => state === LISTENING && inodes.has(inode!))
			.map(([, local]) => {
				const [address, port] = local!.split(":");
				return { address: address!, port: Number.parseInt(port!, 16) };
			}),
	);
}

function processTree(root: number): number[] {
	const parents = readdirSync("/proc")
		.filter(name => /^[0-9]+$/.test(name))
		.flatMap(name => {
			try {
				const stat = readFileSync(`/proc/${name}/stat`, "latin1");
				return [[Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1])] as const];
			} catch {
				return []; // it has just ended
			}
		});
	const tree = [root];
	for (const pid of tree) tree.push(...parents.filter(([, parent]) => parent === pid).map(([child]) => child));
	return tree;
}

function socketsOf(pid: number): string[] {
	try {
		return readdirSync(`/proc/${pid}/fd`).flatMap(fd => {
			try {
				return /^socket:\[([0-9]+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
			} catch {
				return [];
			}
		});
	} catch {
		return [];
	}
}

// The kernel prints each 32-bit word of an address in the byte order of the machine.
const LOOPBACK = ["0100007F", "00000000000000000000000001000000", "0000000000000000FFFF00000100007F"];

test("a socket on every address would be seen", async () => {
	const server = createServer();
	servers.push(server);
	await new Promise<void>(resolve => server.listen(0, "0.0.0.0", resolve));
	const { port } = server.address() as { port: number };
	expect(listening(process.pid)).toContainEqual({ address: "00000000", port });
});

interface Program {
	readonly name: string;
	readonly words: (port: number) => readonly string[];
	/** It has said this when all of its sockets are there. */
	readonly begun: RegExp;
	/** How many it has at least; those that it names are among them. */
	readonly sockets: number;
}

const PROGRAMS: readonly Program[] = [
	{
		name: "`npm start`: panel, cash register, bank and its switches, desk, broker",
		words: () => ["start", "--port", "0", "--bank-port", "0", "--register-port", "0"],
		begun: /management link: /, // the broker comes last
		sockets: 6,
	},
	{
		name: "`kassa bank run`: bank and its switches, desk",
		words: () => ["kassa", "bank", "run", "--bank-port", "0"],
		begun: /"ready":true/,
		sockets: 3,
	},
	{
		name: "`kassa update run`: bank and its switches, desk, broker",
		words: () => ["kassa", "update", "run"],
		begun: /version [0-9.]+ runs/,
		sockets: 4,
	},
	{
		name: "the reader of a virtual card",
		words: port => ["kassa", "sale", "--amount", "1", "--reader", `vpcd:${port}`],
		begun: /insert the card into vpcd:/,
		sockets: 1,
	},
];

test.each(PROGRAMS)(
	"all that listens is loopback: $name",
	async ({ words, begun, sockets: least }) => {
		const port = await freePort();
		const all = ["sim/launch/run.mjs", ...words(port), "--state", join(folder, "state")];
		const child = spawn(process.execPath, all, { cwd: ROOT });
		const ended = new Promise(resolve => child.once("close", resolve));
		try {
			let output = "";
			const read = (bytes: Buffer) => {
				output += bytes.toString();
			};
			child.stdout.on("data", read);
			child.stderr.on("data", read);
			await expect.poll(() => output, { timeout: 90_000, interval: 100 }).toMatch(begun);
			const sockets = listening(child.pid!);
			const told = [...output.matchAll(/(?:127\.0\.0\.1|vpcd):([0-9]+)/g)].map(([, port]) => Number(port));
			for (const port of told) expect(sockets.map(each => each.port)).toContain(port);
			expect(sockets.length).toBeGreaterThanOrEqual(least);
			for (const { address, port } of sockets) expect(LOOPBACK, `port ${port}`).toContain(address);
		} finally {
			child.kill("SIGINT");
			await ended;
		}
	},
	120_000,
);

async function freePort(): Promise<number> {
	const server = createServer();
	await new Promise<void>(resolve => server.listen(0, "127.0.0.1", resolve));
	const { port } = server.address() as { port: number };
	await new Promise(resolve => server.close(resolve));
	return port;
}
