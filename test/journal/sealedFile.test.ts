import { beforeEach, expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { SealedFile } from "../../src/journal/sealedFile.js";
import { testSeal } from "./testEntries.js";

let storage: MemoryDisk;
let file: SealedFile<{ readonly count: number }>;
const contents = (name: string) => storage.read(name, 0, storage.size(name)!);

beforeEach(() => {
	storage = new MemoryDisk();
	file = new SealedFile({ storage, seal: testSeal() }, "counts");
});

test("what was written is read, also after a restart; nothing before, nothing after it was removed", () => {
	expect(file.read()).toBeUndefined();
	file.write({ count: 3 });
	storage.restart();
	expect(file.read()).toEqual({ count: 3 });
	file.remove();
	expect(file.read()).toBeUndefined();
	file.remove(); // nothing to do
});

test("any byte changed, or the file shortened, does not open", () => {
	file.write({ count: 3 });
	const whole = contents("counts");
	for (let at = 0; at < whole.length; at++) {
		const changed = whole.slice();
		changed[at]! ^= 1;
		storage.replace("counts", changed);
		expect(file.read(), `byte ${at}`).toBe("damaged");
		storage.replace("counts", whole.slice(0, at));
		expect(file.read(), `${at} bytes`).toBe("damaged");
	}
});

test("a file of another name, or what else the device has sealed, opens in no other place", () => {
	const seal = testSeal();
	new SealedFile({ storage, seal }, "others").write({ count: 4 });
	storage.replace("counts", contents("others"));
	expect(file.read()).toBe("damaged");
	for (const plain of [asciiBytes("counts"), Uint8Array.of(0xa0), Uint8Array.of(0x82, 1, 2)]) {
		storage.replace("counts", seal.close(plain));
		expect(file.read()).toBe("damaged");
	}
});

test("the power is cut at any byte of a write: the old value or the new one", () => {
	file.write({ count: 1 });
	storage.cutAfter(0, () => 0);
	expect(() => file.write({ count: 2 })).toThrow();
	storage.restart();
	expect(file.read()).toEqual({ count: 1 });
});
