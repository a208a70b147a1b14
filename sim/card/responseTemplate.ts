import { concat } from "../../src/bytes/bytes.js";
import { tlv } from "./tlv.js";

/**
 * The data field that answers GET PROCESSING OPTIONS, INTERNAL AUTHENTICATE and GENERATE AC (EMV 4.4 Book 3, 6.5.5.4,
 * 6.5.8.4, 6.5.9.4): format 1 holds the values alone, format 2 whole data objects.
 * @param objects tag and value, in the order that format 1 prescribes
 */
export function responseTemplate(
	format: "80" | "77",
	...objects: readonly (readonly [tag: string, value: Uint8Array])[]
): Uint8Array {
	if (format === "80") return tlv("80", concat(...objects.map(([, value]) => value)));
	return tlv("77", ...objects.map(([tag, value]) => tlv(tag, value)));
}
