// Runs one bundle on the XS engine, in a process of its own because @endo/init freezes the whole realm.
// usage: node engine.mjs BUNDLE INPUT.json; prints {"load": units, "run": units, "reply": …} in XS compute units.
import "@endo/init";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import { xsnap } from "@agoric/xsnap";
import tmp from "tmp";

const [, , bundle, input] = process.argv;
let reply;
const worker = await xsnap({
	os: os.type(),
	spawn,
	fs: { ...fs, tmpName: tmp.tmpName },
	name: "kassa",
	stdout: "inherit",
	stderr: "inherit",
	meteringLimit: 0,
	handleCommand: async message => {
		reply = JSON.parse(new TextDecoder().decode(message));
		return new Uint8Array();
	},
});
const load = await worker.evaluate(readFileSync(bundle, "utf8"));
const run = await worker.evaluate(`main(${readFileSync(input, "utf8")})`);
await worker.close();
console.log(JSON.stringify({ load: load.meterUsage.compute, run: run.meterUsage.compute, reply }));
