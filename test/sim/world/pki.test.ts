import { X509Certificate } from "node:crypto";
import { expect, test } from "vitest";
import { isCheckedByTheSdk, makeTestPki } from "../../../sim/world/pki.js";
import { parseHex } from "../../../src/bytes/hex.js";

const INTEGER_32 = `0220 ${"7F".repeat(32)}`;
const INTEGER_33 = `0221 00${"80".repeat(32)}`;
const INTEGER_31 = `021F ${"7F".repeat(31)}`;

test.each([
	["r and s of 32 bytes", `3044 ${INTEGER_32} ${INTEGER_32}`, true],
	["with a zero in front, so that they are positive", `3046 ${INTEGER_33} ${INTEGER_33}`, true],
	["a short r", `3044 ${INTEGER_31} ${INTEGER_33}`, false],
	["a short s", `3044 ${INTEGER_33} ${INTEGER_31}`, false],
])("the SDK's client can check a signature: %s", (_what, signature, expected) => {
	expect(isCheckedByTheSdk(parseHex(signature.replaceAll(" ", "")))).toBe(expected);
});

test("the bank's certificate is of the root, and for localhost", async () => {
	const { rootPem, bank } = await makeTestPki();
	const [root, certificate] = [rootPem, bank.certPem].map(pem => new X509Certificate(pem));
	expect(certificate!.verify(root!.publicKey)).toBe(true);
	expect(certificate!.checkHost("localhost")).toBe("localhost");
	for (const { raw } of [root!, certificate!]) {
		// The signature is the certificate's end.
		const begin = raw.findIndex(
			(byte, i) => i >= raw.length - 74 && byte === 0x30 && raw[i + 1] === raw.length - i - 2,
		);
		expect(isCheckedByTheSdk(raw.subarray(begin))).toBe(true);
	}
});
