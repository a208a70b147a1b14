import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { testAcquirerClaims, testBindingClaims } from "../../sim/world/testBinding.js";
import { bindingDates } from "../../src/flows/bindingDates.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

const NOW = Date.UTC(2026, 10, 22, 4);
const YEAR = 365 * 24 * 3_600;
const terminal = { serial: "KASSA-BENCH", signingKey: new Uint8Array(32), agreementKey: new Uint8Array(32) };
const { acquirer } = testBindingClaims(terminal, NOW / 1_000);
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-credit"))["unionpay-credit"]!;
});

/** Years from now until when binding and licence hold; the acquirer's certificate holds for five. */
function endingIn(binding: number, licence: number): SaleBench {
	const seconds = NOW / 1_000;
	const named = { ...acquirer, licence: { ...acquirer.licence, notAfter: seconds + licence * YEAR } };
	return new SaleBench({
		...{ ...world, crypto: nodeCrypto },
		binding: { expires: seconds + binding * YEAR, acquirer: named },
	});
}

async function certificates(b: SaleBench) {
	const { results, blocking } = await b.terminal.selfCheck("start");
	return { blocking, ...results.find(({ check }) => check === "certificates")! };
}

describe.each([
	["binding", 1, 9],
	["licence", 9, 1],
	["acquirer", 9, 9],
] as const)("of what a binding needs, the %s ends first:", (name, binding, licence) => {
	const ends = NOW + 1_000 * YEAR * Math.min(binding, licence, 5);
	const day = new Date(ends).toISOString().slice(0, 10);

	test("a warning before, and nothing is sold behind it", async () => {
		const b = endingIn(binding, licence);
		expect((await certificates(b)).says.en).toBe(`3, the first ends on ${day}`);
		b.clock.set(ends - 24 * 3_600_000);
		expect(await certificates(b)).toMatchObject({ verdict: "warning", says: { en: `${name} ends on ${day}` } });
		expect(await b.sale(100)).toMatchObject({ outcome: "approved" });
		b.removeCard();
		b.clock.set(ends);
		expect(await certificates(b)).toMatchObject({
			...{ verdict: "failed", blocking: ["certificates"] },
			says: { en: `${name} ended on ${day}: renew it` },
		});
		expect(await b.sale(100)).toMatchObject({ outcome: "notAccepted" });
	});
});

test("each from when until when, in milliseconds", () => {
	const claims = testBindingClaims(terminal, NOW / 1_000);
	const own = testAcquirerClaims(new Uint8Array(32), NOW / 1_000);
	const certificate = {
		...{ ...claims, notBefore: 1, expires: 2 },
		acquirer: { ...acquirer, licence: { number: "L", notBefore: 5, notAfter: 6 } },
	};
	expect(bindingDates({ certificate, acquirer: { ...own, notBefore: 3, expires: 4 } })).toEqual([
		{ name: "binding", from: 1_000, until: 2_000 },
		{ name: "acquirer", from: 3_000, until: 4_000 },
		{ name: "licence", from: 5_000, until: 6_000 },
	]);
});

test("without a binding there are none", () => {
	expect(bindingDates({ certificate: undefined, acquirer: undefined })).toEqual([]);
});
