import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { PowerCut } from "../../sim/world/memoryDisk.js";
import { testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { type Language, type MessageId, message } from "../../src/display/messages.js";
import { type Screen, screenText } from "../../src/display/screen.js";
import type { OperatorRole } from "../../src/operators/rights.js";
import type { Digit, Key } from "../../src/ports.js";
import { type BenchOptions, PASSCODE, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

const CARD = "unionpay-credit";
const OWN = "258014";
let world: Omit<BenchOptions, "crypto">;
let b: SaleBench;

beforeAll(async () => {
	world = (await makeSaleWorld(CARD))[CARD]!;
});

afterEach(() => {
	b.terminal.stop();
	b.clock.advance(3_600_000);
});

function bench(language: Language = "en"): SaleBench {
	b = new SaleBench({ ...world, crypto: nodeCrypto, merchant: testMerchant("commandLine", language) });
	return b;
}

function hire(number: string, role: OperatorRole, passcode: string | undefined = OWN): void {
	const { operators } = b.terminal;
	const initial = operators.add(number, role, "supervisor", b.clock.now());
	if (passcode) expect(operators.choosePasscode(number, asciiBytes(passcode), b.clock.now())).toBeUndefined();
	else initials.set(number, String.fromCharCode(...initial));
}
const initials = new Map<string, string>();

/** Hands that answer each title with what stands for it, once for each time it comes up; anything else they agree to. */
function hands(answers: Partial<Record<MessageId, readonly (string | Key)[]>>): void {
	const queues = new Map(Object.entries(answers).map(([id, list]) => [id, [...list!]]));
	let before = "";
	b.onScreen = (screen: Screen) => {
		const { language } = testMerchant("commandLine", "en");
		const text = screenText(screen);
		const isEmpty = !text.includes("●") && !/\n[0-9]+\n/.test(`${text}\n`);
		if (screen.name === "confirm") void Promise.resolve().then(() => b.pressKey("enter"));
		if (screen.name !== "enterOperator" && screen.name !== "enterPasscode") return;
		const titles = [...queues].filter(([id]) => text.startsWith(message(id as MessageId, language)));
		// It is drawn again when a card leaves meanwhile.
		const isAgain = before === `${screen.name} ${text}`;
		before = `${screen.name} ${text}`;
		if (!isEmpty || isAgain) return;
		const [, queue] = titles[0] ?? [];
		const answer = queue?.shift() ?? "cancel";
		void Promise.resolve().then(() => {
			if (answer === "cancel") b.pressKey("cancel");
			else {
				for (const digit of answer) b.pressKey(digit as Digit);
				b.pressKey("enter");
			}
		});
	};
}

const events = () => [...b.terminal.access.entries()].map(({ event }) => event);
const sale = () => {
	b.removeCard();
	return b.sale(1_000);
};

async function signedOn(number = "12"): Promise<void> {
	hands({ operatorNumber: [number], operatorPasscode: [OWN] });
	expect(await b.terminal.signOn()).toEqual({
		done: true,
		operator: number,
		reason: `operator ${number} is signed on`,
	});
}

describe("without cashiers", () => {
	test("the terminal sells as ever, also beside an administrator and a supervisor", async () => {
		bench();
		hire("99", "administrator");
		hire("20", "supervisor");
		expect(await sale()).toMatchObject({ status: "approved" });
		expect(b.terminal.journal.last()).toMatchObject({ operator: undefined });
	});

	test("an order that names persons itself makes nobody one who sold or approved", async () => {
		bench();
		const names = { operator: "12", approvedBy: "20" };
		expect(await b.sale(1_000, names)).toMatchObject({ status: "approved" });
		expect(b.terminal.journal.last()).toMatchObject({ operator: undefined, approvedBy: undefined });
	});
});

describe("with a cashier", () => {
	test("nobody signed on: not accepted, and no operation that moves money gets to the bank or the journal", async () => {
		bench();
		hire("12", "cashier");
		const before = b.bank.received.length;
		for (const operation of ["sale", "saleWithCashback", "cash", "saleVoid", "refund", "balance", "tip"] as const) {
			const result = await b.terminal.perform({
				operation,
				amountMinor: 100,
				invoice: 1,
				tipMinor: 1,
				cashbackMinor: 1,
			});
			expect(result).toMatchObject({ outcome: "notAccepted", status: "declined", name: undefined });
			expect(result.reason).toBe("noOperator: nobody is signed on: sign on with number and passcode first");
		}
		expect(b.bank.received.length).toBe(before);
		expect(b.terminal.journal.last()).toBeUndefined();
		expect(screenText(b.screens.at(-1)!)).toContain("Sign on first");
	});

	test.each(["en", "zh"] as const)(
		"the idle screen asks for it, in %s; the first digit begins the number",
		async language => {
			bench(language);
			hire("12", "cashier");
			const running = b.terminal.run();
			const shown = (id: MessageId) =>
				expect
					.poll(() => screenText(b.screens.at(-1)!), { interval: 5, timeout: 10_000 })
					.toContain(message(id, language));
			await shown("signOnFirst");
			b.pressKey("1");
			await shown("operatorNumber");
			expect(b.screens.at(-1)!.name).toBe("enterOperator");
			for (const key of ["2", "enter"] as const) b.pressKey(key);
			await shown("operatorPasscode");
			for (const key of [...OWN, "enter"] as Key[]) b.pressKey(key);
			await shown("signedOn");
			b.pressKey("enter");
			await expect.poll(() => b.screens.at(-1)!.name, { interval: 5 }).toBe("idle");
			b.pressKey("5");
			await expect.poll(() => b.screens.at(-1)!.name, { interval: 5 }).toBe("enterAmount");
			b.pressKey("cancel");
			b.terminal.stop();
			b.clock.advance(60_000);
			await running;
		},
	);

	test("a sale carries the number of who is signed on, on the receipt, too", async () => {
		bench();
		hire("12", "cashier");
		await signedOn();
		expect(await sale()).toMatchObject({ status: "approved" });
		const record = b.terminal.journal.last()!;
		expect(record.operator).toBe("12");
		expect(JSON.stringify(b.terminal.receipt(record, "merchant", false))).toContain('"12"');
	});

	test("the monitor hears of a sign-on, and of nothing else", async () => {
		const kinds: string[] = [];
		bench();
		hire("12", "cashier");
		const { monitor } = b.terminal;
		const take = monitor.take.bind(monitor);
		monitor.take = event => {
			kinds.push(event.kind);
			take(event);
		};
		hands({ operatorNumber: ["12"], operatorPasscode: ["999998", "cancel"] });
		await b.terminal.signOn();
		expect(kinds).toEqual([]);
		await signedOn();
		expect(kinds).toEqual(["signOn"]);
	});

	test("an initial passcode is good for nothing but for choosing another one, which must be typed twice and be none of the easy ones", async () => {
		bench();
		hire("12", "cashier", "");
		const initial = initials.get("12")!;
		hands({ operatorNumber: ["12"], operatorPasscode: [initial], newPasscode: ["cancel"] });
		expect(await b.terminal.signOn()).toMatchObject({ done: false, operator: undefined });
		expect(await sale()).toMatchObject({ outcome: "notAccepted" });
		const answers = ["123456", "123456", initial, initial, "147036", "147037", "147036", "147036"];
		let asked = -1;
		b.onScreen = screen => {
			const text = screenText(screen);
			if (screen.name === "enterOperator" && !/\n[0-9]/.test(text)) type("12");
			if (screen.name !== "enterPasscode" || text.includes("●")) return;
			type(asked < 0 ? initial : answers[asked]!);
			asked++;
		};
		expect(await b.terminal.signOn()).toMatchObject({ done: true, operator: "12" });
		expect(asked).toBe(answers.length);
		expect(b.screens.map(screenText).join("\n")).toMatch(/Too simple[\s\S]*Choose another one[\s\S]*They differ/);
		expect(await sale()).toMatchObject({ status: "approved" });
	});

	test.each([
		["a number that nobody has", "77", "there is no operator 77"],
		["an administrator", "99", "operator 99 is an administrator: it takes a cashier or a supervisor"],
	])("%s does not sign on", async (_, number, reason) => {
		bench();
		hire("12", "cashier");
		hire("99", "administrator");
		hands({ operatorNumber: [number], operatorPasscode: [OWN] });
		expect(await b.terminal.signOn()).toMatchObject({ done: false, reason });
	});

	test("five wrong passcodes lock the cashier; the trail has each of them", async () => {
		bench();
		hire("12", "cashier");
		hands({
			operatorNumber: ["12"],
			operatorPasscode: ["999991"],
			wrongPasscode: ["999992", "999993", "999994", "999995"],
		});
		expect(await b.terminal.signOn()).toMatchObject({ done: false });
		expect(events().filter(({ type }) => type === "tried").length).toBe(5);
		hands({ operatorNumber: ["12"], operatorPasscode: [OWN] });
		expect((await b.terminal.signOn()).reason).toContain("locked");
	});

	test("idle time signs off, and so does a person; a restart does not", async () => {
		bench();
		hire("12", "cashier");
		await signedOn();
		b.clock.advance(29 * 60_000);
		b.restart();
		expect(await sale()).toMatchObject({ status: "approved" });
		b.clock.advance(30 * 60_000);
		expect(await sale()).toMatchObject({ outcome: "notAccepted" });
		expect(events().at(-1)).toEqual({ type: "signedOff", who: "12", why: "idle" });
		await signedOn();
		expect(await b.terminal.signOff()).toMatchObject({ done: true });
		expect(await b.terminal.signOff()).toMatchObject({ done: false, reason: "nobody is signed on" });
		expect(await sale()).toMatchObject({ outcome: "notAccepted" });
	});
});

describe("approval", () => {
	test.each(["saleVoid", "refund"] as const)(
		"of a %s: a supervisor who is another person; who it was is in the record",
		async operation => {
			bench();
			hire("12", "cashier");
			hire("20", "supervisor");
			await signedOn();
			const { invoice } = await sale();
			hands({ supervisorNumber: ["20"], operatorPasscode: [OWN] });
			const result = await b.terminal.perform({ operation, amountMinor: 1_000, invoice: invoice! });
			expect(result).toMatchObject({ status: "approved" });
			expect(b.terminal.journal.last()).toMatchObject({ operator: "12", approvedBy: "20" });
			expect(events().at(-1)).toEqual({ type: "approved", who: "20", what: operation, by: "12" });
		},
	);

	test("the supervisor who is signed on cannot approve what they do themselves, nor can a cashier", async () => {
		bench();
		hire("12", "cashier");
		hire("20", "supervisor");
		await signedOn("20");
		const { invoice } = await sale();
		hands({ supervisorNumber: ["20"], operatorPasscode: [OWN] });
		const own = await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice: invoice! });
		expect(own).toMatchObject({ status: "declined" });
		expect(own.reason).toContain("another person must agree");
		hands({ supervisorNumber: ["12"], operatorPasscode: [OWN] });
		const cashier = await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice: invoice! });
		expect(cashier.reason).toBe("operator 12 is a cashier: it takes a supervisor");
	});

	test("where no supervisor has a number it is the terminal's own passcode", async () => {
		bench();
		hire("12", "cashier");
		await signedOn();
		const { invoice } = await sale();
		hands({ supervisorPasscode: [PASSCODE] });
		await b.terminal.perform({ operation: "saleVoid", amountMinor: 0, invoice: invoice! });
		expect(b.terminal.journal.last()).toMatchObject({ operator: "12", approvedBy: "supervisor" });
	});

	test("a refund to a card has its approval in the record", async () => {
		bench();
		hire("12", "cashier");
		hire("20", "supervisor");
		await signedOn();
		hands({ supervisorNumber: ["20"], operatorPasscode: [OWN] });
		const result = await b.terminal.perform({ operation: "refund", amountMinor: 300 });
		expect(result).toMatchObject({ status: "approved" });
		expect(b.terminal.journal.last()).toMatchObject({ operator: "12", approvedBy: "20" });
	});
});

