import { describe, expect, test } from "vitest";
import { exchangeApdu, type Transport } from "../../../sim/readers/transport.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";

/** @param dialogue what must be sent and what comes back, in turn */
async function exchange(transport: Transport, command: string, ...dialogue: [sent: string, received: string][]) {
	const sent: string[] = [];
	const answers = dialogue.map(([, received]) => received);
	const response = await exchangeApdu(parseHex(command), transport, async bytes => {
		sent.push(formatHex(bytes));
		return parseHex(answers.shift() ?? "6F00");
	});
	expect(sent).toEqual(dialogue.map(([bytes]) => bytes));
	return formatHex(response);
}

describe("APDUs by way of a reader", () => {
	test("T=1 carries them as they are", async () => {
		expect(await exchange("t1", "00A4040002AABB00", ["00A4040002AABB00", "6F009000"])).toBe("6F009000");
		expect(await exchange("t1", "80AE400002AABB00", ["80AE400002AABB00", "6110"])).toBe("6110");
	});

	test("T=0, case 1: P3 is 00", async () => {
		expect(await exchange("t0", "80200080", ["8020008000", "9000"])).toBe("9000");
	});

	test("T=0, case 2: Le is corrected once", async () => {
		expect(await exchange("t0", "00B2010C00", ["00B2010C00", "6C03"], ["00B2010C03", "7001AA9000"])).toBe("7001AA9000");
	});

	test("T=0, case 4: Le stays here, GET RESPONSE fetches", async () => {
		const fetched: [string, string][] = [
			["00A4040002AABB", "6103"],
			["00C0000003", "6F01AA9000"],
		];
		expect(await exchange("t0", "00A4040002AABB00", ...fetched)).toBe("6F01AA9000");
	});

	test("T=0, case 4: a reader that has fetched already is believed", async () => {
		expect(await exchange("t0", "00A4040002AABB00", ["00A4040002AABB", "6F01AA9000"])).toBe("6F01AA9000");
	});

	test("T=0, case 4: data beside a warning are fetched, the warning stays", async () => {
		const fetched: [string, string][] = [
			["00A4040002AABB", "6283"],
			["00C0000000", "6C03"],
			["00C0000003", "6F01AA9000"],
		];
		expect(await exchange("t0", "00A4040002AABB00", ...fetched)).toBe("6F01AA6283");
	});

	test.each(["", "90", `${"00".repeat(257)}9000`])("a response of %s is none", async response => {
		for (const transport of ["t0", "t1"] as const)
			await expect(
				exchangeApdu(parseHex("00B2010C00"), transport, async () => parseHex(response)),
			).rejects.toMatchObject({
				name: "CardError",
				reason: "protocol",
			});
	});

	test("data are promised for ever: an end comes", async () => {
		await expect(exchangeApdu(parseHex("00B2010C00"), "t0", async () => parseHex("6110"))).rejects.toMatchObject({
			reason: "protocol",
		});
	});

	test("no copy of a PIN stays behind", async () => {
		let kept = new Uint8Array();
		await exchangeApdu(parseHex("00200080082412 34FFFFFFFFFF".replace(" ", "")), "t0", async bytes => {
			kept = bytes as Uint8Array<ArrayBuffer>;
			return parseHex("9000");
		});
		expect(kept.every(byte => byte === 0)).toBe(true);
	});
});
