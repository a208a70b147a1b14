import { beforeAll, describe, expect, test } from "vitest";
import { cardGroups } from "../../sim/card/cardProfiles.js";
import { transactionJson } from "../../sim/cli/transactionJson.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

const GROUPS = cardGroups();
let worlds: Record<string, Omit<BenchOptions, "crypto">>;

beforeAll(async () => {
	worlds = await makeSaleWorld(...GROUPS.flatMap(({ cards }) => cards.map(({ name }) => name)));
});

describe.each(GROUPS)("$group", ({ cards }) => {
	// What each profile foretells of a sale of 1.00 yuan at the test terminal, with the card's own PIN.
	test.each(cards)("$name: $description", async ({ name, account, expected }) => {
		const b = new SaleBench({ ...worlds[name]!, crypto: nodeCrypto, pins: [account.pin] });
		// Nobody telephones: a referral ends without a code.
		b.onScreen = ({ name: screen }) => {
			if (screen === "enterDigits") void Promise.resolve().then(() => b.pressKey("cancel"));
		};
		const result = transactionJson(await b.sale(100)) as Record<string, unknown>;
		expect(result).toMatchObject(
			Object.fromEntries(Object.entries(expected!).filter(([, value]) => value !== undefined)),
		);
		// Money moves where card and bank have said yes, and comes back where it must.
		const approved = result.outcome === "approved" && result.online === true;
		expect(b.merchantMinor).toBe(approved || result.reversal === "owed" ? 100 : 0);
	});
});
