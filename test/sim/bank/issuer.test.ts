import { beforeAll, expect, test } from "vitest";
import { Issuer } from "../../../sim/bank/issuer.js";
import { MemoryBooks } from "../../../sim/bank/memoryBooks.js";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import type { TestScheme } from "../../../sim/card/testScheme.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { parseHex } from "../../../src/bytes/hex.js";
import { Bench, CDOL1_DATA, DEBIT, findObject, makeCards, SECOND, TRANSACTION } from "../card/testCards.js";

const PAN = "6221261000000000018";

let scheme: TestScheme;
let debit: Personalisation;
beforeAll(async () => {
	({
		scheme,
		cards: { "unionpay-debit": debit },
	} = await makeCards("unionpay-debit"));
});

/** Field 55 of an online request with one of the card's applications. */
function iccData(bench: Bench, aid: string): Map<string, Uint8Array> {
	bench.begin(aid);
	const response = bench.send("80AE8000", CDOL1_DATA).slice(0, -4);
	const format1 = findObject(response, "80");
	const value = (tag: string, from: number, to: number) => format1?.slice(from, to) ?? findObject(response, tag)!;
	const card = {
		"9F27": value("9F27", 0, 2),
		"9F36": value("9F36", 2, 6),
		"9F26": value("9F26", 6, 22),
		"9F10": value("9F10", 22, 38),
		"82": aid === DEBIT ? "3C00" : "3800",
	};
	return new Map(Object.entries({ ...TRANSACTION, ...card }).map(([tag, hex]) => [tag, parseHex(hex)]));
}

test("each application of a card has its own counter, and none of its cryptograms counts twice", () => {
	const issuerMasterKeyAc = parseHex(scheme.issuer.masterKeys.applicationCryptogram);
	const books = new MemoryBooks([], [{ pan: PAN, pin: "1234", balanceMinor: 10_000 }]);
	const issuer = new Issuer(nodeCrypto, { issuerMasterKeyAc }, books);
	const decide = (panSequence: number, data: Map<string, Uint8Array>) =>
		issuer.decide({
			pan: PAN,
			panSequence,
			amountMinor: 100,
			currency: 156,
			expiry: "3512",
			today: "2611",
			pinIsRight: undefined,
			iccData: data,
			proof: "arqc",
		}).responseCode;
	const bench = new Bench(debit, {
		[DEBIT]: { atc: 40, lastOnlineAtc: 40, pinTryCounter: 3 },
		[SECOND]: { atc: 0, lastOnlineAtc: 0, pinTryCounter: 3 },
	});
	const first = iccData(bench, DEBIT);
	const second = iccData(bench, SECOND);
	expect(decide(1, first)).toBe("00");
	expect(decide(2, second)).toBe("00");
	expect(decide(1, first)).toBe("05");
	expect(decide(2, second)).toBe("05");
});
