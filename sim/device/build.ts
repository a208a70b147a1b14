import { spawn } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type StateFolder, UserError } from "../world/stateFolder.js";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** What mcconfig and mcsim need in their environment. */
export interface Sdk {
	readonly environment: NodeJS.ProcessEnv;
}

/** @throws {UserError} when MODDABLE does not point to a built SDK */
export function findSdk(): Sdk {
	const { MODDABLE } = process.env;
	if (!MODDABLE)
		throw new UserError("MODDABLE is not set: point it to a Moddable SDK 8.2.x with its Linux tools built");
	const tools = join(MODDABLE, "build/bin/lin/release");
	for (const tool of ["mcconfig", "mcsim"])
		if (!existsSync(join(tools, tool)))
			throw new UserError(`${join(tools, tool)} is missing: build the Linux tools of the Moddable SDK`);
	const path = [tools, join(ROOT, "node_modules/.bin"), process.env.PATH].join(delimiter);
	return { environment: { ...process.env, PATH: path } };
}

/**
 * Builds the firmware for the desktop simulator into the state folder, where the app also finds its files.
 * @returns the app, for mcsim
 * @throws {UserError} with mcconfig's own words when it fails
 */
export async function buildApp(state: StateFolder, sdk: Sdk): Promise<string> {
	const folder = resolve(state.at("desktop"));
	mkdirSync(folder, { recursive: true });
	state.writeJson("desktop/manifest.json", {
		include: join(ROOT, "manifest.json"),
		config: { files: `${resolve(state.path)}/` },
	});
	const { code, output } = await run(
		"mcconfig",
		["-d", "-m", "-p", "lin", "-t", "build", "-o", folder, join(folder, "manifest.json")],
		sdk,
	);
	if (code !== 0) throw new UserError(`mcconfig failed:\n${output.split("\n").slice(-30).join("\n")}`);
	return join(folder, "bin/lin/mc/debug/kassa/mc.so");
}

function run(command: string, args: readonly string[], { environment }: Sdk) {
	return new Promise<{ code: number | null; output: string }>((done, failed) => {
		const child = spawn(command, args, { env: environment, stdio: ["ignore", "pipe", "pipe"] });
		let output = "";
		const collect = (bytes: Buffer) => {
			output += bytes.toString();
		};
		child.stdout.on("data", collect);
		child.stderr.on("data", collect);
		child.once("error", failed);
		child.once("close", code => done({ code, output }));
	});
}
