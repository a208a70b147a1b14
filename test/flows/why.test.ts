import { beforeAll, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatDecision } from "../../src/emv/formatDecision.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld, withApplication } from "./saleWorld.js";

let worlds: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	worlds = await makeSaleWorld("unionpay-debit", "cda", "first-unavailable");
});

const denying = { tacDenial: "FFFFFFFFFF" };
const POLICY = { mostAmountMinor: 5_000, mostCount: 2, mostTotalMinor: 6_000, offlinePinRequired: false };
const ONLINE_CODES = /^Book 3, 10\.7: .* online codes \(TVR \w{10}, IAC \w{10}, TAC \w{10}\): yes/;

test.each<[string, string, (configuration: unknown) => unknown, RegExp]>([
	["this application", "unionpay-debit", same, /^Book 1, 12\.3: .*: A000000333010101 priority 1/],
	[
		"it was selected",
		"unionpay-debit",
		same,
		/^Book 1, 12\.4: final selection \(AID A0000003330101\w+, SW 9000\): selected/,
	],
	["not this application: 6985", "first-unavailable", same, /^Book 3, 10\.1: .*6985.*: back to the candidate list/],
	[
		"this authentication",
		"cda",
		same,
		/^Book 3, 10\.3: which offline data authentication .*\(82 7D00, 9F33 \w{6}\): CDA/,
	],
	[
		"authentication failed",
		"cda",
		withoutCaKeys,
		/^Book 2, 6\.6: the terminal does not have the CA key .*: TVR byte 1 bit 3/,
	],
	[
		"this cardholder verification",
		"unionpay-debit",
		same,
		/^Book 3, 10\.5: CVM rule \w{4} \(.*\): (successful|unknown)/,
	],
	["online", "unionpay-debit", c => withApplication(c, {}, { storeAndForward: POLICY }), ONLINE_CODES],
	["never offline", "unionpay-debit", same, /^docs\/sale\.md: may the terminal approve offline .*: no policy/],
	["what was asked of the card", "unionpay-debit", same, /^Book 3, 10\.7: .* \(9F35 22\): ARQC/],
	["what the card gave", "cda", same, /^Book 3, 10\.8: .*TC was asked for.* \(9F27 40, .*\): TC/],
	["the issuer", "unionpay-debit", same, /^Book 3, 10\.9: what does the issuer say \(field 39 00\): answered/],
	["declined", "unionpay-debit", c => withApplication(c, denying), /^Book 3, 10\.7: .* denial codes .*: yes: \w{10}/],
])("why %s", async (_question, card, configure, answer) => {
	const world = worlds[card]!;
	const b = new SaleBench({ ...world, configuration: configure(world.configuration), crypto: nodeCrypto });
	await b.sale(100);
	const lines = b.decisions.map(formatDecision);
	expect(lines.filter(line => answer.test(line)).length, lines.join("\n")).toBeGreaterThan(0);
	for (const { section, rule, result } of b.decisions) {
		expect(section).toMatch(/^(Book [1-4], [0-9A-Z.]+|docs\/[a-z]+\.md|CVE-[0-9-]+)$/);
		expect(rule && result).not.toBe("");
	}
	expect(lines.join("\n")).not.toContain(world.account.pan);
});

function same(configuration: unknown): unknown {
	return configuration;
}

function withoutCaKeys(configuration: unknown): unknown {
	return { ...(configuration as object), caPublicKeys: [] };
}
