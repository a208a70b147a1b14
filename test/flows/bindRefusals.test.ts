import { beforeAll, describe, expect, test } from "vitest";
import { cardProfile } from "../../sim/card/cardProfiles.js";
import { TEST_MERCHANT, testMerchant } from "../../sim/world/merchant.js";
import { REFUSALS } from "../../src/binding/deskMessages.js";
import { MESSAGES, type MessageId, message } from "../../src/display/messages.js";
import { type ScreenName, screenText } from "../../src/display/screen.js";
import { DESK_REFUSALS } from "../../src/flows/deskRefusals.js";
import { alterAnswer } from "./alteredDeskLine.js";
import { Attendant, type AttendantHabits } from "./attendant.js";
import type { BenchOptions } from "./bench.js";
import { BindWorld, type BindWorldOptions } from "./bindWorld.js";
import { refusedBy } from "./refusedCeremony.js";
import { makeSaleWorldOf, withCvmListOf } from "./saleWorld.js";

const CARD = "unionpay-online-pin";
/** Each has something else wrong with its proof; their PIN is right, and their bank would take each of them. */
const UNPROVEN = ["cda-failed", "dda-failed", "no-oda", "sda-failed"] as const;
let cards: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	const withPin = ["declines-offline", ...UNPROVEN].map(name => withCvmListOf(CARD, name));
	cards = await makeSaleWorldOf([...[CARD, "no-cvm", "mute"].map(name => cardProfile(name)!), ...withPin]);
}, 60_000);

const worldOf = (options: BindWorldOptions = {}, card = CARD, habits?: AttendantHabits) => {
	const w = new BindWorld(cards[card]!, options);
	new Attendant(w.bench, habits);
	return w;
};

interface Refused {
	readonly options?: BindWorldOptions;
	readonly card?: string;
	readonly habits?: AttendantHabits;
	readonly arrange?: (w: BindWorld) => void;
	readonly code?: (w: BindWorld) => string;
	readonly says: string;
}

/** What the card's issuer says. */
function answerOf({ bench }: BindWorld, responseCode: string): void {
	bench.desk.issuer.decide = () => ({ responseCode, iccData: undefined });
}

const stranger = { ...TEST_MERCHANT, owner: "Somebody else" };
const past = {
	acquirer: { name: "A", licence: { number: "L", notBefore: 1_600_000_000, notAfter: 1_700_000_000 }, support: "S" },
};
const REFUSED: Readonly<Record<string, Refused>> = {
	terminalUnknown: {
		options: { merchant: { terminals: [{ terminalId: "KASSA002", serial: "OTHER" }] } },
		says: "does not know this terminal",
	},
	codeWrong: {
		code: w => (w.code() === "0000000000" ? "1111111111" : "0000000000"),
		says: "the activation code is wrong",
	},
	codeExpired: {
		code(w) {
			const code = w.code();
			w.bench.clock.set(w.bench.clock.now() + 25 * 3600_000);
			return code;
		},
		says: "the activation code has expired",
	},
	merchantClosed: { options: { merchant: { closed: true } }, says: "has closed this merchant" },
	licenceExpired: { options: { terms: past }, says: "licence does not count" },
	merchantCardUnknown: { arrange: w => answerOf(w, "14"), says: "does not know this card" },
	merchantCardNotGenuine: {
		arrange: w => answerOf(w, "05"),
		says: "cryptogram is wrong",
	},
	incorrectPin: { options: { bench: { pins: ["9999"] } }, says: "the card's PIN is wrong" },
	pinBlocked: {
		options: { bench: { pins: ["9999"] } },
		arrange(w) {
			for (let i = 0; i < 3; i++) w.bench.books.notePin(cards[CARD]!.account.pan, false);
		},
		says: "PIN is blocked",
	},
	merchantCardRefused: {
		arrange: w => answerOf(w, "41"),
		says: "refuses the card",
	},
	notOwner: { options: { merchant: stranger }, says: "the card is not the merchant's" },
	merchantCardNoPin: { card: "no-cvm", says: "PIN was not verified" },
	cancelled: { habits: { agrees: false }, says: "did not agree" },
	passcodeLocked: { habits: { passcodes: ["1111"] }, says: "locked" },
	bankNotTrusted: { options: { rootSeed: 66 }, says: "signed by somebody who is not known here" },
	bankUnreachable: {
		arrange(w) {
			w.line.toDesk = () => undefined;
		},
		says: "no answer",
	},
	selfTestFailed: { arrange: w => w.bench.clock.set(0), says: "the clock is not set" },
};