test("totals and the settlement's report tell what each operator took", async () => {
	bench();
	hire("12", "cashier");
	hire("13", "cashier");
	await signedOn("12");
	await sale();
	await sale();
	await signedOn("13");
	await sale();
	const { lines } = await b.terminal.serve({ service: "totals" });
	expect(lines).toContain("Operator 12 Sale: 2, ¥20.00");
	expect(lines).toContain("Operator 13 Sale: 1, ¥10.00");
	const settled = await b.terminal.serve({ service: "settle" });
	expect(settled).toMatchObject({ done: true });
	expect(settled.lines).toEqual(expect.arrayContaining(["Operator 12 Sale: 2, ¥20.00", "Operator 13 Sale: 1, ¥10.00"]));
});

test("a power cut at every write of a sign-on: signed on or not, never more, and the next one works", async () => {
	let outcomes = "";
	for (let cut = 0; ; cut++) {
		bench();
		hire("12", "cashier");
		hands({ operatorNumber: ["12"], operatorPasscode: [OWN] });
		b.disk.cutAfter(cut, bytes => bytes);
		let isCut = false;
		try {
			await b.terminal.signOn();
		} catch (error) {
			expect(error).toBeInstanceOf(PowerCut);
			isCut = true;
		}
		b.restart();
		const isOn = b.terminal.shift.operator === "12";
		outcomes += isOn ? "on " : "off ";
		expect(events().at(-1)!.type === "signedOn").toBe(isOn);
		expect((await sale()).status).toBe(isOn ? "approved" : "declined");
		await signedOn();
		expect(await sale()).toMatchObject({ status: "approved" });
		if (!isCut) break;
	}
	expect(outcomes).toMatch(/^(?:off )+(?:on )+$/);
});

