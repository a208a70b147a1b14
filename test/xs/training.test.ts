import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { TrainingBench } from "../training/trainingBench.js";
import { runOnXs } from "./xsEngine.js";

test("a training sale on the XS engine ends as it does in Node", async () => {
	const expressions = ["prepare()", "sell()"];
	const [load, prepared, sold] = await runOnXs(new URL("trainingOnXs.ts", import.meta.url), expressions, {
		withHeap: true,
	});
	const inNode = new TrainingBench(nodeCrypto);
	const { outcome, reason, online, apdus } = await inNode.training.terminal.sale(1250);
	expect(prepared!.reply).toMatchObject({ files: expect.any(Number) });
	expect(sold!.reply).toEqual({ outcome, reason, online, apdus, screens: inNode.names });
	expect(outcome).toBe("approved");
	console.log(
		`XS: training: ${prepared!.compute} compute units to prepare, ${sold!.compute} for a sale; ` +
			`heap ${load!.heapBytes} loaded, ${prepared!.heapBytes} prepared, ${sold!.heapBytes} after the sale`,
	);
}, 120_000);
