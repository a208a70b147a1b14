import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { initiateApplicationProcessing } from "../../src/emv/initiateApplicationProcessing.js";
import { openScripted, tlv } from "./scriptedCard.js";

const GPO = "80A8000002830000";
const AFL = "08010100";

// EMV 4.4 Book 3, 6.5.8 and 10.1
// [EMV-GPO-01 EMV-GPO-02 EMV-CMD-01]
test.each([
	["format 1", `${tlv("80", "7C00", AFL)}9000`],
	["format 2", `${tlv("77", "82027C00", tlv("94", AFL))}9000`],
	["format 2 with filler and more", `${tlv("77", "00", tlv("94", AFL), "9F36020001", "82027C00", "00")}9000`],
])("takes AIP and AFL from %s", async (_name, response) => {
	const { t } = openScripted({ exchanges: [[GPO, response]] });
	expect(await initiateApplicationProcessing(t)).toBeUndefined();
	expect(formatHex(t.data.card(0x82)!) + formatHex(t.data.card(0x94)!)).toBe(`7C00${AFL}`);
});

// [EMV-GPO-04]
test.each([
	["an error", "6A80"],
	["format 1 without AFL", "80027C009000"],
	["format 1 cut short", "80057C000801019000"],
	["format 2 without AIP", `${tlv("77", tlv("94", AFL))}9000`],
	["format 2 without AFL", `${tlv("77", "82027C00")}9000`],
	["an AIP of one byte", `${tlv("77", "82017C", tlv("94", AFL))}9000`],
	["another template", `${tlv("70", "82027C00", tlv("94", AFL))}9000`],
	["nothing", "9000"],
	["no TLV", "770A82027C009000"],
])("ends on %s", async (_name, response) => {
	const { t } = openScripted({ exchanges: [[GPO, response]] });
	expect(await initiateApplicationProcessing(t)).toMatchObject({ kind: "cardError" });
});

// [EMV-DOL-08]
test("the PDOL is filled, and what was sent is kept for the card's signature", async () => {
	const command = "80A80000 0B 8309 0156 000000000100 22 00";
	const card = { "9F38": "9F1A02 9F0206 9F3501" };
	const { t } = openScripted({ exchanges: [[command, `${tlv("80", "7C00", AFL)}9000`]], card });
	expect(await initiateApplicationProcessing(t)).toBeUndefined();
	expect(formatHex(t.sent.pdol!)).toBe("015600000000010022");
});

// [EMV-GPO-03]
test("PDOL data above 127 bytes have a length of two bytes", async () => {
	const command = `80A80000 83 838180 ${"00".repeat(128)} 00`;
	const { t } = openScripted({ exchanges: [[command, `${tlv("80", "7C00", AFL)}9000`]], card: { "9F38": "9F7E80" } });
	expect(await initiateApplicationProcessing(t)).toBeUndefined();
});

// [EMV-DOL-07]
test.each([
	["a malformed PDOL", "9F02"],
	["a PDOL for more than a command holds", "9F7EFF 9F02FF"],
])("%s ends the transaction before the command", async (_name, pdol) => {
	const { t } = openScripted({ card: { "9F38": pdol } });
	expect(await initiateApplicationProcessing(t)).toMatchObject({ kind: "cardError" });
});
