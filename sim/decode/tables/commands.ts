import type { Codes } from "./codes.js";

/** Commands by instruction; the class tells whether the data are protected (EMV 4.4 Book 3, 6.5; Book 1, 11; ISO/IEC 7816-4). */
export const COMMANDS: Codes = {
	"16": "CARD BLOCK",
	"18": "APPLICATION UNBLOCK",
	"1E": "APPLICATION BLOCK",
	"20": "VERIFY",
	"24": "PIN CHANGE/UNBLOCK",
	"82": "EXTERNAL AUTHENTICATE",
	"84": "GET CHALLENGE",
	"88": "INTERNAL AUTHENTICATE",
	A4: "SELECT",
	A8: "GET PROCESSING OPTIONS",
	AE: "GENERATE AC",
	B0: "READ BINARY",
	B2: "READ RECORD",
	C0: "GET RESPONSE",
	CA: "GET DATA",
	D6: "UPDATE BINARY",
	DA: "PUT DATA",
	DC: "UPDATE RECORD",
	E2: "APPEND RECORD",
};

/** Classes that EMV cards use: interindustry and proprietary, each without and with secure messaging. */
export const CLASSES: readonly number[] = [0x00, 0x04, 0x0c, 0x80, 0x84, 0x8c];
