import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { xor } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { KeyComponents } from "../../src/keys/keyComponents.js";
import { KeyError } from "../../src/keys/keyError.js";
import { openSlots } from "./testKeys.js";

const FIRST = parseHex("0123456789ABCDEF1122334455667788");
const SECOND = parseHex("8F7E6D5C4B3A29180123456789ABCDE0");
const WHOLE = xor(FIRST, SECOND);
const MASTER = { slot: "master", algorithm: "T", length: 16 } as const;

const open = () => {
	const opened = openSlots();
	return { ...opened, loading: new KeyComponents(opened.slots, nodeCrypto, MASTER) };
};

// [KEY-STO-05]
test.each([
	[MASTER, "K0"],
	[{ slot: "kbpk", algorithm: "A", length: 16 }, "K1"],
] as const)("two persons bring %j: each sees the check value of theirs, both that of the whole", (key, usage) => {
	const { slots } = openSlots();
	const loading = new KeyComponents(slots, nodeCrypto, key);
	const typed = FIRST.slice();
	expect(loading.enter("anna", typed)).toEqual(keyCheckValue(nodeCrypto, key.algorithm, FIRST));
	expect(typed).toEqual(new Uint8Array(16));
	expect(() => loading.kcv()).toThrow("at least two components");
	expect(loading.enter("bo", SECOND.slice())).toEqual(keyCheckValue(nodeCrypto, key.algorithm, SECOND));
	expect(slots.has(key.slot)).toBe(false);
	const kcv = loading.kcv();
	expect(kcv).toEqual(keyCheckValue(nodeCrypto, key.algorithm, WHOLE));
	loading.commit(kcv);
	expect(slots.use(key.slot, usage, "D", each => formatHex(each))).toBe(formatHex(WHOLE));
});

// [KEY-STO-05]
describe("refused with one sentence, and the others' components stay:", () => {
	test.each<[string, string, Uint8Array, string]>([
		["the same person twice", "anna", SECOND, "each component must come from another person"],
		["the same component twice", "bo", FIRST, "two components are the same"],
		["too short", "bo", SECOND.slice(1), "a component has 32 digits"],
		["zeros", "bo", new Uint8Array(16), "this is no random component"],
	])("%s", (_name, custodian, component, message) => {
		const { loading } = open();
		loading.enter("anna", FIRST.slice());
		const typed = component.slice();
		expect(() => loading.enter(custodian, typed)).toThrow(message);
		expect(
			typed.every(byte => byte === 0),
			"wiped all the same",
		).toBe(true);
		loading.enter("cy", SECOND.slice());
		loading.commit(keyCheckValue(nodeCrypto, "T", WHOLE));
	});
});

describe("nothing is stored, and all starts anew:", () => {
	test("a check value of the whole that differs", () => {
		const { loading, slots } = open();
		loading.enter("anna", FIRST.slice());
		loading.enter("bo", SECOND.slice());
		expect(() => loading.commit(parseHex("000000"))).toThrow("start again with the first component");
		expect(() => loading.commit(keyCheckValue(nodeCrypto, "T", WHOLE))).toThrow("the loading has ended");
		expect(slots.has("master")).toBe(false);
	});

	// [KEY-STO-05]
	test("a commit after one component", () => {
		const { loading, slots } = open();
		loading.enter("anna", FIRST.slice());
		expect(() => loading.commit(keyCheckValue(nodeCrypto, "T", FIRST))).toThrow("at least two components");
		expect(slots.has("master")).toBe(false);
	});

	test("halves that turn out equal", () => {
		const { loading, slots } = open();
		const mask = parseHex("00112233445566770011223344556677");
		loading.enter("anna", FIRST.slice());
		loading.enter("bo", xor(FIRST, mask));
		expect(() => loading.commit(keyCheckValue(nodeCrypto, "T", mask))).toThrow("parts of the key are the same");
		expect(slots.has("master")).toBe(false);
	});

	test("abandoned, or the keys erased meanwhile", () => {
		const { loading, slots } = open();
		loading.enter("anna", FIRST.slice());
		loading.abandon();
		expect(() => loading.enter("bo", SECOND.slice())).toThrow("the loading has ended");
		const other = new KeyComponents(slots, nodeCrypto, MASTER);
		other.enter("anna", FIRST.slice());
		slots.zeroise({ cause: "case", at: 0 });
		other.enter("bo", SECOND.slice());
		expect(() => other.commit(keyCheckValue(nodeCrypto, "T", SECOND))).toThrow("the keys were erased");
	});
});

test("a length that the algorithm does not have", () => {
	expect(() => new KeyComponents(openSlots().slots, nodeCrypto, { ...MASTER, length: 8 })).toThrow(KeyError);
});
