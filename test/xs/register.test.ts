import { expect, test } from "vitest";
import { makeSaleWorld } from "../flows/saleWorld.js";
import { violations } from "../register/registerSchema.js";
import { runOnXs } from "./xsEngine.js";

test("a cash register at a terminal on the XS engine: order, wait, ask again, and every message as the schema has it", async () => {
	const { "unionpay-debit": world } = await makeSaleWorld("unionpay-debit");
	const start = { id: 1, request: "start", key: "order-0001", order: { operation: "sale", amountMinor: 1234 } };
	const lines = [
		start,
		{ id: 2, request: "transaction", key: "order-0001", waitSeconds: 60 },
		{ ...start, id: 3 },
		{ ...start, id: 4, order: { operation: "cash", amountMinor: 1234 } },
		{ id: 5, request: "status" },
		{ id: 6, request: "cancel" },
	].map(line => JSON.stringify(line));
	const input = JSON.stringify({ ...world, lines });
	const [, run] = await runOnXs(new URL("registerOnXs.ts", import.meta.url), [`main(${input})`]);
	const reply = run!.reply as { answers: object[]; events: object[]; balanceMinor: number; error?: string };
	expect(reply.error).toBeUndefined();
	expect(reply.answers).toMatchObject([
		{ id: 1, status: 202, body: { status: "underWay" } },
		{ id: 2, status: 200, body: { status: "approved", amountMinor: 1234 } },
		{ id: 3, status: 200, body: { status: "approved" } },
		{ id: 4, status: 409, body: { code: "otherOrder" } },
		{ id: 5, status: 200, body: { state: "idle" } },
		{ id: 6, status: 400, body: { code: "badRequest" } },
	]);
	expect(reply.balanceMinor).toBe(1234);
	expect(reply.answers.map(answer => violations("answer", answer)).filter(Boolean)).toEqual([]);
	expect(reply.events.length).toBeGreaterThan(8);
	expect(reply.events.map(event => violations("event", event)).filter(Boolean)).toEqual([]);
}, 120_000);
