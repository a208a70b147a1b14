import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { BrokerTls } from "../../../sim/management/broker.js";

const FLEET = fileURLToPath(new URL("../../../docs/fleet.md", import.meta.url));
const START_MS = 10_000;

/** A Mosquitto of our own on a loopback port, with the configuration and the access rules that docs/fleet.md shows. */
export async function startMosquitto(
	tls: BrokerTls,
): Promise<{ readonly port: number; readonly pid: number; close(): Promise<void> }> {
	const folder = mkdtempSync(join(tmpdir(), "kassa-mosquitto-"));
	const put = (name: string, content: string) => {
		writeFileSync(join(folder, name), content, { mode: 0o600 });
		return join(folder, name);
	};
	const port = await freePort();
	const files: Record<string, string> = {
		PORT: String(port),
		CA: put("ca.pem", tls.ca),
		CERTIFICATE: put("broker.pem", tls.cert),
		KEY: put("broker.key.pem", tls.key),
		ACL: put("kassa.acl", block("acl")),
	};
	// Started by root it would become another user, who may not read these files.
	const user = process.getuid?.() === 0 ? "user root\n" : "";
	const conf = user + block("conf").replace(/\b[A-Z]{2,}\b/g, name => files[name] ?? name);
	const child = spawn("/usr/sbin/mosquitto", ["-c", put("mosquitto.conf", conf)], { stdio: "ignore" });
	const ended = new Promise<void>(resolve => child.once("close", () => resolve()));
	const close = async () => {
		child.kill("SIGTERM");
		await ended;
		rmSync(folder, { recursive: true, force: true });
	};
	await listening(port, child).catch(async error => {
		await close();
		throw error;
	});
	return { port, pid: child.pid!, close };
}

/** A fenced block of docs/fleet.md. */
function block(language: string): string {
	const found = new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``).exec(readFileSync(FLEET, "utf8"))?.[1];
	if (!found) throw new Error(`docs/fleet.md shows no ${language}`);
	return found;
}

function freePort(): Promise<number> {
	return new Promise(resolve => {
		const server = createServer().listen(0, "127.0.0.1", () => {
			const { port } = server.address() as AddressInfo;
			server.close(() => resolve(port));
		});
	});
}

async function listening(port: number, child: ChildProcess): Promise<void> {
	for (const begin = Date.now(); Date.now() - begin < START_MS; ) {
		if (child.exitCode !== null) throw new Error(`mosquitto ended with status ${child.exitCode}`);
		const isOpen = await new Promise<boolean>(resolve => {
			const socket = connect(port, "127.0.0.1", () => resolve(true)).on("error", () => resolve(false));
			socket.once("connect", () => socket.destroy());
		});
		if (isOpen) return;
		await new Promise(resolve => setTimeout(resolve, 50));
	}
	throw new Error("mosquitto does not listen");
}
