import { beforeAll, describe, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import type { Crypto, Entropy } from "../../src/ports.js";
import { Attendant } from "./attendant.js";
import type { BenchOptions } from "./bench.js";
import { BindWorld } from "./bindWorld.js";
import { refusedBy } from "./refusedCeremony.js";
import { makeSaleWorld } from "./saleWorld.js";

const CARD = "unionpay-online-pin";
let world: Omit<BenchOptions, "crypto">;
beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

/** A terminal that is sound until it breaks, and again when it is mended. */
class BreakableTerminal {
	readonly w: BindWorld;
	#broken: Partial<Crypto> = {};
	#hasNoise = true;

	constructor() {
		const of = <K extends "sha256" | "aesEcb">(name: K): Crypto[K] =>
			((...args: Parameters<Crypto[K]>) =>
				((this.#broken[name] ?? nodeCrypto[name]) as (...args: unknown[]) => unknown).call(
					nodeCrypto,
					...args,
				)) as Crypto[K];
		const terminalCrypto: Crypto = Object.assign(Object.create(nodeCrypto) as Crypto, {
			sha256: of("sha256"),
			aesEcb: of("aesEcb"),
		});
		const noise = new SeededRandom(8);
		const entropy: Entropy = {
			samples: count => (this.#hasNoise ? noise.samples(count) : new Uint8Array(count)),
		};
		this.w = new BindWorld(world, { bench: { terminalCrypto, entropy } });
		new Attendant(this.w.bench);
		void this.w.bench.terminal;
	}

	breakCrypto(broken: Partial<Crypto>): void {
		this.#broken = broken;
	}

	breakNoise(): void {
		this.#hasNoise = false;
	}

	/** From now on no more than this has room. */
	fillStorage(room = 0): void {
		const { disk } = this.w.bench;
		disk.capacityBytes = room + disk.names().reduce((sum, name) => sum + (disk.size(name) ?? 0), 0);
	}

	mend(): void {
		this.#broken = {};
		const { disk } = this.w.bench;
		disk.capacityBytes = Number.POSITIVE_INFINITY;
		disk.read = MemoryDisk.prototype.read;
		this.w.bench.removeCard();
	}
}

describe("before a bank is called, the self-test of the ceremony finds", () => {
	test.each<[string, (t: BreakableTerminal) => void, string]>([
		[
			"cryptography that computes wrongly",
			t => t.breakCrypto({ sha256: data => nodeCrypto.sha256(data).map(byte => byte ^ 1) }),
			"self-test: cryptography does not compute",
		],
		[
			"random numbers that repeat",
			t => t.breakCrypto({ aesEcb: (_key, data) => new Uint8Array(data.length) }),
			"self-test: random numbers repeat",
		],
		[
			"storage that forgets",
			t => {
				t.w.bench.disk.read = (_name, _offset, length) => new Uint8Array(length);
			},
			"self-test: the storage: does not keep what is written",
		],
		[
			"that the journal's reserve was given up, and has no room again",
			t => {
				t.w.bench.disk.remove("journal.reserve");
				t.fillStorage(20_000);
			},
			"self-test: journal: the storage is full",
		],
		["storage that is full", t => t.fillStorage(), "self-test: the storage: the storage is full"],
		["a clock that is not set", t => t.w.bench.clock.set(0), "self-test: the clock is not set"],
	])("%s", async (_what, breakIt, says) => {
		const t = new BreakableTerminal();
		let frames = 0;
		t.w.line.toDesk = frame => {
			frames++;
			return frame;
		};
		const now = t.w.bench.clock.now();
		const code = t.w.code();
		breakIt(t);
		const refused = await refusedBy(t.w, code);
		expect(refused).toMatchObject({ code: "selfTestFailed", reason: expect.stringContaining(says) });
		expect(frames).toBe(0);
		expect(t.w.bench.screenNames()).not.toContain("enterPasscode");
		t.mend();
		t.w.bench.clock.set(now);
		expect(await t.w.bench.terminal.bind(code)).toMatchObject({ done: true });
	});
});

test("with a noise source that has died no ceremony is begun", async () => {
	const t = new BreakableTerminal();
	let frames = 0;
	t.w.line.toDesk = frame => {
		frames++;
		return frame;
	};
	t.breakNoise();
	await expect(t.w.bench.terminal.bind(t.w.code())).rejects.toMatchObject({
		name: "EntropyError",
		message: "the source of random numbers has failed: do not use the terminal and have it repaired",
	});
	expect(frames).toBe(0);
	expect(t.w.bench.terminal.bindingProblem).toBe("notBound");
});
