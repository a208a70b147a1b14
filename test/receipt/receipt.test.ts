import { mkdirSync, writeFileSync } from "node:fs";
import { PNG } from "pngjs";
import { expect, test } from "vitest";
import { receiptPng } from "../../sim/world/receiptPng.js";
import { columnsOf, formatReceipt, RECEIPT_COLUMNS } from "../../src/receipt/formatReceipt.js";
import { rasterLine } from "../../src/receipt/rasterLine.js";
import { receipt } from "../../src/receipt/receipt.js";
import { SALE } from "./facts.js";

// [EMV-RCP-01]
test("both copies in both languages fit the paper and tell what a receipt must (EMV 4.4 Book 4, 11.4)", () => {
	for (const language of ["en", "zh"] as const)
		for (const copy of ["merchant", "cardholder"] as const) {
			const text = formatReceipt(receipt(SALE, copy, language));
			for (const line of text.split("\n")) expect(columnsOf(line)).toBeLessThanOrEqual(RECEIPT_COLUMNS);
			for (const told of ["Kassa Test Shop", "123456789012345", "KASSA001", "622200******0123", "A000000333010101"])
				expect(text).toContain(told);
			for (const told of ["2026-11-22 12:01:02", "000042", "000007", "000123", "¥15.90"]) expect(text).toContain(told);
			expect(text).toContain(language === "en" ? "PIN verified" : "已验证密码");
		}
});

test("the cryptogram and the merchant's own figures stand on the merchant's copy alone", () => {
	const facts = { ...SALE, merchantOnly: [["Fee", "0.10"]] as const };
	expect(formatReceipt(receipt(facts, "merchant", "en"))).toMatch(/AC +0123456789ABCDEF[\s\S]*Fee +0\.10/);
	expect(formatReceipt(receipt(facts, "cardholder", "en"))).not.toMatch(/0123456789ABCDEF|Fee/);
});

// [EMV-CVM-12]
test("a cardholder signs the merchant's copy of an approval and nothing else (EMV 4.4 Book 4, 6.3.4.5)", () => {
	const signed = { ...SALE, cardholderVerified: "signature" } as const;
	expect(formatReceipt(receipt(signed, "merchant", "en"))).toContain("Signature");
	expect(formatReceipt(receipt(signed, "cardholder", "en"))).not.toContain("Signature");
	expect(formatReceipt(receipt({ ...signed, approved: false }, "merchant", "en"))).not.toContain("Signature");
});

test("a reprint, a training sale and a decline cannot be taken for anything else", () => {
	const text = (facts: Partial<typeof SALE>) => formatReceipt(receipt({ ...SALE, ...facts }, "merchant", "en"));
	expect(text({ reprint: true })).toContain("REPRINT");
	expect(text({ training: true }).match(/TRAINING/g)).toHaveLength(2);
	expect(text({ approved: false, responseCode: "51" })).toMatch(/Declined/);
	expect(text({ approved: false })).not.toMatch(/Approved|PIN verified/);
});

test("a name and a value that do not share a line take two, and a name of the merchant that is too long goes on", () => {
	const facts = { ...SALE, merchantName: "The Longest Name of a Shop in the Whole Town" };
	const lines = formatReceipt(receipt(facts, "merchant", "zh")).split("\n");
	for (const line of lines) expect(columnsOf(line)).toBeLessThanOrEqual(RECEIPT_COLUMNS);
	expect(lines.join("").replaceAll(" ", "")).toContain("TheLongestNameofaShopintheWholeTown");
});

test("the picture shows the lines that the text has", () => {
	const lines = receipt({ ...SALE, tipMinor: 90, cardholderVerified: "signature" }, "merchant", "zh");
	const bytes = receiptPng(lines);
	mkdirSync(new URL("../../artefacts", import.meta.url), { recursive: true });
	writeFileSync(new URL("../../artefacts/receipt.png", import.meta.url), bytes);
	const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
	const rowHasInk = (row: number) => {
		for (let x = 0; x < width; x++) if (data[4 * (row * width + x)]! < 128) return true;
		return false;
	};
	let bands = 0;
	for (let row = 1; row < height; row++) if (rowHasInk(row) && !rowHasInk(row - 1)) bands++;
	const drawn = lines.filter(line => line.kind !== "space").length;
	expect(bands).toBeGreaterThanOrEqual(drawn);
	expect(height).toBe(lines.reduce((sum, line) => sum + rasterLine(line).height, 48));
});
