import { expect, test } from "vitest";
import { formatTree } from "../../../sim/decode/treeText.js";
import { find, open } from "./open.js";
import { PAN, TRACE } from "./samples.js";

const tree = (kind: string, ...words: string[]) => formatTree(open(kind, ...words)!.nodes);
const decoded = open("apdu", ...TRACE)!;

test("commands and status words", () => {
	expect(decoded.problem).toBeUndefined();
	expect(decoded.nodes.map(({ name }) => name).filter((_, i) => i % 2 === 0)).toEqual([
		"SELECT",
		"GET PROCESSING OPTIONS",
		"READ RECORD",
		"READ RECORD",
		"VERIFY",
		"GENERATE AC",
	]);
	expect(decoded.nodes[4]!.meaning).toBe("record 1 of SFI 1, Le 256");
	expect(decoded.nodes[10]!.meaning).toBe("ARQC, Le 256");
});

test("data that follow a DOL seen before have tags and meanings", () => {
	const data = decoded.nodes[10]!.children!;
	expect(data.map(({ label, value }) => [label, value])).toEqual([
		["9F02", "000000001234"],
		["95", "0008048000"],
		["5A", "622126*********0018"],
		["9C", "00"],
		["9F37", "A1B2C3D4"],
	]);
	expect(data[0]!.offset).toBe(5);
	expect(find(decoded.nodes[2]!.children!, "9F33")!.value).toBe("E0F8C8");
});

test("format 1 is taken apart by its command", () => {
	expect(find(decoded.nodes[3]!.children!, "94")!.value).toBe("08010100");
	const cryptogram = decoded.nodes[11]!.children!;
	expect(find(cryptogram, "9F26")!.value).toBe("0102030405060708");
	expect(find(cryptogram, "9F10")!.meaning).toBe("UnionPay");
});

test("without marks, and GET RESPONSE belongs to the command before", () => {
	const { nodes } = open("apdu", "80AE800000", "6114", "00C0000014", "8013800001010203040506070807010103A41000019000")!;
	expect(nodes.map(({ label }) => label).join("")).toBe("><><");
	expect(find(nodes[3]!.children!, "9F36")!.value).toBe("0001");
});

test("data by a DOL that was not seen, and PIN data, are not shown", () => {
	const text = tree("apdu", `80AE800009${PAN.slice(0, 18)}00`);
	expect(text).toContain("by a DOL that was not seen");
	expect(text).not.toContain("622126");
	expect(tree("apdu", TRACE[8]!)).not.toContain("1234");
});

test.each([
	[["00A40400"], undefined],
	[["00A40400", "6F"], { apdu: 2, offset: 1, sentence: "a response ends before its status word" }],
	[["00A4040007A0"], { offset: 4, sentence: "a command says 7 bytes of data, 1 follow" }],
	[["00A40400", "6F0384059000", "00B2010C00"], { apdu: 2, offset: 0 }],
])("%j", (words, problem) => {
	const found = open("apdu", ...words)!.problem;
	if (problem) expect(found).toMatchObject(problem);
	else expect(found).toBeUndefined();
});
