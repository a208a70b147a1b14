/** Starts one of the simulator's programs: `node sim/launch/run.mjs start|kassa|bank|management [ARGUMENT…]`. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundledPrograms, PROGRAMS } from "./bundle.mjs";

const [name = ""] = process.argv.splice(2, 1);
if (!Object.hasOwn(PROGRAMS, name)) {
	console.error(`no program ${name}: there are ${Object.keys(PROGRAMS).join(", ")}`);
	process.exit(1);
}
// Reading the maps takes longer than most commands do.
if (process.env.KASSA_DEBUG) process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(await bundledPrograms(), `${name}.mjs`)).href);