/** How often the desk is asked before the ceremony ends. */
function countFrames({ line }: BindWorld): () => number {
	let count = 0;
	line.toDesk = frame => {
		count++;
		return frame;
	};
	return () => count;
}

describe("the terminal does not even ask the desk for a binding to a card", () => {
	const NOT_GENUINE = { code: "merchantCardNotGenuine", reason: "the card has not proved that it is genuine" };
	test.each([
		...UNPROVEN.map(card => [card, NOT_GENUINE] as const),
		["no-cvm", { code: "merchantCardNoPin", reason: "the card's PIN was not verified" }],
		["declines-offline", { code: "merchantCardRefused", reason: "the card gave no cryptogram for its issuer" }],
	] as const)("%s", async (card, refusal) => {
		const w = worldOf({}, card);
		const frames = countFrames(w);
		expect(await refusedBy(w, w.code())).toMatchObject(refusal);
		expect(frames()).toBe(1); // the hello
		expect(w.registry.bindings()).toEqual([]);
	});
});

describe("refused, in clear words, with nothing changed:", () => {
	test.each(Object.entries(REFUSED))("%s", async (title, { options, card, habits, arrange, code, says }) => {
		const w = worldOf(options, card, habits);
		void w.bench.terminal;
		const given = code?.(w) ?? w.code();
		arrange?.(w);
		const result = await refusedBy(w, given);
		expect(result).toMatchObject({ code: title });
		expect(result.reason).toContain(says);
	});

	test("a code that was used before", async () => {
		const w = worldOf();
		const code = w.code();
		expect(await w.bench.terminal.bind(code)).toMatchObject({ done: true });
		w.bench.removeCard();
		expect(await w.bench.terminal.bind(code)).toMatchObject({ done: false, code: "codeUsed" });
	});

	test("five wrong codes lock the desk for 15 minutes, also for the right one", async () => {
		const w = worldOf();
		const code = w.code();
		for (let i = 0; i < 5; i++) {
			expect((await w.bench.terminal.bind("0123456789")).code).toBe(i < 4 ? "codeWrong" : "codeLocked");
			w.bench.removeCard();
		}
		expect((await w.bench.terminal.bind(code)).code).toBe("codeLocked");
		w.bench.removeCard();
		w.bench.clock.set(w.bench.clock.now() + 16 * 60_000);
		expect(await w.bench.terminal.bind(code)).toMatchObject({ done: true });
	});

	test.each(REFUSALS)("the desk says %s: its words, in both languages, with whom to call", async refusal => {
		for (const language of ["en", "zh"] as const) {
			const w = worldOf({ bench: { merchant: testMerchant("commandLine", language) } });
			alterAnswer(w, () => ({ refusal, certificate: undefined, keyMessage: undefined, keySequence: undefined }));
			const { title, reason } = DESK_REFUSALS[refusal];
			expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: false, code: title, reason });
			const shown = screenText(w.bench.screens.at(-1)!);
			expect(shown).toContain(message(title, language));
			expect(shown).toContain(message("callAcquirer", language));
			expect(w.bench.terminal.bindingProblem).toBe("notBound");
		}
	});
});

