// Loads a bundle and evaluates expressions one after another on the XS engine, in a process of its own because @endo/init freezes
// the whole realm. usage: node engine.mjs BUNDLE [heap] < EXPRESSIONS (JSON list); prints a JSON list of what the
// bundle and then each expression used; with "heap" it also collects garbage after each and adds "heapBytes", what is left:
// {"compute": XS compute units, "slots": slots of the heap in use after it, "allocated": bytes asked from the system, "reply"}.
import "@endo/init";
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import fs from "node:fs/promises";
import os from "node:os";
import { xsnap } from "@agoric/xsnap";
import tmp from "tmp";

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

/** A snapshot holds the slots and chunks that are alive, and nothing else that changes. */
async function heapSize() {
	await worker.evaluate("gc()");
	let length = 0;
	for await (const part of worker.makeSnapshotStream()) length += part.length;
	return length;
}

const used = [];
for (const expression of [readFileSync(process.argv[2], "utf8"), ...JSON.parse(readFileSync(0, "utf8"))]) {
	reply = undefined;
	const { compute, allocate, currentHeapCount } = (await worker.evaluate(expression)).meterUsage;
	const heapBytes = process.argv[3] === "heap" ? await heapSize() : undefined;
	used.push({ compute, slots: currentHeapCount, allocated: allocate, heapBytes, reply });
}
await worker.close();
console.log(JSON.stringify(used));
