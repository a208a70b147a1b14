import { expect, test } from "vitest";
import { type TamperLine, TamperLines } from "../../src/platform/tamper.js";

const line = (cause: TamperLine["cause"]) => ({
	cause,
	isAlarmed: false,
	onEdge: undefined as (() => void) | undefined,
});

test("the first edge is told at once, with the cause of its line", () => {
	const [lid, mesh] = [line("case"), line("mesh")];
	const tamper = new TamperLines([lid, mesh]);
	const told: string[] = [];
	tamper.onTamper = cause => told.push(cause);
	expect(tamper.cause).toBeUndefined();
	mesh.onEdge?.();
	expect(told).toEqual(["mesh"]);
});

test("a line that was alarmed stays so although it is quiet again", () => {
	const lid = line("case");
	const tamper = new TamperLines([lid]);
	lid.onEdge?.();
	expect(tamper.cause).toBe("case");
});

test("a line that is open at the start is seen without an edge", () => {
	expect(new TamperLines([line("mesh"), { ...line("case"), isAlarmed: true }]).cause).toBe("case");
	expect(new TamperLines([]).cause).toBeUndefined();
});
