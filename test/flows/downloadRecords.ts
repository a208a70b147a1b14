import type { DownloadRecord } from "../../sim/bank/downloads.js";
import { concat } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { encodeTlv } from "../../src/bytes/tlv.js";

interface Configuration {
	readonly caPublicKeys: readonly Record<"rid" | "index" | "modulus" | "checksum", string>[];
}

export const dataObject = (tag: number, hex: string) => encodeTlv(tag, parseHex(hex));

/** An application as UnionPay-style acquirers write it. */
export function aidRecord(name: string, tacDenial = "0010000000"): DownloadRecord {
	const key = dataObject(0x9f06, name);
	const record = concat(
		...[key, dataObject(0xdf01, "00"), dataObject(0x9f08, "0030"), dataObject(0xdf11, "D84000A800")],
		...[dataObject(0xdf12, "D84004F800"), dataObject(0xdf13, tacDenial), dataObject(0x9f1b, "00000000")],
		...[dataObject(0xdf15, "00000000"), dataObject(0xdf16, "00"), dataObject(0xdf17, "00")],
		...[dataObject(0xdf14, "9F3704"), dataObject(0xdf18, "01")],
	);
	return { key, record };
}

/** The CA keys of a configuration, as they would be fetched. */
export function caKeyRecords(configuration: unknown): DownloadRecord[] {
	return (configuration as Configuration).caPublicKeys.map(({ rid, index, modulus, checksum }) => {
		const key = concat(dataObject(0x9f06, rid), dataObject(0x9f22, index));
		const more = [dataObject(0xdf05, "20351231"), dataObject(0xdf06, "01"), dataObject(0xdf02, modulus)];
		return { key, record: concat(key, ...more, dataObject(0xdf04, "03"), dataObject(0xdf03, checksum)) };
	});
}
