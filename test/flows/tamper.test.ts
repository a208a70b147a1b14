import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

let options: BenchOptions;

beforeAll(async () => {
	const world = await makeSaleWorld("cda");
	options = { ...world.cda!, crypto: nodeCrypto };
});

const ERASED = "the keys were erased: have the terminal bound to its bank again";

// [KEY-STO-04]
test("a terminal that was opened sells nothing, says so, and goes on saying so after a restart", async () => {
	const b = new SaleBench(options);
	expect((await b.sale(1_000)).outcome).toBe("approved");
	b.tamper.open();
	expect(b.screenNames().at(-1)).toBe("tampered");
	await expect(b.sale(1_000)).rejects.toThrow(ERASED);
	b.restart();
	await expect(b.sale(1_000)).rejects.toThrow(ERASED);
	expect(b.log.filter(each => each.includes("all keys were erased"))).toEqual(["terminal all keys were erased: case"]);
	expect(b.entries.filter(({ type }) => type === "opened")).toHaveLength(1);
});

test("while it waits for persons the display shows it, and keys do nothing", async () => {
	const b = new SaleBench(options);
	const running = b.terminal.run();
	await Promise.resolve();
	b.tamper.open("mesh");
	for (const key of ["1", "0", "enter"] as const) b.pressKey(key);
	for (let n = 0; n < 5; n++) {
		b.clock.advance(20_000);
		await new Promise(done => setTimeout(done, 0));
	}
	expect(b.screenNames().at(-1)).toBe("tampered");
	expect(
		b
			.screenNames()
			.slice(b.screenNames().indexOf("tampered"))
			.every(name => name === "tampered"),
	).toBe(true);
	b.terminal.stop();
	b.clock.advance(20_000);
	await running;
});

// [KEY-STO-04]
describe("in the middle of a sale", () => {
	test.each(["insertCard", "enterPin", "contactingBank"])("at %s: no more PIN, no message, no approval", async name => {
		const b = new SaleBench(options);
		let messages = 0;
		const requests = () => b.books.nextReference();
		b.onScreen = screen => {
			if (screen.name !== name || b.tamper.cause) return;
			messages = requests();
			b.tamper.open();
		};
		await expect(b.sale(1_000)).rejects.toThrow(ERASED);
		expect(b.tamper.cause).toBe("case");
		expect(b.screenNames().at(-1)).toBe("tampered");
		expect(requests()).toBe(messages);
	});
});
