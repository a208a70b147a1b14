import { describe, expect, test } from "vitest";
import { formatFault, parseFault } from "../../../sim/card/faultCheck.js";
import { FAULT_FORMS } from "../../../sim/card/faultForms.js";

describe("a fault as people write it", () => {
	test.each([
		["pull:apdu=7", { fault: "pull", apdu: 7 }],
		["pull:byte=100", { fault: "pull", byte: 100 }],
		["fuzz:tag=9F26,offset=0,value=FF", { fault: "fuzz", tag: "9F26", offset: 0, value: "FF" }],
		[
			"status-word:instruction=GENERATE AC,statusWord=6985",
			{ fault: "status-word", instruction: "GENERATE AC", statusWord: "6985" },
		],
		["unsigned-cda", { fault: "unsigned-cda" }],
	])("%s", (text, fault) => {
		const parsed = parseFault(text);
		expect(Object.fromEntries(Object.entries(parsed).filter(([, value]) => value !== undefined))).toEqual(fault);
		expect(parseFault(formatFault(parsed))).toEqual(parsed);
	});

	test("every example is right", () => {
		for (const [name, { example }] of Object.entries(FAULT_FORMS)) expect(parseFault(example).fault).toBe(name);
	});

	test.each([
		["pul:apdu=7", 'there is no fault "pul": choose one of pull, mute, slow,'],
		["", 'there is no fault "": choose one of pull'],
		["toString", 'there is no fault "toString": choose one of'],
		["pull", "fault must have either apdu or byte for pull: give it as pull:apdu=7"],
		["pull:", "fault has parameters of the form name=value: give it as pull:apdu=7"],
		["pull:7", "fault has parameters of the form name=value: give it as pull:apdu=7"],
		["pull:apdu=0", "fault.apdu must be an integer from 1 to 1000: give it as pull:apdu=7"],
		["pull:apdu=x", "fault.apdu must be an integer from 1 to 1000: give it as pull:apdu=7"],
		["pull:apdu=7,byte=3", "fault must have either apdu or byte for pull: give it as pull:apdu=7"],
		["pull:apdu=7,apdu=8", "fault names a parameter twice: give it as pull:apdu=7"],
		["pull:ins=A4", "fault.ins is not a known field: give it as pull:apdu=7"],
		["pull:fault=mute", "fault.fault is not a known field: give it as pull:apdu=7"],
		["mute:tag=5A", "fault.tag means nothing for mute: give it as mute:apdu=5"],
		["slow:apdu=1", "fault.etu is needed for slow: give it as slow:apdu=3,etu=9000"],
		["fuzz:tag=9F26", "fault must have either value or length for fuzz: give it as fuzz:tag=9F26,offset=0,value=FF"],
		["fuzz:tag=9F26,value=F", "fault.value must be 1 to 64 bytes in hexadecimal: give it as fuzz:"],
		["status-word:instruction=GAC,statusWord=6985", "fault.instruction must be one of SELECT, READ RECORD"],
	])("%j is refused: %s", (text, sentence) => {
		expect(() => parseFault(text)).toThrow(TypeError);
		expect(() => parseFault(text)).toThrow(sentence);
	});
});
