import { readFileSync } from "node:fs";
import { Command } from "commander";
import type { Problem } from "../../src/bytes/shape.js";
import { lintHostProfile } from "../../src/host/profiles/lintHostProfile.js";
import { PROFILES } from "../../src/host/profiles/profiles.js";
import { UserError } from "../world/stateFolder.js";

/** `kassa profile`: what an acquirer's host expects, as data (docs/host-profiles.md). */
export function profileCommand(): Command {
	const names = Object.keys(PROFILES).join(", ");
	const profile = new Command("profile").description("look at host profiles, and find out what is wrong with one");
	profile
		.command("print")
		.description("print a profile as JSON, to be edited for an acquirer of one's own")
		.argument("<name>", `one of ${names}`)
		.action((name: string) => console.log(JSON.stringify(builtIn(name), null, "\t")));
	profile
		.command("lint")
		.description("name everything that is wrong with profiles, each with its place in the file")
		.argument("<file-or-name...>", `JSON files, or profiles of Kassa's own: ${names}`)
		.option("--json", 'print one JSON object for each: {"profile", "problems": [{"path", "problem"}]}')
		.addHelpText("after", "\nExit status: 0 nothing is wrong, 1 something is.")
		.action((given: readonly string[], { json = false }: { json?: boolean }) => {
			let count = 0;
			for (const name of given) {
				const problems = problemsOf(name);
				count += problems.length;
				if (json) console.log(JSON.stringify({ profile: name, problems }));
				else console.log(text(name, problems));
			}
			if (count) process.exitCode = 1;
		});
	return profile;
}

function problemsOf(name: string): readonly Problem[] {
	return lintHostProfile(Object.hasOwn(PROFILES, name) ? PROFILES[name] : parse(name));
}

function text(name: string, problems: readonly Problem[]): string {
	if (!problems.length) return `${name}: nothing is wrong`;
	return problems.map(({ path, problem }) => `${name}: ${path}: ${problem}`).join("\n");
}

function builtIn(name: string): unknown {
	if (Object.hasOwn(PROFILES, name)) return PROFILES[name];
	throw new UserError(`there is no profile "${name}": there are ${Object.keys(PROFILES).join(", ")}`);
}

/** @throws {UserError} in one sentence */
function parse(path: string): unknown {
	let content: string;
	try {
		content = readFileSync(path, "utf8");
	} catch {
		const names = Object.keys(PROFILES).join(", ");
		throw new UserError(`cannot read ${path}: give a JSON file or one of ${names}`);
	}
	try {
		return JSON.parse(content);
	} catch (error) {
		throw new UserError(`${path} is no JSON: ${error instanceof Error ? error.message : String(error)}`);
	}
}
