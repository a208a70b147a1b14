import { beforeAll, describe, expect, test } from "vitest";
import type { Arrives } from "../../sim/world/memoryDisk.js";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import type { BindResult } from "../../src/flows/bind.js";
import type { HostSocket } from "../../src/ports.js";
import { Attendant } from "./attendant.js";
import type { BenchOptions } from "./bench.js";
import { BindWorld } from "./bindWorld.js";
import { makeSaleWorld } from "./saleWorld.js";

const CARD = "unionpay-online-pin";
let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

/** What becomes of the terminal's messages to the host, counted from 1 since the ceremony began. */
interface HostLine {
	lost?: { readonly at: number; readonly how: "unreachable" | "request" | "answer" };
}

/** A terminal that was bound, has sold and has settled, and is to be bound again. */
async function boundBefore(signsIn: boolean): Promise<{ w: BindWorld; code: string; before: string; host: HostLine }> {
	const w = new BindWorld(world, { bench: { signsIn } });
	const { bench } = w;
	const host: HostLine = {};
	bench.wrapSocket = socket => watched(socket, host);
	new Attendant(bench);
	expect(await bench.terminal.bind(w.code())).toMatchObject({ done: true });
	bench.removeCard();
	expect(await bench.sale(100)).toMatchObject({ outcome: "approved" });
	bench.removeCard();
	expect(await bench.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
	return { w, host, code: w.code(), before: bench.terminal.binding.certificate!.subject };
}

function watched(socket: HostSocket, host: HostLine): HostSocket {
	return {
		async connect(timeoutMs) {
			const how = host.lost?.at === 1 ? host.lost.how : undefined;
			if (host.lost) host.lost = { ...host.lost, at: host.lost.at - 1 };
			if (how === "unreachable") throw new Error("the line is down");
			const connection = await socket.connect(timeoutMs);
			return {
				send: async bytes => {
					if (how !== "request") await connection.send(bytes);
				},
				receive: async timeoutMs => (how === undefined ? connection.receive(timeoutMs) : undefined),
				close: () => connection.close(),
			};
		},
	};
}

/** The terminal starts, and sells at once by the old binding or the new one; nothing is owed. */
async function sellsAfter({ bench, registry }: BindWorld, before: string, what: string): Promise<"old" | "new"> {
	bench.restart();
	new Attendant(bench);
	expect(bench.terminal.bindingProblem, what).toBeUndefined();
	const result = await bench.sale(200);
	expect(result, what).toMatchObject({ outcome: "approved", online: true });
	expect(bench.terminal.journal.owed(), what).toEqual([]);
	const { subject } = bench.terminal.binding.certificate!;
	expect(registry.active(TEST_TERMINAL_IDS.commandLine)?.bindingNumber, what).toBe(subject);
	return subject === before ? "old" : "new";
}

describe.each([
	["that come with the binding", false],
	["that come with the sign-in alone", true],
])("a terminal with work keys %s is bound again", (_name, signsIn) => {
	test.each<[string, Arrives]>([
		["before it is on the medium", () => 0],
		["when it is on the medium", unflushed => unflushed],
	])(
		"and the power is cut at every write, %s: the old binding or the new one, and the next sale is approved",
		async (_when, arrives) => {
			const bindings = new Set<string>();
			for (let writes = 0; ; writes++) {
				const { w, code, before } = await boundBefore(signsIn);
				w.bench.disk.cutAfter(writes, arrives);
				const result: BindResult | undefined = await w.bench.terminal.bind(code).catch(() => undefined);
				bindings.add(await sellsAfter(w, before, `cut after ${writes} writes`));
				if (!result?.done) continue;
				expect(writes).toBeGreaterThan(10);
				break;
			}
			expect([...bindings].sort()).toEqual(["new", "old"]);
		},
		300_000,
	);

	test.each(["toDesk", "toTerminal"] as const)(
		"and any frame %s is lost: the old binding or the new one, and the next sale is approved",
		async way => {
			const bindings: string[] = [];
			for (let lost = 1; ; lost++) {
				const { w, code, before } = await boundBefore(signsIn);
				let count = 0;
				w.line[way] = frame => (++count === lost ? undefined : frame);
				const { done } = await w.bench.terminal.bind(code);
				delete w.line[way];
				bindings.push(await sellsAfter(w, before, `frame ${lost}`));
				if (done) break;
			}
			expect(bindings).toEqual(["old", "old", "new", "new", "new"]); // two conversations of two frames, then none lost
		},
		120_000,
	);

	test.each(["unreachable", "request", "answer"] as const)(
		"and its sign-in fails (%s): bound, and the next sale is approved, without a start and after one",
		async how => {
			for (const starts of [false, true]) {
				const { w, code, host } = await boundBefore(signsIn);
				const { bench } = w;
				host.lost = { at: 1, how };
				const result = await bench.terminal.bind(code);
				expect(result).toMatchObject({ done: true });
				expect(result.reason).toContain("not signed in");
				bench.removeCard();
				if (starts) {
					bench.restart();
					new Attendant(bench);
				}
				expect(await bench.sale(200)).toMatchObject({ outcome: "approved", online: true });
				expect(bench.terminal.journal.owed()).toEqual([]);
			}
		},
	);
});
