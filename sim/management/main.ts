/**
 * The bank's management service as a process, with the embedded broker unless one is named:
 * `node sim/launch/run.mjs management STATE [HOST:PORT]`. Standard output carries JSON lines, the first one
 * `{"ready":true,…}`. It ends when standard input does.
 */
import { startControlServer } from "../bank/controlServer.js";
import { shelf } from "../update/updateFolder.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { StateFolder } from "../world/stateFolder.js";
import { systemClock, systemRandom } from "../world/system.js";
import { BackupDesk } from "./backupDesk.js";
import { startBroker } from "./broker.js";
import { ManagementControl } from "./managementControl.js";
import {
	acquirerSigner,
	backupSecret,
	brokerTls,
	certifyService,
	revocationList,
	STORE,
	serviceTls,
} from "./managementFolder.js";
import { ManagementService } from "./managementService.js";
import { ManagementStore } from "./managementStore.js";
import { mqttLink } from "./mqttLink.js";
import { type LinkAddress, RUNNING } from "./runningService.js";

const HOST = "127.0.0.1";
const AGAIN_MS = 2_000;
/** For the good-byes; then the process ends without them. */
const END_MS = 3_000;

async function main(folder: string, named: string | undefined): Promise<void> {
	const state = new StateFolder(folder);
	// Whoever started it may be gone at any moment, also before anything runs, and without a word.
	let leave = async (): Promise<void> => {};
	const end = () => {
		setTimeout(() => process.exit(0), END_MS);
		void leave().finally(() => process.exit(0));
	};
	process.once("SIGTERM", end);
	process.once("SIGINT", () => {}); // whoever started it ends it in order
	process.stdin.once("end", end).once("error", end).resume();
	process.stdout.once("error", end);
	await certifyService(state);
	const embedded = named ? undefined : await startBroker({ host: HOST, port: 0, tls: brokerTls(state) }, refused);
	const broker: LinkAddress = embedded ? { host: HOST, port: embedded.port } : addressOf(named!);
	const store = new ManagementStore(state.at(STORE));
	const service = new ManagementService({
		link: mqttLink({ ...broker, ...serviceTls(state) }),
		backupDesk: new BackupDesk(store, backupSecret(state), nodeCrypto, systemRandom),
		chunkOf: shelf(state),
		...{ store, signer: acquirerSigner(state), crypto: nodeCrypto, clock: systemClock, log: refused },
	});
	const again = () => {
		service.start().catch(() => setTimeout(again, AGAIN_MS));
	};
	service.onLost = () => setTimeout(again, AGAIN_MS);
	await service.start();
	const control = await startControlServer(new ManagementControl(service, store, () => revocationList(state)));
	state.writeJson(RUNNING, { pid: process.pid, broker, control: control.address });
	leave = async () => {
		service.onLost = undefined;
		state.remove(RUNNING);
		control.close();
		await service.stop();
		await embedded?.close();
		store.close();
	};
	print({ ready: true, broker });
}

/** @throws {Error} one sentence */
function addressOf(named: string): LinkAddress {
	const [, host, port] = /^([^:]+):([0-9]{1,5})$/.exec(named) ?? [];
	if (!host) throw new Error(`${named} is no broker: name one as HOST:PORT`);
	return { host, port: Number(port) };
}

function refused(text: string): void {
	print({ refused: text });
}

function print(event: object): void {
	process.stdout.write(`${JSON.stringify(event)}\n`);
}

main(process.argv[2]!, process.argv[3]).catch((error: unknown) => {
	process.stderr.write(`management: ${error instanceof Error ? error.message : String(error)}\n`);
	process.exit(1);
});
