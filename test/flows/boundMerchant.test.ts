import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { testMerchant } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { testSigner } from "../../sim/world/testBinding.js";
import type { BindingProblem } from "../../src/binding/binding.js";
import { type BindingCertificate, revocationLists } from "../../src/binding/certificates.js";
import { type MessageId, message } from "../../src/display/messages.js";
import { screenText } from "../../src/display/screen.js";
import { TRANSACTIONS } from "../../src/flows/perform.js";
import type { Operation } from "../../src/operation.js";
import { formatReceipt } from "../../src/receipt/formatReceipt.js";
import { ACQUIRER_SEED, type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

let world: Omit<BenchOptions, "crypto">;
let running: SaleBench | undefined;
beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-credit"))["unionpay-credit"]!;
});
afterEach(() => {
	running?.terminal.stop();
	running?.clock.advance(3_600_000);
	running = undefined;
});

const NOON = Date.UTC(2026, 10, 22, 4);
const LICENCE = { number: "PBC-2026-0815", notBefore: 1_700_000_000, notAfter: 1_900_000_000 };
const ACQUIRER = { name: "Bank of the Lake", licence: LICENCE, support: "+86 20 1234 5678" };

function benchOf(language: "en" | "zh", more: Partial<BenchOptions> = {}): SaleBench {
	const merchant = testMerchant("commandLine", language);
	return new SaleBench({ ...world, crypto: nodeCrypto, merchant, binding: { acquirer: ACQUIRER }, ...more });
}

