import { beforeAll, describe, expect, test } from "vitest";
import type { Downloads } from "../../sim/bank/downloads.js";
import { CardInterface } from "../../sim/card/cardInterface.js";
import { cardProfile } from "../../sim/card/cardProfiles.js";
import type { CardResponse, CommandCard } from "../../sim/card/command.js";
import type { CommandHeader } from "../../sim/card/commandHeader.js";
import { VirtualCard } from "../../sim/card/virtualCard.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { screenText } from "../../src/display/screen.js";
import { Attendant } from "./attendant.js";
import type { BenchOptions, SaleBench } from "./bench.js";
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
	const ending = { ...withOfflinePin("cda"), name: "ending" };
	cards = await makeSaleWorldOf([
		{ ...ending, account: { ...ending.account, expires: "261130" } },
		...["cda", "dda", "sda"].map(withOfflinePin),
		{ ...other, account },
		cardProfile("unionpay-online-pin")!,
	]);
}, 60_000);

interface Arranged {
	readonly card?: string;
	readonly offlineProofs?: readonly ("refund" | "release" | "exportBackup")[];
	readonly pins?: readonly string[];
	/** What the acquirer's list will say when it is fetched. */
	readonly hotCards?: readonly string[];
}

/** Bound, with a sale to give money back for; then nobody answers at the desk any more. */
async function arranged({ card = "cda", offlineProofs = ["refund"], pins = ["1234"], hotCards = [] }: Arranged = {}) {
	const limits = { ...LIMITS, ...(offlineProofs.length > 0 && { offlineProofs: [...offlineProofs] }) };
	const managementLink = { connect: () => Promise.reject(new Error("no broker")) };
	const downloads: Downloads = { parameters: undefined, aids: [], caKeys: [], hotCards };
	const w = new BindWorld(cards[card]!, { merchant: { limits }, bench: { pins, managementLink, downloads } });
	const { bench: b } = w;
	const attendant = new Attendant(b);
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
	const passcodesBefore = attendant.asked;
	return {
		b,
		refund: () => b.terminal.perform({ operation: "refund", amountMinor: 2_000, invoice }),
		paidBack: () => before - b.merchantMinor,
		pinsAsked: () => pinsAsked() - pinsBefore,
		atDesk: () => atDesk,
		/** The line is whole again. */
		mend() {
			delete w.line.toDesk;
			takesCardOut(b);
		},
		/** Since the ceremony. */
		passcodesAsked: () => attendant.asked - passcodesBefore,
		/** Locked by the bank, which has agreed to the release already. */
		lock() {
			b.terminal.monitor.lock("fraud desk", "test", "400 123");
			b.terminal.monitor.give("bank", "fraud desk");
		},
		incidents: () => [...b.terminal.monitor.incidents.lines()].map(line => JSON.parse(line).event),
	};
}

/** The merchant takes the card out when the desk has seen it; the customer's stays for its sale. */
function takesCardOut(b: SaleBench): void {
	const { onScreen } = b;
	const isLocked = b.terminal.monitor.locked !== undefined;
	b.onScreen = screen => {
		onScreen?.(screen);
		if (screen.name === "contactingBank" && isLocked === (b.terminal.monitor.locked !== undefined))
			void Promise.resolve().then(() => b.removeCard());
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

test.each([
	["on its last day", Date.UTC(2026, 10, 30, 4), { outcome: "approved" }, 2_000],
	["the day after", Date.UTC(2026, 11, 1, 4), { outcome: "declined", reason: "the card has expired" }, 0],
])("the card of the binding when its end has come meanwhile: %s", async (_when, now, result, paid) => {
	const a = await arranged({ card: "ending" });
	a.b.clock.set(now);
	expect(await a.refund()).toMatchObject(result);
	expect(a.paidBack()).toBe(paid);
});

test.each([
	["another card", "other", { outcome: "approved" }, 2_000],
	["the card of the binding", "cda", { outcome: "declined", reason: "the card is blocked" }, 0],
])("the acquirer's list of hot cards names %s", async (_which, listed, result, paid) => {
	const a = await arranged({ hotCards: [cards[listed]!.account.pan] });
	expect(await a.b.terminal.serve({ service: "download" })).toMatchObject({ done: true });
	expect(await a.refund()).toMatchObject(result);
	expect(a.paidBack()).toBe(paid);
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

const WAITS = "the bank must check the merchant's card and does not answer: try again when the line is back";

describe("a release from lock while nobody is at the desk", () => {
	test("is the merchant's card and PIN where the certificate allows it", async () => {
		const a = await arranged({ offlineProofs: ["release"] });
		a.lock();
		expect(await a.b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(a.incidents().at(-1)).toMatchObject({ type: "factor", factor: "merchant", by: "merchant card" });
		expect(a.b.log).toContain("terminal the merchant's card and PIN were checked offline, for release");
		expect(a.passcodesAsked()).toBe(0);
	});

	test("is not, with a wrong PIN", async () => {
		const a = await arranged({ offlineProofs: ["release"], pins: ["1234", "1234", "9999"] });
		a.lock();
		expect(await a.b.sale(100)).toMatchObject({ status: "declined", reason: "the card's PIN was not verified" });
		expect(a.b.terminal.monitor.locked).toBeDefined();
	});

	test.each<[string, NonNullable<Arranged["offlineProofs"]>]>([
		["says nothing of it", []],
		["allows other things", ["refund", "exportBackup"]],
	])("waits for the line where the certificate %s: no passcode stands in", async (_what, offlineProofs) => {
		const a = await arranged({ offlineProofs });
		a.lock();
		const before = a.incidents();
		expect(await a.b.sale(100)).toMatchObject({ status: "declined", reason: WAITS, name: undefined });
		expect(screenText(a.b.screens.at(-1)!)).toContain("Merchant's card waits for it");
		expect([a.passcodesAsked(), a.pinsAsked()]).toEqual([0, 0]);
		expect(a.b.terminal.monitor.locked).toBeDefined();
		expect(a.incidents()).toEqual(before); // a dead line is nobody's failed try
		a.mend();
		expect(await a.b.sale(100)).toMatchObject({ outcome: "approved" });
		expect(a.incidents().at(-1)).toMatchObject({ factor: "merchant", by: "merchant card" });
	});
});

describe("a backup that the merchant orders while nobody is at the desk", () => {
	test("is theirs with card and PIN where the certificate allows it", async () => {
		const a = await arranged({ offlineProofs: ["exportBackup"] });
		expect(await a.b.terminal.backUp()).toMatchObject({
			done: true,
			reason: expect.stringMatching(/^merchant card agreed/),
		});
		expect(a.b.log).toContain("terminal the merchant's card and PIN were checked offline, for exportBackup");
		expect(a.passcodesAsked()).toBe(0);
	});

	test.each<[string, NonNullable<Arranged["offlineProofs"]>]>([
		["says nothing of it", []],
		["allows other things", ["refund", "release"]],
	])("waits for the line where the certificate %s: no passcode stands in", async (_what, offlineProofs) => {
		const a = await arranged({ offlineProofs });
		expect(await a.b.terminal.backUp()).toEqual({ done: false, reason: WAITS });
		expect([a.passcodesAsked(), a.pinsAsked()]).toEqual([0, 0]);
		a.mend();
		expect(await a.b.terminal.backUp()).toMatchObject({ done: true });
	});
});
