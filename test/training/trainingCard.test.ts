import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes, concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import {
	makeTrainingAccounts,
	TRAINING_AID,
	TRAINING_CARDS,
	type TrainingCardKind,
	TrainingReader,
	trainingAnswer,
	trainingCryptogram,
} from "../../src/training/trainingCard.js";

const random = new SeededRandom(3);
const accounts = makeTrainingAccounts(random);
const account = (kind: TrainingCardKind) => accounts.find(each => each.kind === kind)!;

async function reader(kind: TrainingCardKind) {
	const made = new TrainingReader(nodeCrypto, random);
	made.insert(account(kind));
	await made.activate();
	const send = async (hex: string) => formatHex(await made.transmit(parseHex(hex.replace(/ /g, ""))));
	return { made, send };
}

const TOLD = `${"0102".repeat(14)}03`;

test("each training has a card of each kind, with numbers that no payment system gives and right check digits", () => {
	expect(accounts.map(({ kind }) => kind)).toEqual(TRAINING_CARDS);
	for (const { pan } of accounts) {
		expect(pan).toMatch(/^999999[0-9]{10}$/);
		const digits = [...pan].reverse().map(Number);
		const sum = digits.reduce(
			(all, digit, i) => all + (i % 2 ? (digit * 2 > 9 ? digit * 2 - 9 : digit * 2) : digit),
			0,
		);
		expect(sum % 10).toBe(0);
	}
	expect(new Set(accounts.map(({ key }) => formatHex(key))).size).toBe(TRAINING_CARDS.length);
	const again = makeTrainingAccounts(new SeededRandom(4));
	expect(formatHex(again[0]!.key)).not.toBe(formatHex(accounts[0]!.key));
	expect(TRAINING_AID[0]! >> 4).toBe(0xf);
});

describe("a training card", () => {
	test("answers to its own application only", async () => {
		const { send } = await reader("genuine");
		expect(await send("00A404000E 315041592E5359532E4444463031 00")).toBe("6A82");
		expect(await send("00A4040008 A000000333010101 00")).toBe("6A82");
		expect(await send(`00A404000B ${formatHex(TRAINING_AID)} 00`)).toMatch(/^6F.*9000$/);
	});

	test("gives a cryptogram over what it was told, and believes the bank that knows its key alone", async () => {
		const { send } = await reader("genuine");
		const { key } = account("genuine");
		await send("80A80000 02 8300 00");
		const answer = await send(`80AE8000 1D ${TOLD} 00`);
		const [, cid, atc, ac] = /^8012(..)(....)(.{16}).*9000$/.exec(answer)!;
		expect([cid, atc]).toEqual(["80", "0001"]);
		expect(ac).toBe(formatHex(trainingCryptogram(nodeCrypto, key, parseHex(TOLD), parseHex("0001"))));
		const arpc = trainingAnswer(nodeCrypto, key, parseHex(ac!), asciiBytes("00"));
		const wrong = concat(arpc.slice(0, 7), Uint8Array.of(arpc[7]! ^ 1), arpc.slice(8));
		expect(await send(`00820000 0A ${formatHex(wrong)}`)).toBe("6300");
		expect(await send(`80AE4000 1F 3030${TOLD} 00`)).toMatch(/^801200/); // it declines
	});

	test("with the right answer it approves", async () => {
		const { send } = await reader("genuine");
		await send("80A80000 02 8300 00");
		const [, ac] = /^80128000..(.{16})/.exec(await send(`80AE8000 1D ${TOLD} 00`))!;
		const arpc = trainingAnswer(nodeCrypto, account("genuine").key, parseHex(ac!), asciiBytes("00"));
		expect(await send(`00820000 0A ${formatHex(arpc)}`)).toBe("9000");
		expect(await send(`80AE4000 1F 3030${TOLD} 00`)).toMatch(/^801240/);
	});

	test("counts wrong PINs over transactions, and is blocked after three", async () => {
		const { made, send } = await reader("chipPin");
		expect(await send("80CA9F17 00")).toBe("9F1701039000");
		expect(await send("00200080 08 241111FFFFFFFFFF")).toBe("63C2");
		await made.activate();
		expect(await send("00200080 08 251234FFFFFFFFFF")).toBe("63C1");
		expect(await send("00200080 08 241234FFFFFFFFFF")).toBe("9000");
		expect(await send("80CA9F17 00")).toBe("9F1701039000");
		for (const left of ["63C2", "63C1", "63C0"]) expect(await send("00200080 08 240000FFFFFFFFFF")).toBe(left);
		expect(await send("00200080 08 241234FFFFFFFFFF")).toBe("6983");
	});

	test("refuses what it does not know, whatever comes", async () => {
		const { made } = await reader("genuine");
		await fc.assert(
			fc.asyncProperty(fc.uint8Array({ minLength: 4, maxLength: 40 }), async command => {
				try {
					const answer = await made.transmit(command);
					expect(answer.length).toBeGreaterThanOrEqual(2);
				} catch (error) {
					expect(error).toBeInstanceOf(RangeError); // no command at all
				}
			}),
			{ numRuns: 300 },
		);
	});

	test("that is not there is not there", async () => {
		const { made } = await reader("genuine");
		const seen: boolean[] = [];
		made.onChange = present => seen.push(present);
		made.remove();
		made.remove();
		expect(made.present).toBe(false);
		expect(seen).toEqual([false]);
		await expect(made.activate()).rejects.toMatchObject({ name: "CardError", reason: "removed" });
		await expect(made.transmit(parseHex("80CA9F1700"))).rejects.toMatchObject({ reason: "removed" });
	});
});
