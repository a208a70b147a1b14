import { expect, test } from "vitest";
import { latin1Text } from "../../src/bytes/bytes.js";
import { decodeMessage, encodeMessage } from "../../src/host/iso8583/message.js";
import { encodeWithMac, macIsRight } from "../../src/host/messageMac.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { keys } from "./scriptedHost.js";

const echo = { messageType: "0820", fields: { 11: "000003", 41: "TERM0001", 60: "00000001301" } };

// [HST-MAC-01]
test("a MAC is over everything before it, any one byte", () => {
	const bytes = encodeWithMac(unionPay, echo, keys);
	const message = decodeMessage(unionPay.message, bytes);
	expect(latin1Text(bytes.slice(-8))).toMatch(/^[0-9A-F]{8}$/);
	expect(macIsRight(unionPay, message, bytes, keys)).toBe(true);
	for (let at = 0; at < bytes.length; at++) {
		const altered = bytes.slice();
		altered[at]! ^= 0x10;
		expect(macIsRight(unionPay, message, altered, keys), `byte ${at}`).toBe(false);
	}
});

test("a MAC in another field is none", () => {
	const withText = (text: string) => encodeMessage(unionPay.message, { ...echo, fields: { ...echo.fields, 63: text } });
	const bytes = withText(latin1Text(keys.mac(withText("00000000").slice(0, -8))));
	expect(macIsRight(unionPay, decodeMessage(unionPay.message, bytes), bytes, keys)).toBe(false);
});
