import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SaleBench } from "../flows/bench.js";
import { makeSaleWorld } from "../flows/saleWorld.js";
import { runOnXs } from "./xsEngine.js";

test("the same sale on the XS engine ends as it does in Node", async () => {
	const { "unionpay-debit": world } = await makeSaleWorld("unionpay-debit");
	const amountMinor = 1234;
	const input = JSON.stringify({ ...world, amountMinor });
	const [load, run] = await runOnXs(new URL("saleOnXs.ts", import.meta.url), [`main(${input})`]);
	const reply = run!.reply as { result: object; received: string[]; balanceMinor: number };

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
	expect(run!.compute).toBeGreaterThan(0);
	console.log(
		`XS: a whole sale with card and bank in JavaScript: ${run!.compute} compute units, ${load!.compute} to load`,
	);
}, 120_000);
