import type { Log } from "../ports.js";

/** To the debugger's console; a release build leaves `trace` without effect. */
export const traceLog: Log = Object.freeze<Log>({
	line: (source, text) => trace(`${source.padEnd(8)} ${text}\n`),
});
