import { concat } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { encodeTlv } from "../../../src/bytes/tlv.js";
import { encodeFrame } from "../../../src/host/frame.js";
import { encodeMessage } from "../../../src/host/iso8583/message.js";
import { unionPay } from "../../../src/host/profiles/unionPay.js";

/** A test card's number, and its track 2 as the card and as field 35 have it. */
export const PAN = "6221261000000000018";
export const TRACK_2 = `${PAN}D35122201234567890`;

export const ICC_DATA =
	"9F2608357A71A4AC3A8E929F2701809F100807010103A41002019F3704C39EE0E49F36020001950500080080009A032611239C0100" +
	"9F02060000000012345F2A02015682023C009F34034403029F350122";

/** A sale as it leaves the terminal. */
export const MESSAGE = encodeMessage(unionPay.message, {
	messageType: "0200",
	fields: {
		2: PAN,
		3: "000000",
		4: "000000001234",
		11: "000001",
		22: "051",
		25: "00",
		35: TRACK_2,
		41: "KASSA002",
		42: "898310000000001",
		49: "156",
		52: parseHex("0102030405060708"),
		53: "2600000000000000",
		55: parseHex(ICC_DATA),
		60: "22000001000500000",
		64: parseHex("0011223344556677"),
	},
});

export const FRAMED = encodeFrame(unionPay.frame, {
	destination: 3,
	source: 0,
	header: parseHex("603100310000"),
	message: MESSAGE,
});

/** A record with everything that identifies the cardholder. */
export const RECORD = encodeTlv(
	0x70,
	concat(
		encodeTlv(0x5a, parseHex(`${PAN}F`)),
		encodeTlv(0x57, parseHex(`${TRACK_2}F`)),
		encodeTlv(0x5f20, parseHex("43415244484F4C4445522F54455354")),
		encodeTlv(0x5f24, parseHex("351231")),
	),
);

/** From SELECT to the first cryptogram; CDOL1 asks for the card number, too. */
export const TRACE: readonly string[] = [
	"> 00A4040008A00000033301010100",
	"< 6F128408A000000333010101A5069F38039F33039000",
	"> 80A80000058303E0F8C800",
	"< 80063C00080101009000",
	"> 00B2010C00",
	`< ${formatHex(RECORD)}9000`,
	"> 00B2020C00",
	"< 70108C0C9F020695055A0A9C019F37048D009000",
	"> 0020008008241234FFFFFFFFFF",
	"< 9000",
	`> 80AE80001A0000000012340008048000${PAN}F00A1B2C3D400`,
	"< 8013800001010203040506070807010103A41000019000",
];
