import { expect, test } from "vitest";
import { CommandError, decodeCommand } from "../../../sim/web/protocol.js";

test.each([
	['{"type":"key","key":"7"}', { type: "key", key: "7" }],
	['{"type":"key","key":"enter","extra":1}', { type: "key", key: "enter" }],
	['{"type":"insert","name":"visa"}', { type: "insert", name: "visa" }],
	['{"type":"remove"}', { type: "remove" }],
	['{"type":"openCase"}', { type: "openCase" }],
	['{"type":"faults","faults":["pull:apdu=7"]}', { type: "faults", faults: ["pull:apdu=7"] }],
])("%s is a command", (text, command) => {
	expect(decodeCommand(text)).toEqual(command);
});

test.each([
	"",
	"{",
	"null",
	"7",
	"[]",
	"{}",
	'{"type":"toString"}',
	'{"type":"key"}',
	'{"type":"key","key":7}',
	'{"type":"key","key":"10"}',
	'{"type":"key","key":"toString"}',
	'{"type":"key","key":["1"]}',
	'{"type":"insert"}',
	'{"type":"faults"}',
	'{"type":"faults","faults":"pull:apdu=7"}',
	'{"type":"faults","faults":[7]}',
	`{"type":"faults","faults":${JSON.stringify(Array(11).fill("mute"))}}`,
	'{"type":"insert","name":{}}',
])("%j is refused", text => {
	expect(() => decodeCommand(text)).toThrow(CommandError);
});
