import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { StateFolder } from "../world/stateFolder.js";
import { RESTART, type SlotSettings } from "./slotSettings.js";
import { chooseSlot, readBoot, slotFile } from "./slots.js";
import { slotStorage } from "./updateFolder.js";

/** As a board's watchdog: an image on trial that is still not confirmed then hangs. */
const MOST_TRIAL_MS = 15 * 60_000;

/** The boot loader and the power switch of a terminal that runs from its slots. */
export interface LaunchedSlots {
	/** Resolves with the exit status of the image that ended by itself, 0 after `stop`. */
	readonly ended: Promise<number>;
	/** Switches the terminal off in order. */
	stop(): void;
}

/**
 * Starts the image of the slot whose turn it is, and another one each time that one wants to start again or fails on trial.
 * @param onLine called with each line that the terminal prints
 */
export function launchSlots(
	state: StateFolder,
	settings: Omit<SlotSettings, "state" | "slot">,
	onLine: (text: string) => void,
): LaunchedSlots {
	const { name } = settings;
	const storage = slotStorage(state, name);
	/** The image has not confirmed itself. */
	const isTried = () => readBoot(storage).trial === "started";
	let isStopped = false;
	let switchOff = () => {};
	const start = async (): Promise<number> => {
		while (!isStopped) {
			const { slot, isOnTrial } = chooseSlot(storage);
			const file = state.at("firmware", name, slotFile(slot));
			const told = JSON.stringify({ ...settings, state: state.path, slot });
			const child = spawn(process.execPath, [file, told], { stdio: ["pipe", "pipe", "pipe"] });
			child.stdin.on("error", () => {});
			switchOff = () => child.stdin.end();
			for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", onLine);
			const watchdog = isOnTrial ? setTimeout(() => isTried() && child.kill("SIGKILL"), MOST_TRIAL_MS) : undefined;
			const status = await new Promise<number>(resolve => child.once("close", code => resolve(code ?? 1)));
			clearTimeout(watchdog);
			if (isStopped) break;
			if (status !== RESTART && !isTried()) return status;
			if (status !== RESTART) onLine(`the image on trial ended with status ${status}`);
		}
		return 0;
	};
	return {
		ended: start(),
		stop() {
			isStopped = true;
			switchOff();
		},
	};
}
