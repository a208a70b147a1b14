import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { asciiBytes, concat, uintBytes } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { tdesCipher } from "../../src/crypto/blockCipher.js";
import { cmac } from "../../src/crypto/mac.js";
import { unwrapKeyBlock } from "../../src/keys/keyBlock.js";
import { decodeKeyBlockHeader, KeyBlockError } from "../../src/keys/keyBlockHeader.js";
import { aesKeyCheckValue, tdesKeyCheckValue } from "../../src/keys/keyCheckValue.js";

const TDES_KBPK = "EFE0853B256B583D868F251CE99EA1D9";
const D_KBPK = "88E1AB2A2E3DD38C1FA039A536500CC8A87AB9D62DC92C01058FA79F44657DE6";
const B_BLOCK = "B0080K0TN00N00001C414014375212C24995E405B5EE052CB92B67F455EA2680F6751088F9F1C228";

// openemv/tr31, tests; TR-31:2018, A.7.4; ISO 20038:2017, B.2
// [KEY-BLK-01]
test.each([
	[
		"A",
		TDES_KBPK,
		"A0072K0TN00N0000F40D5672C6D0EC86F860BA88D44D00F0CA9A8CE8CD2F640287A9A9EB",
		"5DB50B454F8389ADCE573BE50861F2BF",
	],
	["B", TDES_KBPK, B_BLOCK, "5DB50B454F8389ADCE573BE50861F2BF"],
	[
		"C",
		TDES_KBPK,
		"C0072K0TN00N0000C9B875FF7A5316BF221C09ED52080DE0B45632A4EA9CE87699CB565E",
		"5DB50B454F8389ADCE573BE50861F2BF",
	],
	[
		"D",
		D_KBPK,
		"D0112P0AE00E0000B82679114F470F540165EDFBF7E250FCEA43F810D215F8D207E2E417C07156A27E8E31DA05F7425509593D03A457DC34",
		"3F419E1CB7079442AA37474C2EFBF8B8",
	],
	[
		"E",
		"3235362D62697420414553207772617070696E67202849534F20323030333829",
		"E0084B0TV16N0000B2AE5E26BBA7F246E84D5EA24167E208A6B66EF2E27E55A52DB52F0AEACB94C57547",
		"777261707065642033444553206B6579",
	],
])("unwraps version %s", (version, kbpk, block, key) => {
	const unwrapped = unwrapKeyBlock(nodeCrypto, parseHex(kbpk), block);
	expect(unwrapped.header.version).toBe(version);
	expect(formatHex(unwrapped.key)).toBe(key);
});

// [KEY-BLK-06]
test("check values: enciphered zeros for TDES, CMAC for AES (X9.24-1, Annex A)", () => {
	expect(formatHex(tdesKeyCheckValue(nodeCrypto, parseHex("5DB50B454F8389ADCE573BE50861F2BF"))).slice(0, 6)).toBe(
		"5C9405",
	);
	expect(formatHex(aesKeyCheckValue(nodeCrypto, parseHex("3F419E1CB7079442AA37474C2EFBF8B8"))).slice(0, 10)).toBe(
		"08793E25AB",
	);
});

/** A block of version B, MAC and all, whatever it says; without `bits` and `optionalBlocks` a good one. */
function wrapped({ bits = 128, optionalBlocks = "00" }: { bits?: number; optionalBlocks?: string }): string {
	const cipher = tdesCipher(nodeCrypto);
	const kbpk = parseHex(TDES_KBPK);
	// X9.143, 7.3: counter, usage, separator, algorithm, length
	const derived = (usage: string) =>
		concat(...["01", "02"].map(counter => cmac(cipher, kbpk, parseHex(`${counter}${usage}0000000080`))));
	const keyData = concat(uintBytes(bits, 2), new Uint8Array(16).fill(0x5a), new Uint8Array(6));
	const header = `${optionalBlocks.slice(0, 2)}00${optionalBlocks.slice(2)}`;
	const whole = `B${String(12 + header.length + 2 * (keyData.length + 8)).padStart(4, "0")}K0TN00N${header}`;
	const mac = cmac(cipher, derived("0001"), concat(asciiBytes(whole), keyData));
	return whole + formatHex(cipher.cbc(derived("0000"), mac, keyData, "encipher")) + formatHex(mac);
}

