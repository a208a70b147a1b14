import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ApduCard } from "../../../sim/card/apduCard.js";
import { cardCommands } from "../../../sim/card/commands/cardCommands.js";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import { VirtualCard } from "../../../sim/card/virtualCard.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { makeCards, nodeRandom } from "./testCards.js";

const SELECT_PSE = "00A404000E315041592E5359532E4444463031";
const FCI = /^6F20840E315041592E5359532E4444463031.*9000$/;

const { cards } = await makeCards("unionpay-debit", "blocked-application", "mute");

function open(personalisation: Personalisation) {
	const card = new ApduCard(new VirtualCard({ personalisation, crypto: nodeCrypto, random: nodeRandom }));
	card.reset();
	const send = (hex: string) => {
		const response = card.execute(parseHex(hex));
		return response && formatHex(response);
	};
	return { card, send };
}

describe("ApduCard", () => {
	test("case 4: data at once", () => {
		const { send } = open(cards["unionpay-debit"]);
		expect(send(`${SELECT_PSE}00`)).toMatch(FCI);
		expect(send(`${SELECT_PSE}FF`)).toMatch(FCI);
	});

	test("case 3: 61xx, then GET RESPONSE in as many parts as asked for", () => {
		const { send } = open(cards["unionpay-debit"]);
		expect(send(SELECT_PSE)).toBe("6122");
		expect(send("00C0000010")).toBe("6F20840E315041592E5359532E4444466112");
		expect(send("00C0000000")).toMatch(/^3031.*9000$/);
		expect(send("00C0000000")).toBe("6985");
	});

	test("case 3 with a warning: the data wait unmentioned", () => {
		const { send } = open(cards["blocked-application"]);
		expect(send("00A4040008A000000333010101")).toBe("6283");
		expect(send("00C0000000")).toMatch(/^6F.*9000$/);
	});

	test("case 2: Le too small is corrected, too large is enough", () => {
		const { send } = open(cards["unionpay-debit"]);
		send(`${SELECT_PSE}00`);
		expect(send("00B2010C05")).toBe("6C49");
		expect(send("00B2010C49")).toMatch(/^7047.*9000$/);
		expect(send("00B2010C00")).toMatch(/^7047.*9000$/);
	});

	test("another command forgets what waits", () => {
		const { send } = open(cards["unionpay-debit"]);
		send(SELECT_PSE);
		expect(send("00B2020C00")).toBe("6A83");
		expect(send("00C0000000")).toBe("6985");
	});

	test.each(["", "00A404", "00A40400000000", "00A4040005AABB", "00A4040002AABBCCDD"])("%s is no command", hex => {
		expect(open(cards["unionpay-debit"]).send(hex)).toBe("6700");
	});

	test("whatever a reader sends: a response", () => {
		const { card, send } = open(cards["unionpay-debit"]);
		const header = fc.tuple(
			fc.constantFrom(0x00, 0x80, 0x84, 0x8c),
			fc.constantFrom(...cardCommands.map(({ ins }) => ins), 0xc0),
			fc.nat(255),
			fc.nat(255),
		);
		const command = fc.oneof(
			fc.uint8Array({ maxLength: 300 }),
			fc
				.tuple(header, fc.uint8Array({ minLength: 1, maxLength: 255 }), fc.constantFrom([], [0], [8]))
				.map(([head, data, le]) => Uint8Array.of(...head, data.length, ...data, ...le)),
			fc.tuple(header, fc.nat(255)).map(([head, le]) => Uint8Array.of(...head, le)),
		);
		fc.assert(
			fc.property(fc.array(command, { maxLength: 5 }), fc.boolean(), (commands, selected) => {
				card.reset();
				if (selected) {
					send("00A4040008A000000333010101");
					send("80A80000078305015620F8C800");
				}
				for (const each of commands) expect(card.execute(each)?.length).toBeGreaterThanOrEqual(2);
			}),
			{ numRuns: 300 },
		);
	});

	test("a mute card says nothing", () => {
		const { card, send } = open(cards.mute);
		expect(card.atr).toHaveLength(0);
		expect(send(SELECT_PSE)).toBeUndefined();
	});
});
