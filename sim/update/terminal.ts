/**
 * The terminal as an image in a slot, started by `launchSlots`: `node slot-a.mjs SETTINGS` with JSON. Standard output has a
 * line for each thing that happens. It ends when standard input does, and with `RESTART` when it wants to be started again.
 */
import { enrolment } from "../management/enrolment.js";
import { useManagement } from "../management/startManagement.js";
import { readConfiguration } from "../world/configurationFile.js";
import { EMPTY_READER } from "../world/emptyReader.js";
import { MemoryDisplay } from "../world/memoryDisplay.js";
import { WORLD_RULES } from "../world/monitoringRules.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { otherHost } from "../world/otherHost.js";
import { StateFolder } from "../world/stateFolder.js";
import { startTestTerminal } from "../world/testTerminal.js";
import type { Defect } from "./bundle.js";
import { RESTART, type SlotSettings } from "./slotSettings.js";
import { SlotFirmware } from "./slots.js";
import { slotStorage } from "./updateFolder.js";

/** Put in by `bundleTerminal`. */
declare const KASSA_VERSION: string;
declare const KASSA_DEFECT: Defect;

/** As a person could still read the last screen. */
const RESTART_MS = 200;

async function main({ state: folder, name, slot, bankPort, deskPort, supply }: SlotSettings): Promise<void> {
	if (KASSA_DEFECT === "crash") throw new Error("this image cannot start");
	const state = new StateFolder(folder);
	const Kind = KASSA_DEFECT === "selfCheck" ? SpoiledFirmware : SlotFirmware;
	const firmware = new Kind(slotStorage(state, name), slot, KASSA_VERSION, nodeCrypto, () => void end(RESTART));
	const { terminal, enrolled } = startTestTerminal({
		...{ state, name, bankPort, deskPort, firmware, supply, configuration: readConfiguration(state, undefined) },
		...{ host: otherHost(state, {}), monitoring: WORLD_RULES },
		...{ reader: EMPTY_READER, display: new MemoryDisplay() },
		log: { line: (source, text) => console.log(`${source} ${text}`) },
	});
	console.log(`version ${KASSA_VERSION} runs from slot ${slot}${firmware.isOnTrial ? " on trial" : ""}`);
	await enrolled;
	const management = await useManagement(state);
	await management.ask(enrolment(name, terminal.identity().publicKeys));
	let isEnding = false;
	async function end(status: number): Promise<void> {
		if (isEnding) return;
		isEnding = true;
		terminal.stop();
		await new Promise(resolve => setTimeout(resolve, RESTART_MS));
		process.exit(status);
	}
	process.stdin.on("end", () => void end(0)).resume();
	await terminal.run();
}

/** As if the image had changed after it was started: the self-check finds another one than was signed. */
class SpoiledFirmware extends SlotFirmware {
	#asked = false;

	override runningDigest(size: number): Uint8Array {
		const digest = super.runningDigest(size);
		const spoils = this.#asked;
		this.#asked = true;
		return spoils ? digest.map(byte => byte ^ 1) : digest;
	}
}

main(JSON.parse(process.argv[2]!) as SlotSettings).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : String(error));
	process.exit(1);
});
