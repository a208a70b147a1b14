import { parseHex } from "../src/bytes/hex.js";
import type { IsoMessage } from "../src/host/iso8583/message.js";

const ICC_DATA =
	"9F2608A1B2C3D4E5F607189F2701809F100807010103A0A000019F3704112233449F360200019505000000800" +
	"09A032611229C01009F02060000000010505F2A02015682023C009F1A0201569F03060000000000009F3303E0F8C8" +
	"9F34034203009F3501229F1E0831323334353637388408A0000003330101019F0902008C9F410400000001";

/** A chip sale with an online PIN as it goes to a UnionPay-style host: 0200 with 19 fields, field 55 of 20 data objects. */
export function saleRequest(): IsoMessage {
	const text = saleText();
	const binary = { 52: parseHex(text[52]!), 55: parseHex(text[55]!), 64: parseHex(text[64]!) };
	return { messageType: text[0]!, fields: { ...text, 0: undefined, ...binary } };
}

/** The same with every field as text and the message type as field 0, as npm `iso_8583` takes it. */
export function saleText(): Record<number, string> {
	return {
		0: "0200",
		2: "6222021234560007",
		3: "000000",
		4: "000000001050",
		11: "000017",
		14: "3012",
		22: "051",
		23: "001",
		25: "00",
		26: "12",
		35: "6222021234560007D301220100000",
		41: "TERM0001",
		42: "MERCHANT0000001",
		49: "156",
		52: "A1A2A3A4A5A6A7A8",
		53: "2600000000000000",
		55: ICC_DATA,
		60: "22000001000500000",
		64: "0011223344556677",
	};
}