test("what the refused blocks are made of opens when nothing is wrong with it", () => {
	const { key } = unwrapKeyBlock(nodeCrypto, parseHex(TDES_KBPK), wrapped({}));
	expect(formatHex(key)).toBe("5A".repeat(16));
});

describe("a block that was changed is refused", () => {
	// [KEY-BLK-02]
	test.each([...B_BLOCK].map((_, at) => at))("at character %i", at => {
		const other = B_BLOCK[at] === "0" ? "1" : "0";
		const changed = B_BLOCK.slice(0, at) + other + B_BLOCK.slice(at + 1);
		expect(() => unwrapKeyBlock(nodeCrypto, parseHex(TDES_KBPK), changed)).toThrow(KeyBlockError);
	});

	test.each([
		["another key", B_BLOCK, "00".repeat(16)],
		["a key of no suitable length", B_BLOCK, "00".repeat(8)],
		["cut off", B_BLOCK.slice(0, -16), TDES_KBPK],
		["nothing behind the header", "A0024M3TC00E00009AA5BBA6", TDES_KBPK],
		["a header that does not fill whole blocks", wrapped({ optionalBlocks: "01CT0600" }), TDES_KBPK],
		["a key of no length", wrapped({ bits: 0 }), TDES_KBPK],
		["a key longer than its block", wrapped({ bits: 8 * 40 }), TDES_KBPK],
		["a key of no whole bytes", wrapped({ bits: 127 }), TDES_KBPK],
		["no hexadecimal", `${B_BLOCK.slice(0, -1)}X`, TDES_KBPK],
	])("%s", (_name, block, kbpk) => {
		expect(() => unwrapKeyBlock(nodeCrypto, parseHex(kbpk), block)).toThrow(KeyBlockError);
	});
});

describe("the header", () => {
	// [KEY-BLK-03]
	test("with optional blocks, of which the filler is none", () => {
		const header = decodeKeyBlockHeader("B0000P0TE00N0400KS1800604B120F9292800000T104T20600PB0600xxxx");
		expect(header).toMatchObject({
			keyUsage: "P0",
			algorithm: "T",
			modeOfUse: "E",
			keyVersion: "00",
			exportability: "N",
		});
		expect(header.optionalBlocks).toEqual([
			{ id: "KS", data: "00604B120F9292800000" },
			{ id: "T1", data: "" },
			{ id: "T2", data: "00" },
		]);
		expect(header.headerLength).toBe(56);
	});

	// [KEY-BLK-03]
	test.each([
		["counted in characters", `B0000P0TE00N0100CT0004010A${"P".repeat(256)}`],
		["counted in bytes", `B0000P0TE00N0100CT0002010A${"P".repeat(256)}`],
	])("with a long optional block, its length %s", (_name, text) => {
		expect(decodeKeyBlockHeader(text).optionalBlocks).toEqual([{ id: "CT", data: "P".repeat(256) }]);
	});

	// [KEY-BLK-03]
	test.each([
		["nothing", ""],
		["too short", "B0000"],
		["an unknown version", "X0000P0TE00N0000"],
		["a length that is no number", "BX040P0TE00N0000"],
		["a count that is no number", "B0000P0TE00N0X00"],
		["an optional block that is missing", "B0000P0TE00N0100"],
		["an identifier that is none", "B0000P0TE00N0100**04"],
		["no length", "B0000P0TE00N0100KS"],
		["half a length", "B0000P0TE00N0100KS1"],
		["a length that is no number", "B0000P0TE00N0100KS1Y"],
		["a length shorter than its own field", "B0000P0TE00N0100KS02"],
		["a block cut off", "B0000P0TE00N0100KS071"],
		["a long length without digits", "B0000P0TE00N0100KS0000"],
		["a long length cut off", "B0000P0TE00N0100KS00010"],
		["a control character", "B0000P0TE00N0100KS05\x03"],
		["a character outside ASCII", "B0000P0TE00N0100KS05\xff"],
	])("refused: %s", (_name, text) => {
		expect(() => decodeKeyBlockHeader(text)).toThrow(KeyBlockError);
	});
});
