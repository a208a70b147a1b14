import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import {
	decodeAidRecord,
	decodeCaKeyRecord,
	decodeHotCards,
	lastHotCard,
	splitRecordKeys,
} from "../../src/emv/downloadedRecords.js";
import { ConfigurationError } from "../../src/emv/jsonObject.js";

const AID_RECORD =
	"9F0608A000000333010102DF0101009F08020030DF1105D84000A800DF1205D84004F800DF130500100000009F1B0400002710" +
	"DF150400001388DF160150DF170120DF14039F3704DF180101";

describe("AID record", () => {
	test("the application, with binary amounts and packed percentages", () => {
		const { aid, defaultDdol, tacDefault, tacDenial, tacOnline, ...others } = decodeAidRecord(parseHex(AID_RECORD));
		expect([aid, defaultDdol, tacDefault, tacOnline, tacDenial].map(formatHex)).toEqual([
			"A000000333010102",
			"9F3704",
			"D84000A800",
			"D84004F800",
			"0010000000",
		]);
		expect(others).toEqual({
			partialSelection: true,
			applicationVersion: parseHex("0030"),
			floorLimitMinor: 10_000,
			randomSelection: { thresholdMinor: 5_000, targetPercent: 20, maximumTargetPercent: 50 },
			defaultTdol: undefined,
		});
	});

	test.each([
		["DF010100", "DF010101", { partialSelection: false }],
		["9F1B0400002710", "9F1B0400000000", "randomSelection.thresholdMinor"],
		["DF14039F3704", "DF14039F0206", "defaultDdol"],
		["DF130500100000", "DF130400100000", "TLV"],
		["9F0608A0", "9F0708A0", "aid.aid"],
	])("%s as %s", (from, to, expected) => {
		const record = () => decodeAidRecord(parseHex(AID_RECORD.replace(from, to)));
		if (typeof expected === "object") expect(record()).toMatchObject(expected);
		else expect(record).toThrow(ConfigurationError);
	});
});

test("a CA key whose checksum is wrong, or that is no record, is refused", () => {
	expect(() => decodeCaKeyRecord(parseHex("9F0605A0000003339F220102"), nodeCrypto)).toThrow(/caKey\./);
	expect(() => decodeCaKeyRecord(parseHex("9F06"), nodeCrypto)).toThrow(ConfigurationError);
});

describe("hot cards", () => {
	test("one after another, filled with F", () => {
		const records = parseHex("6222021234560100FFFF6221267000000000079F");
		expect(decodeHotCards(records).map(({ pan }) => pan)).toEqual(["6222021234560100", "6221267000000000079"]);
		expect(formatHex(lastHotCard(records))).toBe("6221267000000000079F");
		expect(decodeHotCards(new Uint8Array(0))).toEqual([]);
	});

	test.each(["6222FFFFFFFFFFFFFFFF", "62220212345601A0FFFF", "62220212345601"])("%s is none", hex => {
		expect(() => decodeHotCards(parseHex(hex))).toThrow();
	});
});

describe("keys of records", () => {
	test("each begins with its AID or RID", () => {
		const keys = ["9F0605A0000003339F220102", "9F0605A0000003339F22010BDF050420351231", "9F0608A000000333010102"];
		expect(splitRecordKeys(concat(...keys.map(parseHex))).map(formatHex)).toEqual(keys);
		expect(splitRecordKeys(new Uint8Array(0))).toEqual([]);
	});

	test("anything else is refused, never worse", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 64 }), bytes => {
				for (const read of [
					() => splitRecordKeys(bytes),
					() => decodeHotCards(bytes),
					() => decodeAidRecord(bytes),
					() => decodeCaKeyRecord(bytes, nodeCrypto),
				])
					try {
						read();
					} catch (error) {
						expect(error).toBeInstanceOf(ConfigurationError);
					}
			}),
			{ numRuns: 300 },
		);
	});
});
