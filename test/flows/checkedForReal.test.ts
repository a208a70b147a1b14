import { beforeAll, expect, test } from "vitest";
import type { ContactCard } from "../../sim/card/contactCard.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { equal } from "../../src/bytes/bytes.js";
import { binaryField, decodeMessage } from "../../src/host/iso8583/message.js";
import { encodeWithMac } from "../../src/host/messageMac.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import type { Crypto } from "../../src/ports.js";
import { type BenchOptions, PIK, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

// Altered on the way, each of these is found by the party that it is meant for, not by anything in between.
let worlds: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	worlds = await makeSaleWorld("unionpay-debit", "unionpay-online-pin");
});

const BYTES = [0, 1, 2, 3, 4, 5, 6, 7];

/** Changes one byte of the cryptogram in a GENERATE AC response of format 1: 80 L CID ATC(2) AC(8). */
class CryptogramForger implements ContactCard {
	readonly #card: ContactCard;
	readonly #at: number;

	constructor(card: ContactCard, at: number) {
		this.#card = card;
		this.#at = at;
	}

	reset(): Uint8Array {
		return this.#card.reset();
	}

	take(character: number): Uint8Array {
		const sent = this.#card.take(character);
		const start = sent.findIndex((byte, i) => byte === 0x80 && sent[i + 1] === 0x13 && sent[i + 2] === 0x80);
		if (start < 0) return sent;
		return sent.map((byte, i) => (i === start + 5 + this.#at ? byte ^ 0x01 : byte));
	}
}

// [EMV-ONL-04]
test.each(BYTES)("ARQC, byte %i: the issuer declines", async at => {
	const b = new SaleBench({ ...worlds["unionpay-debit"]!, crypto: nodeCrypto });
	b.wrapCard = card => new CryptogramForger(card, at);
	const result = await b.sale(100);
	expect(result).toMatchObject({ outcome: "declined", online: true, reversal: "none" });
	expect(result.bank?.responseCode).toBe("05");
	expect(b.merchantMinor).toBe(0);
});

// [EMV-CVM-11]
test.each(BYTES)("PIN block, byte %i: the issuer declines", async at => {
	const terminalCrypto: Crypto = {
		...nodeCrypto,
		desEcb(key, data, direction) {
			const result = nodeCrypto.desEcb(key, data, direction);
			if (equal(key, PIK) && data.some(byte => byte !== 0)) result[at]! ^= 0x01;
			return result;
		},
	};
	const b = new SaleBench({ ...worlds["unionpay-online-pin"]!, crypto: nodeCrypto, terminalCrypto });
	const result = await b.sale(100);
	expect(result).toMatchObject({ outcome: "declined", online: true, reversal: "none" });
	expect(result.bank?.responseCode).toBe("55");
	expect(b.merchantMinor).toBe(0);
});

// [EMV-ONL-03 EMV-ONL-05 MNY-REV-06]
test.each(BYTES)("ARPC, byte %i, under a right MAC: the card gives no TC, and the bank takes it back", async at => {
	const b = new SaleBench({ ...worlds["unionpay-debit"]!, crypto: nodeCrypto });
	b.bank.onAnswer = (answer, keys) => {
		const message = decodeMessage(unionPay.message, answer);
		const iccData = binaryField(message, 55)!.slice();
		iccData[2 + at]! ^= 0x01; // 91 0A, then the ARPC
		return encodeWithMac(unionPay, { ...message, fields: { ...message.fields, 55: iccData } }, keys!);
	};
	const result = await b.sale(100);
	expect(result).toMatchObject({ outcome: "declined", reversal: "owed" });
	expect(result.card!.tvr[4]! & 0x40).toBe(0x40); // issuer authentication failed
	b.bank.onAnswer = undefined;
	b.removeCard();
	await b.sale(300);
	expect(b.merchantMinor).toBe(300);
});
