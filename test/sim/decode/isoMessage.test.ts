import { expect, test } from "vitest";
import { decode } from "../../../sim/decode/decode.js";
import { parseArguments } from "../../../sim/decode/input.js";
import { findKind } from "../../../sim/decode/kinds.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { requestMessage } from "../../../src/host/buildMessage.js";
import { encodeFrame, requestFrame } from "../../../src/host/frame.js";
import { encodeMessage } from "../../../src/host/iso8583/message.js";
import { fixed } from "../../../src/host/iso8583/spec.js";
import { generic87 } from "../../../src/host/profiles/generic87.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";
import { valuesFor } from "../../host/operationValues.js";
import { find, flat, open } from "./open.js";
import { FRAMED, MESSAGE } from "./samples.js";

const fieldsOf = (bytes: Uint8Array) => open("iso8583", formatHex(bytes))!;

test("all fields, their parts and field 55", () => {
	const { nodes, problem } = fieldsOf(MESSAGE);
	expect(problem).toBeUndefined();
	expect(nodes[0]).toMatchObject({ value: "0200", meaning: "Financial request" });
	expect(find(nodes, "2")!.value).toBe("622126*********0018");
	expect(find(nodes, "35")!.value).toBe("[37 characters]");
	expect(find(nodes, "22")!.meaning).toBe("IC with contacts, with PIN");
	expect(find(nodes, "52")!.value).toBe("[8 bytes]");
	expect(find(nodes, "60")!.children![0]).toMatchObject({ name: "transactionType", value: "22", meaning: "sale" });
	expect(find(find(nodes, "55")!.children!, "9F26")!.value).toBe("357A71A4AC3A8E92");
});

test("offsets are those of the input", () => {
	const { nodes } = fieldsOf(FRAMED);
	const { offset } = find(nodes, "64")!;
	expect(formatHex(FRAMED.subarray(offset, offset! + 8))).toBe("0011223344556677");
	const cryptogram = find(nodes, "9F26")!.offset!;
	expect(formatHex(FRAMED.subarray(cryptogram, cryptogram + 8))).toBe("357A71A4AC3A8E92");
});

test("with a frame, without its length, and two frames", () => {
	const names = (bytes: Uint8Array) => fieldsOf(bytes).nodes.map(({ name }) => name);
	expect(names(FRAMED).slice(0, 4)).toEqual(["length", "TPDU", "header", "message type"]);
	expect(names(FRAMED.subarray(2)).slice(0, 3)).toEqual(["TPDU", "header", "message type"]);
	expect(names(Uint8Array.of(...FRAMED, ...FRAMED)).filter(name => name === "TPDU")).toHaveLength(2);
});

test("cut anywhere: what stands before is shown, and the offset is where it ends being a message", () => {
	for (let length = 1; length < MESSAGE.length; length++) {
		const { nodes, problem } = fieldsOf(MESSAGE.subarray(0, length));
		expect(problem).toBeDefined();
		expect(problem!.offset).toBeLessThanOrEqual(length);
		if (length > 20) expect(nodes[0]!.value).toBe("0200");
		if (length > 60) expect(find(nodes, "4")!.value).toBe("000000001234");
	}
	const cut = fieldsOf(FRAMED.subarray(0, FRAMED.length - 8)).problem!;
	expect(cut).toEqual({ offset: FRAMED.length - 8, sentence: "field 64: the message ends inside the field" });
});

test("a field that is broken, and bytes left over", () => {
	const letters = MESSAGE.slice();
	letters[21] = 0xaa; // processing code
	expect(fieldsOf(letters).problem).toEqual({ offset: 21, sentence: "field 3: is not decimal" });
	const longer = fieldsOf(Uint8Array.of(...MESSAGE, 0)).problem;
	expect(longer).toEqual({ offset: MESSAGE.length, sentence: "1 bytes left over after the last field" });
});

test.each([
	[generic87, ["length", "message type"], 0],
	[unionPay, ["length", "TPDU"], 2],
] as const)("$0.name: its frame, and no card number of an upload in the clear", (profile, frameNames, numbers) => {
	const values = { ...valuesFor(profile), pinBlock: undefined };
	const upload = encodeMessage(profile.message, requestMessage(profile, "batchUpload", values));
	const frame = encodeFrame(profile.frame, requestFrame(profile.frame, upload));
	const { nodes, problem } = decode(parseArguments([formatHex(frame)]), {
		kind: findKind("iso8583")!,
		profile,
		reveal: false,
	})!;
	expect(problem).toBeUndefined();
	expect(nodes.slice(0, 2).map(({ name }) => name)).toEqual(frameNames);
	const uploaded = flat([find(nodes, "48")!]).filter(({ name }) => name === "pan");
	expect(uploaded.length).toBe(numbers);
	expect(JSON.stringify(nodes)).not.toMatch(/6222021234560007|4000001234567899/);
});

test("a third bitmap and its fields", () => {
	const message = {
		messageType: "ascii",
		bitmap: "hexText",
		fields: {
			3: fixed("processingCode", "ascii", 6),
			70: fixed("networkCode", "ascii", 3),
			130: fixed("more", "ascii", 4),
		},
	} as const;
	const bytes = encodeMessage(message, { messageType: "0800", fields: { 3: "990000", 70: "301", 130: "ABCD" } });
	const profile = { ...generic87, message };
	const kind = findKind("iso8583")!;
	const { nodes, problem } = decode(parseArguments([formatHex(bytes)]), { kind, profile, reveal: false })!;
	expect(problem).toBeUndefined();
	expect(nodes.map(({ name }) => name)).toEqual([
		"message type",
		"bitmap",
		"processingCode",
		"third bitmap",
		"networkCode",
		"more",
	]);
	expect(find(nodes, "130")!.value).toBe('"ABCD"');
});
