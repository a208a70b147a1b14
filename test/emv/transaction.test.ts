import { expect, test } from "vitest";
import { TAG_5A_APPLICATION_PAN } from "../../src/emv/tags.js";
import { DataObjects } from "../../src/emv/transaction.js";
import { bytes } from "./scriptedCard.js";

test("the card number follows tag 5A", () => {
	const data = new DataObjects();
	expect(data.pan).toBe("");
	data.setCard(TAG_5A_APPLICATION_PAN, bytes("622126100000018F"));
	expect(data.pan).toBe("622126100000018");
	data.setCard(TAG_5A_APPLICATION_PAN, bytes("6221261000000026"));
	expect(data.pan).toBe("6221261000000026");
	data.clearCard();
	expect(data.pan).toBe("");
});

test("what the terminal says comes before what the card says", () => {
	const data = new DataObjects();
	data.setCard(0x9f02, bytes("000000000001"));
	data.set(0x9f02, bytes("000000001234"));
	expect(data.get(0x9f02)).toEqual(bytes("000000001234"));
	expect(data.card(0x9f02)).toEqual(bytes("000000000001"));
});
