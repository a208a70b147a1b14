import { readFileSync } from "node:fs";
import { Command, InvalidArgumentError, Option } from "commander";
import { BindingError } from "../../src/binding/bindingError.js";
import { formatHex } from "../../src/bytes/hex.js";
import { FIRMWARE_VERSION } from "../../src/update/firmwareVersion.js";
import { makeUpdate } from "../../src/update/makeUpdate.js";
import { isVersion } from "../../src/update/manifest.js";
import { useManagement } from "../management/startManagement.js";
import { bundleTerminal, DEFECTS, type Defect } from "../update/bundle.js";
import { launchSlots } from "../update/launchSlots.js";
import { hasSlots, manufactureSlots, readBoot, type Slot, slotFile } from "../update/slots.js";
import {
	encodeUpdateFile,
	PRODUCT,
	readUpdateFile,
	shelve,
	slotStorage,
	TARGET,
	updateName,
	updateSigner,
} from "../update/updateFolder.js";
import { TEST_TERMINAL_IDS, type TestTerminal } from "../world/merchant.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { otherHost } from "../world/otherHost.js";
import { useTestBank } from "../world/runningBank.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { askManagement } from "./askManagement.js";
import { stateOption, terminalOption, waitOption, wholeNumber } from "./options.js";
import { writeOut } from "./writeOut.js";

const URGENCIES = ["available", "required", "required-for-offline", "random"] as const;

interface MakeOptions {
	readonly version: string;
	readonly counter: number;
	readonly minimum: string;
	readonly days: number;
	readonly urgency: (typeof URGENCIES)[number];
	readonly within: number;
	readonly notes: string;
	readonly out?: string;
	readonly state: string;
}

interface TerminalOptions {
	readonly terminal: TestTerminal;
	readonly state: string;
	readonly wait: number;
	readonly json?: boolean;
	readonly battery?: number;
}

const HOUR = 3_600;
const CHUNK_SIZE = 12_288;

/** `kassa update`: makes firmware, signs it, offers it to a terminal, and runs a terminal that takes it. */
export function updateCommand(): Command {
	const update = new Command("update").description("make, sign, offer and run firmware of the simulated terminal");
	update
		.command("bundle")
		.description("make an image of the terminal as the sources are now")
		.argument("<file>", "where to write it")
		.requiredOption("--version <x.y.z>", "that it says it has", parseVersion)
		.addOption(new Option("--defect <kind>", "what it does wrong").choices(DEFECTS).default("none"))
		.action(async (file: string, { version, defect }: { readonly version: string; readonly defect: Defect }) => {
			const image = await bundleTerminal(version, defect);
			writeOut(file, image);
			console.log(`${file}: version ${version}, ${image.length} bytes`);
		});
	update
		.command("make")
		.description("sign an image with the test bank's update key")
		.argument("<image>", "file of `kassa update bundle`")
		.requiredOption("--version <x.y.z>", "of the image", parseVersion)
		.option("--counter <n>", "rollback counter: a terminal never goes below one it has had", wholeNumber(1, 1e9), 1)
		.option("--minimum <x.y.z>", "version that must run before", parseVersion, "0.0.0")
		.option("--days <n>", "how long the update may be installed", wholeNumber(1, 3_650), 30)
		.addOption(new Option("--urgency <kind>", "what it is to be").choices(URGENCIES).default("available"))
		.option("--within <hours>", "by when it must run, unless it is only available", wholeNumber(0, 8_760), 72)
		.option("--notes <text>", "one line for people", "no notes")
		.option("--out <file>", "where to write it; IMAGE.update unless given")
		.addOption(stateOption())
		.action(make);
	const ofTerminal = (name: string, description: string) =>
		update
			.command(name)
			.description(description)
			.addOption(terminalOption("which terminal"))
			.addOption(waitOption())
			.option("--json", "print JSON")
			.addOption(stateOption());
	ofTerminal("offer", "have the bank offer an update to a terminal, which fetches it")
		.argument("<file>", "of `kassa update make`")
		.action((file: string, o: TerminalOptions) => offer(file, o));
	ofTerminal("withdraw", "offer nothing any more").action((o: TerminalOptions) => offer(undefined, o));
	ofTerminal("status", "what lies in the slots of a terminal, and what it has told the bank").action(status);
	update
		.command("run")
		.description(
			"run a terminal from its slots until Ctrl-C: it starts again with new firmware, and back if that fails",
		)
		.addOption(terminalOption("which terminal"))
		.option("--battery <percent>", "it runs on a battery, not charging", wholeNumber(0, 100))
		.addOption(stateOption())
		.action(run);
	return update;
}

