import { runKassa } from "./cli/program.js";

/** The `kassa` command. */
await runKassa(process.argv.slice(2));
