import { beforeAll, describe, expect, test } from "vitest";
import { CardInterface } from "../../sim/card/cardInterface.js";
import { cardProfile } from "../../sim/card/cardProfiles.js";
import type { CardResponse, CommandCard } from "../../sim/card/command.js";
import type { CommandHeader } from "../../sim/card/commandHeader.js";
import { VirtualCard } from "../../sim/card/virtualCard.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { Attendant } from "./attendant.js";
import type { BenchOptions } from "./bench.js";
import { BindWorld } from "./bindWorld.js";
import { makeSaleWorldOf, withCvmListOf } from "./saleWorld.js";

const INS_INTERNAL_AUTHENTICATE = 0x88;
const INS_GENERATE_AC = 0xae;
const LIMITS = { perTransactionMinor: 50_000, refundMinor: 1_000 };

/** A card of the gallery whose chip checks its PIN. */
const withOfflinePin = (name: string) => withCvmListOf("plaintext-pin", name);

let cards: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	const other = { ...withOfflinePin("cda"), name: "other" };
	const account = { ...other.account, pan: "6221268000000000995" };
	cards = await makeSaleWorldOf([
		...["cda", "dda", "sda"].map(withOfflinePin),
		{ ...other, account },
		cardProfile("unionpay-online-pin")!,
	]);
}, 60_000);

interface Arranged {
	readonly card?: string;
	readonly offlineProofs?: readonly ("refund" | "release" | "exportBackup")[];
	readonly pins?: readonly string[];
}

/** Bound, with a sale to give money back for; then nobody answers at the desk any more. */
async function arranged({ card = "cda", offlineProofs = ["refund"], pins = ["1234"] }: Arranged = {}) {
	const limits = { ...LIMITS, ...(offlineProofs.length > 0 && { offlineProofs: [...offlineProofs] }) };
	const w = new BindWorld(cards[card]!, { merchant: { limits }, bench: { pins } });
	const { bench: b } = w;
	new Attendant(b);
	expect(await b.terminal.bind(w.code())).toMatchObject({ done: true });
	b.removeCard();
	const { invoice, outcome } = await b.sale(5_000);
	expect(outcome).toBe("approved");
	b.removeCard();
	let atDesk = 0;
	w.line.toDesk = () => {
		atDesk++;
		return undefined;
	};
	const { push } = b.log;
	b.log.push = (...lines) => {
		// The merchant takes the card out when the terminal is done with it.
		if (lines.some(line => line.includes("checked offline"))) void Promise.resolve().then(() => b.removeCard());
		return push.apply(b.log, lines);
	};
	const before = b.merchantMinor;
	const pinsAsked = () => b.screenNames().filter(name => name === "enterPin").length;
	const pinsBefore = pinsAsked();
	return {
		b,
		refund: () => b.terminal.perform({ operation: "refund", amountMinor: 2_000, invoice }),
		paidBack: () => before - b.merchantMinor,
		pinsAsked: () => pinsAsked() - pinsBefore,
		atDesk: () => atDesk,
	};
}

/** Between the terminal and its card: sees each command and its response, or gives another one. */
function between(
	card: CommandCard,
	act: (header: CommandHeader, data: Uint8Array, answer: (data: Uint8Array) => CardResponse) => CardResponse,
): CommandCard {
	return {
		get atr() {
			return card.atr;
		},
		get nullBytes() {
			return card.nullBytes;
		},
		reset: () => card.reset(),
		findCommand: header => card.findCommand(header),
		execute: (header, data) => act(header, data, changed => card.execute(header, changed)),
	};
}

describe.each(["cda", "dda"])("nobody at the desk, and the certificate allows it: a %s card", card => {
	test("with its PIN is enough for a refund above the limit", async () => {
		const a = await arranged({ card });
		expect(await a.refund()).toMatchObject({ outcome: "approved" });
		expect(a.paidBack()).toBe(2_000);
		expect(a.pinsAsked()).toBeGreaterThan(0);
		expect(a.atDesk()).toBe(1); // it was called, and gave no answer
		expect(a.b.log).toContain("terminal the merchant's card and PIN were checked offline, for refund");
	});

	test("with a wrong PIN is not", async () => {
		const a = await arranged({ card, pins: ["1234", "1234", "9999"] });
		expect(await a.refund()).toMatchObject({ outcome: "declined", reason: "the card's PIN was not verified" });
		expect(a.paidBack()).toBe(0);
	});

	test("that signs another challenge than that of this request is not", async () => {
		const a = await arranged({ card });
		const signed = card === "cda" ? INS_GENERATE_AC : INS_INTERNAL_AUTHENTICATE;
		let altered = 0;
		a.b.wrapCommands = inner =>
			between(inner, (header, data, answer) => {
				if (header.ins !== signed) return answer(data);
				altered++;
				// DDOL is 9F37 alone; in CDOL1 it is among what the signature covers, whichever byte it is.
				return answer(data.map((byte, at) => (at === 0 ? byte ^ 1 : byte)));
			});
		expect(await a.refund()).toMatchObject({ outcome: "declined" });
		expect(altered).toBeGreaterThan(0);
		expect(a.paidBack()).toBe(0);
	});
});

test("the signature of an earlier consent does not pass for a new one", async () => {
	const a = await arranged({ card: "dda" });
	let recorded: CardResponse | undefined;
	let replayed = 0;
	a.b.wrapCommands = inner =>
		between(inner, (header, data, answer) => {
			if (header.ins !== INS_INTERNAL_AUTHENTICATE) return answer(data);
			if (recorded) replayed++;
			recorded ??= answer(data);
			return recorded;
		});
	expect(await a.refund()).toMatchObject({ outcome: "approved" });
	a.b.removeCard();
	expect(await a.refund()).toMatchObject({ outcome: "declined", reason: "the card has not proved that it is genuine" });
	expect(replayed).toBe(1);
	expect(a.paidBack()).toBe(2_000);
});

test("a card that can show static data only is not believed", async () => {
	const a = await arranged({ card: "sda" });
	const refused = await a.refund();
	expect(refused).toMatchObject({ outcome: "declined", reason: "the card cannot prove itself without its bank" });
	expect(a.paidBack()).toBe(0);
});

test("a card whose PIN only its bank can check is not enough", async () => {
	const a = await arranged({ card: "unionpay-online-pin" });
	expect(await a.refund()).toMatchObject({ outcome: "declined", reason: "the card's PIN was not verified" });
	expect(a.paidBack()).toBe(0);
});

test("somebody else's card of the same bank, genuine and with its PIN, is not the merchant's", async () => {
	const a = await arranged();
	const { personalisation } = cards.other!;
	a.b.insertCard = () => {
		const random = new SeededRandom(5);
		const card = new VirtualCard({ personalisation, crypto: nodeCrypto, random, state: undefined, onStateChange() {} });
		a.b.slot.insert(new CardInterface(card));
	};
	expect(await a.refund()).toMatchObject({ outcome: "declined", reason: "the card is not the one of this binding" });
	expect(a.paidBack()).toBe(0);
});

test.each<[string, NonNullable<Arranged["offlineProofs"]>]>([
	["says nothing of it", []],
	["allows other things", ["release", "exportBackup"]],
])("where the certificate %s, what needs the merchant's card waits for the desk", async (_what, offlineProofs) => {
	const a = await arranged({ offlineProofs });
	expect(await a.refund()).toMatchObject({ outcome: "declined", reason: expect.stringContaining("no answer") });
	expect(a.pinsAsked()).toBe(0);
	expect(a.paidBack()).toBe(0);
});