describe("the person with the merchant's card does something else:", () => {
	/** What happens while this screen is shown; the bench's own cardholder is there too. */
	function onScreen({ bench }: BindWorld, name: ScreenName, act: () => void): void {
		const { onScreen: attend } = bench;
		bench.onScreen = screen => {
			attend?.(screen);
			if (screen.name === name) void Promise.resolve().then(act);
		};
	}
	/** Not again when the screen is drawn with a digit. */
	function once(act: () => void): () => void {
		let isDone = false;
		return () => {
			if (!isDone) act();
			isDone = true;
		};
	}
	const noCard = (w: BindWorld) => {
		w.bench.insertCard = () => {};
	};
	const CASES: Readonly<Record<string, Refused & { readonly title: MessageId }>> = {
		"no card comes": {
			arrange(w) {
				noCard(w);
				onScreen(w, "insertCard", () => w.bench.clock.advance(60_000));
			},
			title: "timedOut",
			says: "no card was inserted",
		},
		"Cancel in the place of a card": {
			arrange(w) {
				noCard(w);
				onScreen(w, "insertCard", () => w.bench.pressKey("cancel"));
			},
			title: "cancelled",
			says: "cancelled before a card was in",
		},
		"a card that does not answer": {
			card: "mute",
			title: "cardError",
			says: "the card does not answer",
		},
		"the card is pulled while its PIN is asked for": {
			arrange: w =>
				onScreen(
					w,
					"enterPin",
					once(() => w.bench.removeCard()),
				),
			title: "cardError",
			says: "",
		},
		"the card is pulled as its PIN is entered": {
			arrange: w => onScreen(w, "enterPin", () => w.bench.removeCard()),
			title: "cardError",
			says: "",
		},
		"Cancel at the PIN": {
			options: { bench: { pins: [] } },
			title: "cancelled",
			says: "PIN entry ended without a PIN",
		},
		"no PIN comes": {
			arrange(w) {
				onScreen(w, "insertCard", () => {
					w.bench.pressKey = () => {};
				});
				onScreen(w, "enterPin", () => w.bench.clock.advance(61_000));
			},
			title: "timedOut",
			says: "PIN entry ended without a PIN",
		},
		"Enter without a PIN": {
			options: { bench: { pins: [""] } },
			title: "merchantCardNoPin",
			says: "the card's PIN was not verified",
		},
	};
	test.each(Object.entries(CASES))("%s", async (_what, { options, card, arrange, title, says }) => {
		const w = worldOf(options, card);
		void w.bench.terminal;
		const code = w.code();
		const frames = countFrames(w);
		arrange?.(w);
		const refused = await refusedBy(w, code);
		expect(refused).toMatchObject({ code: title });
		expect(refused.reason).toContain(says);
		expect(frames()).toBe(1); // the hello
	});

	test("takes more than five minutes for it: try again", async () => {
		const w = worldOf();
		void w.bench.terminal;
		const code = w.code();
		onScreen(
			w,
			"enterPin",
			once(() => w.bench.clock.set(w.bench.clock.now() + 5 * 60_000 + 1)),
		);
		expect(await refusedBy(w, code)).toMatchObject({
			code: "tryAgain",
			reason: "it took too long: begin again",
		});
		expect(await w.bench.terminal.bind(code)).toMatchObject({ done: true });
	});
});

describe("a binding that cannot be brought to its end says so before the first money, and a new one takes its place:", () => {
	test.each<[string, (w: BindWorld) => void, MessageId, string]>([
		[
			"the bank's keys are refused",
			w => w.bench.terminal.binding.update({ keyMessage: new Uint8Array(100), keySequence: 2, isConfirmed: false }),
			"keyRefused",
			"the key message is not from the bank",
		],
		[
			"the bank has ended it meanwhile",
			w => {
				w.registry.end(w.bench.terminal.binding.certificate!.subject);
				w.bench.terminal.binding.update({ isConfirmed: false });
			},
			"notBound",
			"the bank has no such binding of this terminal",
		],
	])("%s", async (_what, arrange, title, says) => {
		const w = worldOf();
		const { bench } = w;
		expect(await bench.terminal.bind(w.code())).toMatchObject({ done: true });
		bench.removeCard();
		arrange(w);
		expect(await bench.sale(100)).toMatchObject({
			outcome: "notAccepted",
			reason: expect.stringContaining(says),
		});
		expect(screenText(bench.screens.at(-1)!)).toContain(MESSAGES[title].en);
		expect(await bench.terminal.bind(w.code())).toMatchObject({ done: true });
		bench.removeCard();
		expect(await bench.sale(100)).toMatchObject({ outcome: "approved" });
	});
});
