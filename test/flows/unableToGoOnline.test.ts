import { beforeAll, describe, expect, test } from "vitest";
import type { CommandCard } from "../../sim/card/command.js";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex } from "../../src/bytes/hex.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { Attendant } from "./attendant.js";
import { SaleBench } from "./bench.js";
import { type Kit, makeKit, mayApproveOffline } from "./cuts/cutEverywhere.js";
import { oneRound } from "./saleWorld.js";

let kit: Kit;

beforeAll(async () => {
	kit = await makeKit();
});

const GENERATE_AC = 0xae;
/** EMV 4.4 Book 4, Annex A6, as the card gets them in tag 8A. */
const Y3 = "5933";
const Z3 = "5A33";
const terminalId = TEST_TERMINAL_IDS.commandLine;

/** A terminal whose card, after three sales that it approved by itself, wants its issuer; with what each GENERATE AC was sent. */
async function wantsItsIssuer(profile: HostProfile, configuration: unknown) {
	const b = new SaleBench({ ...kit.offlinePin, configuration, profile, crypto: nodeCrypto });
	new Attendant(b);
	const sent: string[] = [];
	b.wrapCommands = card => watched(card, sent);
	const sales = [100, 200, 300];
	for (const amountMinor of sales) {
		expect(await b.sale(amountMinor)).toMatchObject({ outcome: "approved" });
		b.removeCard();
	}
	await b.terminal.serve({ service: "deliver" });
	expect(b.merchantMinor).toBe(600);
	sent.length = 0;
	return { b, sent };
}

/** Also the connection that a profile keeps. */
function cutTheLine(b: SaleBench): void {
	b.restart();
	new Attendant(b);
	b.bank.failNext("unreachable");
}

function watched(card: CommandCard, sent: string[]): CommandCard {
	return {
		atr: card.atr,
		nullBytes: card.nullBytes,
		reset: () => card.reset(),
		findCommand: header => card.findCommand(header),
		execute(header, data) {
			if (header.ins === GENERATE_AC) sent.push(formatHex(data));
			return card.execute(header, data);
		},
	};
}

describe.each([
	["unionPay", unionPay],
	["generic87", oneRound(generic87)],
] as const)("%s, the bank cannot be reached", (_name, profile) => {
	// [EMV-ONL-01 EMV-TAA-05]
	test("Y3: the default action codes allow it, the card gives its TC, the advice is booked once, the batch agrees", async () => {
		const { b, sent } = await wantsItsIssuer(profile, mayApproveOffline(kit.offlinePin.configuration));
		cutTheLine(b);
		const asked = b.bank.received.length;
		const result = await b.sale(2_345);
		expect(result).toMatchObject({ outcome: "approved", status: "approved", online: false, bank: undefined });
		expect(result.reason).toBe("approved offline, the bank could not be reached");
		expect(sent.length).toBe(2); // ARQC, then TC
		expect([sent[0]!.includes(Y3), sent[1]!.includes(Y3)]).toEqual([false, true]);
		expect(result.card!.cid![0]! & 0xc0).toBe(0x40);
		expect(b.bank.received.length).toBe(asked);
		expect(b.terminal.journal.owed()).toMatchObject([{ kind: "offlineSale", stan: result.stan }]);
		expect(b.merchantMinor).toBe(600);
		b.restart();
		new Attendant(b);
		expect(await b.terminal.serve({ service: "deliver" })).toMatchObject({ done: true });
		const { batch, stan } = result.name!;
		expect(b.books.transaction({ terminalId, batch, stan })).toMatchObject({
			operation: "offlineSale",
			state: "approved",
			finalMinor: 2_345,
		});
		expect(b.merchantMinor).toBe(2_945);
		expect(b.books.audit()).toEqual([]);
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ reason: "settled, the totals agree" });
		expect(b.merchantMinor).toBe(2_945);
	});

	// [EMV-ONL-01 MNY-OFF-01]
	test("Z3: no policy allows it, the card is told, nothing is owed and nothing booked", async () => {
		const { b, sent } = await wantsItsIssuer(profile, kit.offlinePin.configuration);
		cutTheLine(b);
		const result = await b.sale(2_345);
		expect(result).toMatchObject({ outcome: "declined", status: "declined", online: false, reversal: "none" });
		expect(result.reason).toBe("the bank could not be reached");
		expect(sent.at(-1)).toContain(Z3);
		expect(result.card!.cid![0]! & 0xc0).toBe(0x00);
		expect(b.terminal.journal.owed()).toEqual([]);
		expect(await b.terminal.serve({ service: "settle" })).toMatchObject({ reason: "settled, the totals agree" });
		expect(b.merchantMinor).toBe(600);
		const { batch, stan } = result.name!;
		expect(b.books.transaction({ terminalId, batch, stan })).toBeUndefined();
	});
});
