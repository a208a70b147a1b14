import { expect, test } from "vitest";
import { parseReaderName } from "../../../sim/readers/readerName.js";

test.each([
	["virtual:cda", { kind: "virtual", card: "cda" }],
	["pcsc", { kind: "pcsc" }],
	["pcsc:Reader: 1", { kind: "pcsc", reader: "Reader: 1" }],
	["vpcd", { kind: "vpcd" }],
	["vpcd:1", { kind: "vpcd", port: 1 }],
	["vpcd:65535", { kind: "vpcd", port: 65_535 }],
	["replay:a/b:c", { kind: "replay", file: "a/b:c" }],
])("%s", (text, name) => {
	expect(parseReaderName(text)).toEqual(name);
});

test.each([
	["", 'there is no reader "": give virtual:NAME, pcsc[:NAME], vpcd[:PORT] or replay:FILE'],
	["cda", 'there is no reader "cda": give virtual:NAME'],
	["PCSC", 'there is no reader "PCSC"'],
	["virtual", "the reader virtual needs a card: virtual:NAME"],
	["virtual:", "the reader virtual needs a card"],
	["replay", "the reader replay needs a recording: replay:FILE"],
	["vpcd:0", "vpcd:0 names no port: give a number from 1 to 65535"],
	["vpcd:65536", "vpcd:65536 names no port"],
	["vpcd:1e3", "vpcd:1e3 names no port"],
])("%j is refused", (text, sentence) => {
	expect(() => parseReaderName(text)).toThrow(sentence);
});
