import { expect, test } from "vitest";
import { CommandError, decodeCommand } from "../../../sim/web/protocol.js";

test.each([
	['{"type":"key","key":"7"}', { type: "key", key: "7" }],
	['{"type":"key","key":"enter","extra":1}', { type: "key", key: "enter" }],
	['{"type":"insert","name":"visa"}', { type: "insert", name: "visa" }],
	['{"type":"remove"}', { type: "remove" }],
	['{"type":"openCase"}', { type: "openCase" }],
	['{"type":"train"}', { type: "train" }],
	['{"type":"loadKeys","message":"0aFF"}', { type: "loadKeys", message: "0aFF" }],
	['{"type":"faults","faults":["pull:apdu=7"]}', { type: "faults", faults: ["pull:apdu=7"] }],
	['{"type":"printer","state":"noPaper"}', { type: "printer", state: "noPaper" }],
	['{"type":"bank","order":{"fault":"slow"}}', { type: "bank", order: { fault: "slow" } }],
	['{"type":"bank","order":{"scenario":"lost card"}}', { type: "bank", order: { scenario: "lost card" } }],
	['{"type":"bank","order":{"clear":true}}', { type: "bank", order: { clear: true } }],
])("%s is a command", (text, command) => {
	expect(decodeCommand(text)).toEqual(command);
});

test.each([
	"",
	'{"type":"loadKeys"}',
	'{"type":"loadKeys","message":""}',
	'{"type":"loadKeys","message":"0"}',
	'{"type":"loadKeys","message":"hello you"}',
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
	'{"type":"printer"}',
	'{"type":"printer","state":"onFire"}',
	'{"type":"bank"}',
	'{"type":"bank","order":{"magicAmounts":true}}',
	'{"type":"bank","order":{"clear":"all"}}',
	`{"type":"bank","order":{"fault":"${"x".repeat(41)}"}}`,
])("%j is refused", text => {
	expect(() => decodeCommand(text)).toThrow(CommandError);
});