describe("the menu", () => {
	test("a supervisor adds a cashier, whose initial passcode is shown once", async () => {
		bench();
		void b.terminal;
		const running = b.terminal.run();
		await expect.poll(() => b.screens.at(-1)!.name, { interval: 5 }).toBe("idle");
		b.pressKey("down");
		await expect.poll(() => b.screens.at(-1)!.name, { interval: 5 }).toBe("menu");
		await choose("Operators");
		await says("Supervisor passcode");
		type(PASSCODE);
		await says("List");
		await choose("Add");
		await says("Operator number");
		type("34");
		await says("Cashier");
		b.pressKey("enter");
		await says("Initial passcode");
		const initial = /[0-9]{6}/.exec(screenText(b.screens.at(-1)!))![0];
		b.pressKey("enter");
		await says("List");
		b.pressKey("cancel");
		await says("Sign on first");
		expect(b.terminal.operators.list()).toEqual([{ number: "34", role: "cashier", isInitial: true }]);
		expect(b.log.join("\n")).not.toContain(initial);
		b.terminal.stop();
		b.clock.advance(60_000);
		await running;
	});
});

const says = (words: string) =>
	expect.poll(() => screenText(b.screens.at(-1)!), { interval: 5, timeout: 10_000 }).toContain(words);

async function choose(label: string): Promise<void> {
	for (let i = 0; i < 60; i++) {
		const list = b.screens.at(-1)!.items;
		if (JSON.stringify(list).includes(`"text":"${label}"`) && isSelected(b.screens.at(-1)!, label)) break;
		b.pressKey("down");
		await new Promise(resolve => setTimeout(resolve, 5));
	}
	b.pressKey("enter");
}

/** What is selected is drawn in another colour than the rest. */
function isSelected({ items }: Screen, label: string): boolean {
	const texts = items.filter(item => item.kind === "text");
	const own = texts.find(item => item.text === label);
	return own !== undefined && texts.filter(item => item.colour === own.colour).length === 1;
}

function type(digits: string): void {
	void Promise.resolve().then(() => {
		for (const digit of digits) b.pressKey(digit as Digit);
		b.pressKey("enter");
	});
}
