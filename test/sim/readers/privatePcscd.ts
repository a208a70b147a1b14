import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import {
	existsSync,
	mkdirSync,
	mkdtempSync,
	readFileSync,
	renameSync,
	rmdirSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Where Debian's vsmartcard-vpcd tells pcscd of its driver. */
const VPCD_CONFIGURATION = "/etc/reader.conf.d/vpcd";
const RUN_FOLDER = "/run/pcscd";
const PID_FILE = join(RUN_FOLDER, "pcscd.pid");
const STOP_TIMEOUT_MS = 5_000;
const MOST_ATTEMPTS = 3;

export interface PrivatePcscd {
	/** The environment in which PC/SC programs find this pcscd and no other. */
	readonly env: NodeJS.ProcessEnv;
	/** Where its virtual reader waits for a card. */
	readonly vpcdPort: number;
	/** What it has said, for the report of a failure. */
	log(): string;
	stop(): Promise<void>;
}

/**
 * A pcscd in the foreground with a vpcd on a free port, behind a socket of its own, so that it neither meets nor disturbs
 * another one on this machine. It needs neither systemd nor a running D-Bus: the socket is handed over the way systemd
 * does it (sd_listen_fds(3)), before any client can ask for it.
 */
export async function startPcscd(): Promise<PrivatePcscd> {
	for (let attempt = 1; ; attempt++) {
		const pcscd = await start();
		// It answers once its drivers are loaded, and leaves out a reader whose port somebody else was quicker to take.
		const { stdout } = spawnSync("opensc-tool", ["--list-readers"], {
			env: pcscd.env,
			encoding: "utf8",
			timeout: 60_000,
		});
		if (stdout.includes("Virtual PCD")) return pcscd;
		await pcscd.stop();
		if (attempt === MOST_ATTEMPTS) throw new Error(`pcscd offers no virtual reader: ${stdout}${pcscd.log()}`);
	}
}

async function start(): Promise<PrivatePcscd> {
	const folder = mkdtempSync(join(tmpdir(), "kassa-pcscd-"));
	const hadRunFolder = existsSync(RUN_FOLDER);
	const otherPid = existsSync(PID_FILE) ? readFileSync(PID_FILE) : undefined;
	let pcscd: ChildProcess | undefined;
	const cleanUp = async () => {
		if (pcscd) await stopped(pcscd);
		if (otherPid) writeFileSync(PID_FILE, otherPid);
		rmSync(folder, { recursive: true, force: true });
		if (!hadRunFolder) removeIfEmpty(RUN_FOLDER);
	};
	try {
		const vpcdPort = await twoFreePorts();
		mkdirSync(join(folder, "readers"));
		writeFileSync(join(folder, "readers", "vpcd"), vpcdConfiguration(vpcdPort));
		const socket = join(folder, "socket");
		const server = await listening(`${socket}.new`);
		let log = "";
		pcscd = spawn("sh", ["-c", HAND_OVER, ...pcscdOptions(join(folder, "readers"))], {
			stdio: ["ignore", "pipe", "pipe", descriptor(server)],
		});
		for (const output of [pcscd.stdout!, pcscd.stderr!])
			output.on("data", text => {
				log += text;
			});
		// Closing removes the name under which the socket was made, so it gets another first.
		renameSync(`${socket}.new`, socket);
		await new Promise(resolve => server.close(resolve));
		return { env: { ...process.env, PCSCLITE_CSOCK_NAME: socket }, vpcdPort, log: () => log, stop: cleanUp };
	} catch (error) {
		await cleanUp();
		throw error;
	}
}

/** The process that is named gets the socket as descriptor 3. */
const HAND_OVER = 'LISTEN_FDS=1 LISTEN_PID=$$ exec pcscd "$0" "$@"';

function pcscdOptions(readers: string): string[] {
	const { stdout } = spawnSync("pcscd", ["--help"], { encoding: "utf8" });
	const withoutPolkit = stdout.includes("--disable-polkit") ? ["--disable-polkit"] : [];
	// Should this process die without stopping it, it ends by itself.
	return ["--foreground", "--auto-exit", "--config", readers, ...withoutPolkit];
}

function vpcdConfiguration(port: number): string {
	const hex = `0x${port.toString(16).toUpperCase()}`;
	return readFileSync(VPCD_CONFIGURATION, "utf8")
		.replace(/^DEVICENAME.*$/m, `DEVICENAME /dev/null:${hex}`)
		.replace(/^CHANNELID.*$/m, `CHANNELID ${hex}`);
}

function listening(path: string | number): Promise<Server> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once("error", reject);
		server.listen(path, () => resolve(server));
	});
}

function descriptor(server: Server): number {
	return (server as unknown as { _handle: { fd: number } })._handle.fd;
}

/** vpcd has two slots and takes two ports in a row. */
async function twoFreePorts(): Promise<number> {
	for (;;) {
		const first = await listening(0);
		const { port } = first.address() as { port: number };
		const second = await listening(port + 1).catch(() => undefined);
		await Promise.all([first, second].map(server => server && new Promise(resolve => server.close(resolve))));
		if (second) return port;
	}
}

async function stopped(child: ChildProcess): Promise<void> {
	if (child.exitCode !== null || child.signalCode !== null) return;
	const ended = new Promise<void>(resolve => child.once("exit", () => resolve()));
	child.kill("SIGTERM");
	const timer = setTimeout(() => child.kill("SIGKILL"), STOP_TIMEOUT_MS);
	await ended;
	clearTimeout(timer);
}

function removeIfEmpty(folder: string): void {
	try {
		rmdirSync(folder);
	} catch {
		// somebody uses it
	}
}