/** Runs the terminal until it has drawn something that its idle screen alone shows. */
async function idleText(b: SaleBench): Promise<string> {
	running = b;
	void b.terminal.run();
	await expect.poll(() => b.screens.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(0);
	await expect.poll(() => ["idle", "notice"].includes(b.screenNames().at(-1)!), { timeout: 10_000 }).toBe(true);
	return screenText(b.screens.at(-1)!);
}

describe.each(["en", "zh"] as const)("whom the terminal sells for, in %s:", language => {
	test.each(["merchant", "cardholder"] as const)("the %s's receipt has address, licence and support", async copy => {
		const b = benchOf(language);
		expect(await b.sale(1_000)).toMatchObject({ outcome: "approved" });
		const text = formatReceipt(b.terminal.receipt(b.terminal.journal.last()!, copy, false));
		for (const line of [
			"KASSA TEST CAFE",
			"1 Test Road, Shanghai",
			`${message("licence", language)} ${LICENCE.number}`,
			`${message("support", language)} ${ACQUIRER.support}`,
		])
			expect(text).toContain(line);
	});

	test("the idle screen has merchant, licence and support", async () => {
		const text = await idleText(benchOf(language));
		expect(text).toContain("KASSA TEST CAFE");
		expect(text).toContain(`${LICENCE.number} · ${ACQUIRER.support}`);
	});

	test("without a binding the idle screen says so, and whom to call", async () => {
		const text = await idleText(benchOf(language, { isUnbound: true }));
		expect(text).toContain(message("notBound", language));
		expect(text).toContain(message("callAcquirer", language));
		expect(text).not.toContain("KASSA TEST CAFE");
	});

	test("with a licence that has ended the idle screen says so, and calls for the acquirer's own support", async () => {
		const acquirer = { ...ACQUIRER, licence: { ...LICENCE, notAfter: 1_700_000_001 } };
		const text = await idleText(benchOf(language, { binding: { acquirer } }));
		expect(text).toContain(message("licenceExpired", language));
		expect(text).toContain(ACQUIRER.support);
	});

	test("the about screen has all of it, and the fees", async () => {
		const b = benchOf(language);
		await idleText(b);
		b.pressKey("down");
		await expect.poll(() => b.screenNames().at(-1)).toBe("menu");
		// from the first item round about, to the last and up
		for (let n = 0; n < 60 && b.screenNames().at(-1) === "menu"; n++) {
			await new Promise(done => setTimeout(done, 2));
			if (selectedOf(b.screens.at(-1)!) === message("about", language)) b.pressKey("enter");
			else b.pressKey("up");
		}
		await expect.poll(() => b.screenNames().at(-1)).toBe("page");
		const seen = new Set<string>();
		for (let n = 0; n < 20; n++) {
			for (const line of screenText(b.screens.at(-1)!).split("\n")) seen.add(line);
			b.pressKey("down");
			await new Promise(done => setTimeout(done, 2));
		}
		const shown = [...seen].join("\n");
		const label = (name: Parameters<typeof message>[0]) => message(name, language);
		for (const line of [
			`${label("acquirer")}: ${ACQUIRER.name}`,
			`${label("licence")}: ${LICENCE.number}`,
			`${label("support")}: ${ACQUIRER.support}`,
			`${label("merchantNumber")}: 898310000000001`,
		])
			expect(shown).toContain(line);
		expect(shown).toMatch(new RegExp(`${label("fees")}: .*0\\.6 %`));
	});
});

/** A list of the acquirer's that has the certificate of every bench on it. */
const REVOKING = revocationLists.sign(
	{
		issuer: "Kassa test acquirer",
		issuedAt: NOON / 1000,
		number: 1,
		revoked: [new Uint8Array(8).fill(2)],
	},
	testSigner(nodeCrypto, ACQUIRER_SEED),
);
const YEAR_SECONDS = 365 * 24 * 3600;
const SUPPORT = ACQUIRER.support;

interface Unsold {
	readonly reason: BindingProblem;
	readonly title: MessageId;
	/** Whom to call. */
	readonly contact: (language: "en" | "zh") => string;
	readonly more?: Partial<BenchOptions>;
	readonly arrange?: (b: SaleBench) => void;
}
const certificate = (changes: Partial<BindingCertificate>) => ({ binding: { acquirer: ACQUIRER, ...changes } });
const acquirers = () => SUPPORT;
const firmwares = (language: "en" | "zh") => message("callAcquirer", language);
const UNSOLD: readonly Unsold[] = [
	{ reason: "notBound", title: "notBound", contact: firmwares, more: { isUnbound: true } },
	{
		reason: "expired",
		title: "bindingExpired",
		contact: acquirers,
		more: certificate({ expires: NOON / 1000 }),
	},
	{
		reason: "notYetValid",
		title: "bindingNotYetValid",
		contact: acquirers,
		more: certificate({ notBefore: NOON / 1000 + YEAR_SECONDS }),
	},
	{
		reason: "revoked",
		title: "bindingRevoked",
		contact: acquirers,
		arrange: b => b.terminal.binding.takeRevocations(REVOKING),
	},
	{
		reason: "foreign",
		title: "bindingForeign",
		contact: acquirers,
		more: certificate({
			terminal: { serial: "OTHER", signingKey: new Uint8Array(32), agreementKey: new Uint8Array(32) },
		}),
	},
	{
		reason: "sealBroken",
		title: "sealBroken",
		contact: firmwares,
		arrange(b) {
			b.terminal.stop();
			b.disk.flip("binding", 40);
			b.restart();
		},
	},
	{
		reason: "licenceExpired",
		title: "licenceExpired",
		contact: acquirers,
		more: { binding: { acquirer: { ...ACQUIRER, licence: { ...LICENCE, notAfter: NOON / 1000 } } } },
	},
];

describe.each(["en", "zh"] as const)("no sale, and the display says in %s why and whom to call:", language => {
	test.each(UNSOLD)("$reason", async ({ reason, title, contact, more, arrange }) => {
		const b = benchOf(language, more);
		arrange?.(b);
		for (const operation of Object.keys(TRANSACTIONS) as Operation[]) {
			b.screens.length = 0;
			const amountMinor = operation === "balance" ? 0 : 100;
			const ordered = await b.terminal.perform({ operation, amountMinor, invoice: 1, cashbackMinor: 10, tipMinor: 10 });
			expect(ordered, operation).toMatchObject({ outcome: "notAccepted", reason, online: false, name: undefined });
			expect(b.screenNames(), operation).toEqual(["notice"]);
			const shown = screenText(b.screens[0]!);
			expect(shown, operation).toContain(message(title, language));
			expect(shown, operation).toContain(contact(language));
		}
		expect(b.entries).toEqual([]);
		expect(b.bank.received).toEqual([]);
		const idle = await idleText(b);
		expect(idle).toContain(message(title, language));
		expect(idle).toContain(contact(language));
	});
});

test("the same terminal sells where nothing speaks against its binding", async () => {
	expect(await benchOf("en").sale(1_000)).toMatchObject({ outcome: "approved" });
});

/** The chosen item of a menu stands on a bar. */
function selectedOf({ items }: SaleBench["screens"][number]): string | undefined {
	const chosen = items[items.findIndex(({ kind }, at) => kind === "rectangle" && items[at + 1]?.kind === "text") + 1];
	return chosen?.kind === "text" ? chosen.text : undefined;
}
