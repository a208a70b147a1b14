import { execFileSync } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SaleBench } from "../flows/bench.js";
import { makeSaleWorld } from "../flows/saleWorld.js";

const ENTRY = new URL("saleOnXs.ts", import.meta.url).pathname;
const NO_CRYPTO = new URL("noCrypto.ts", import.meta.url).pathname;
const ENGINE = new URL("engine.mjs", import.meta.url).pathname;

test("the same sale on the XS engine ends as it does in Node", async () => {
	const { "unionpay-debit": world } = await makeSaleWorld("unionpay-debit");
	const amountMinor = 1234;
	const folder = mkdtempSync(join(tmpdir(), "kassa-xs-"));
	const bundle = join(folder, "sale.js");
	// es2021: XS 13 refuses a class whose static field makes the class itself while it has instance fields.
	await build({
		entryPoints: [ENTRY],
		outfile: bundle,
		bundle: true,
		format: "iife",
		target: "es2021",
		platform: "neutral",
		mainFields: ["module", "main"],
		alias: { crypto: NO_CRYPTO },
		logLevel: "error",
	});
	const input = JSON.stringify([`main(${JSON.stringify({ ...world, amountMinor })})`]);
	const output = execFileSync(process.execPath, [ENGINE, bundle], { encoding: "utf8", input });
	const [{ compute: load }, { compute: run, reply }] = JSON.parse(output);

	const inNode = new SaleBench({ ...world!, crypto: nodeCrypto });
	const expected = await inNode.sale(amountMinor);
	expect(reply).toMatchObject({
		result: {
			outcome: "approved",
			reason: "bank and card approved",
			online: true,
			tvr: "0008008000",
			tsi: "F800",
			cvmResults: "440302",
		},
	});
	expect(reply.received).toEqual(["0200"]);
	expect(reply.balanceMinor).toBe(amountMinor);
	expect(reply.result).toMatchObject({
		outcome: expected.outcome,
		apdus: expected.apdus,
		bytesToCard: expected.bytesToCard,
		bytesFromCard: expected.bytesFromCard,
	});
	expect(run).toBeGreaterThan(0);
	console.log(`XS: a whole sale with card and bank in JavaScript: ${run} compute units, ${load} to load`);
}, 120_000);