async function make(imageFile: string, o: MakeOptions): Promise<void> {
	const state = await world(o.state);
	const image = readImage(imageFile);
	const kinds = URGENCIES.filter(each => each !== "random");
	const urgency = o.urgency === "random" ? kinds[Math.floor(Math.random() * kinds.length)]! : o.urgency;
	const issuedAt = Math.floor(Date.now() / 1000);
	const terms = {
		...{ product: PRODUCT, target: TARGET, version: o.version, rollbackCounter: o.counter, minimumVersion: o.minimum },
		...{ chunkSize: CHUNK_SIZE, issuedAt, validUntil: issuedAt + o.days * 24 * HOUR, notes: o.notes },
		...(urgency !== "available" && { requiredBy: issuedAt + o.within * HOUR }),
		requiredForOffline: urgency === "required-for-offline",
	};
	try {
		const manifest = makeUpdate(nodeCrypto, image, terms, updateSigner(state));
		const out = o.out ?? `${imageFile}.update`;
		writeOut(out, encodeUpdateFile({ manifest, image }));
		console.log(`${out}: version ${o.version}, counter ${o.counter}, ${urgency}, ${image.length} bytes`);
	} catch (error) {
		if (error instanceof BindingError || error instanceof TypeError) throw new UserError(error.message);
		throw error;
	}
}

function readImage(file: string): Uint8Array {
	try {
		return new Uint8Array(readFileSync(file));
	} catch {
		throw new UserError(`cannot read ${file}: name an image, a file of \`kassa update bundle\``);
	}
}

async function offer(
	file: string | undefined,
	{ terminal, wait, json, state: folder }: TerminalOptions,
): Promise<void> {
	const state = await world(folder);
	const update = file === undefined ? undefined : readUpdateFile(state, file);
	if (update) shelve(state, update);
	const manifest = update && { manifest: formatHex(update.manifest) };
	const told = await askManagement(state, { offer: TEST_TERMINAL_IDS[terminal], ...manifest, waitMs: wait * 1_000 });
	const answer = told.answer as { readonly done: boolean; readonly reason: string } | null;
	if (answer?.done !== true) process.exitCode = 2;
	const reason = answer?.reason ?? "no answer yet: the terminal hears of it when it connects";
	console.log(json ? JSON.stringify({ done: answer?.done ?? false, reason }) : reason);
}

async function status({ terminal, json, state: folder }: TerminalOptions): Promise<void> {
	const state = await world(folder);
	const storage = slotStorage(state, terminal);
	const boot = hasSlots(storage) ? readBoot(storage) : undefined;
	const slots = (["a", "b"] as const).flatMap(slot => {
		const size = storage.size(slotFile(slot));
		return size === undefined ? [] : [{ slot, bytes: size, version: versionIn(state, terminal, slot) }];
	});
	const { statuses } = await askManagement(state, { statuses: true });
	const told = (statuses as readonly Told[]).find(each => each.terminal === TEST_TERMINAL_IDS[terminal]);
	const alerts = (told?.alerts ?? []).filter(({ alert }) => alert === "updateFailed").map(({ text }) => text);
	const firmware = told?.firmware;
	if (json) {
		console.log(JSON.stringify({ boot, slots, online: told?.online ?? false, firmware, alerts }));
		return;
	}
	if (!boot) console.log("this terminal has no slots yet: `kassa update run` makes them");
	for (const { slot, bytes, version } of slots) {
		const trial = boot?.trial === "started" ? "on trial" : boot?.trial === "next" ? "to be tried" : undefined;
		const state = slot === boot?.active ? "active" : (trial ?? (boot?.fellBack ? "failed" : "waits"));
		console.log(`slot ${slot}: ${version ?? "not signed"}, ${bytes} bytes, ${state}`);
	}
	console.log(told ? `${told.online ? "online" : "offline"}, says it runs ${firmware}` : "never connected to the bank");
	for (const text of alerts) console.log(`alert: ${text}`);
}

interface Told {
	readonly terminal: string;
	readonly online: boolean;
	readonly firmware?: string;
	readonly alerts: readonly { readonly alert: string; readonly text: string }[];
}

/** Version of the update that a slot's image is of; undefined for one from manufacture, or that is not whole. */
function versionIn(state: StateFolder, terminal: TestTerminal, slot: Slot): string | undefined {
	const storage = slotStorage(state, terminal);
	const name = updateName(nodeCrypto.sha256(storage.read(slotFile(slot), 0, storage.size(slotFile(slot))!)));
	return state.has(name) ? readUpdateFile(state, state.at(name)).claims.version : undefined;
}

async function run({ terminal: name, state: folder, battery }: TerminalOptions): Promise<void> {
	const state = new StateFolder(folder);
	const isElsewhere = otherHost(state, {}) !== undefined;
	await openTestWorld(state, false, undefined, [name]);
	const storage = slotStorage(state, name);
	if (!hasSlots(storage)) manufactureSlots(storage, await bundleTerminal(FIRMWARE_VERSION));
	const bank = isElsewhere ? undefined : await useTestBank(state);
	try {
		const management = await useManagement(state);
		try {
			const supply = battery === undefined ? undefined : { percent: battery, isCharging: false };
			const settings = { name, bankPort: bank?.port ?? 0, deskPort: bank?.deskPort, supply };
			const launched = launchSlots(state, settings, text => console.log(text));
			process.once("SIGINT", launched.stop);
			process.once("SIGTERM", launched.stop);
			process.exitCode = await launched.ended;
		} finally {
			await management.leave();
		}
	} finally {
		await bank?.leave();
	}
}

function parseVersion(text: string): string {
	if (isVersion(text)) return text;
	throw new InvalidArgumentError("it is three numbers with dots between, such as 1.2.0.");
}

async function world(folder: string): Promise<StateFolder> {
	const state = new StateFolder(folder);
	await openTestWorld(state, false);
	return state;
}
