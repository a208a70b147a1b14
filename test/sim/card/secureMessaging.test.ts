import { expect, test } from "vitest";
import { protectCommand, unprotectCommand } from "../../../sim/card/secureMessaging.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { parseHex } from "../../../src/bytes/hex.js";

const KEYS = {
	integrity: parseHex("94F867167C64EF3EEAB0CB627A7A3480"),
	confidentiality: parseHex("19296D4CD626859E8AADDF0B2AAB8FEA"),
};
const TRANSACTION = { atc: parseHex("001C"), cryptogram: parseHex("29CCA15AE665FA2E") };
const DATA = parseHex("249999FFFFFFFFFF");

const cases = [0x84, 0x8c].flatMap(cla =>
	[true, false].flatMap(isSecret => [0, 1, 7, 8, 15].map(length => [cla, isSecret, length] as const)),
);

test.each(cases)(
	"class %i, secret %s, %i bytes: what the issuer protects, the card alone can open",
	(cla, isSecret, length) => {
		const header = { cla, ins: 0x24, p1: 0, p2: 2 };
		const data = new Uint8Array(length).fill(0x80);
		const field = protectCommand(nodeCrypto, KEYS, TRANSACTION, header, data, isSecret);
		const open = (changed = field, under = TRANSACTION, command = header) =>
			unprotectCommand(nodeCrypto, KEYS, under, command, changed, isSecret);
		expect(open()).toEqual(data);
		for (let i = 0; i < field.length; i++)
			expect(open(field.map((byte, at) => (at === i ? byte ^ 0x10 : byte)))).toBeUndefined();
		expect(open(field.slice(1))).toBeUndefined();
		expect(open(field, { ...TRANSACTION, cryptogram: parseHex("29CCA15AE665FA2F") })).toBeUndefined();
		expect(open(field, TRANSACTION, { ...header, p2: 0 })).toBeUndefined();
		expect(open(field, TRANSACTION, { ...header, cla: cla ^ 0x08 })).toBeUndefined();
	},
);

test("what is secret is not in the message, and looks different in each transaction", () => {
	const header = { cla: 0x84, ins: 0x24, p1: 0, p2: 2 };
	const one = protectCommand(nodeCrypto, KEYS, TRANSACTION, header, DATA, true);
	const other = protectCommand(nodeCrypto, KEYS, { ...TRANSACTION, cryptogram: new Uint8Array(8) }, header, DATA, true);
	expect(one.subarray(0, 8)).not.toEqual(DATA);
	expect(one.subarray(0, 16)).not.toEqual(other.subarray(0, 16));
});
