import type { MessageValues } from "../../../src/host/messageValues.js";
import type { Operation } from "../../../src/operation.js";
import { type BookedTransaction, holdAccount } from "../books.js";
import { type BankRequest, bankTime, type Desk } from "../desk.js";
import { RESPONSE } from "../responseCode.js";
import { isUnusable, lacksFunds, originalOf, type Rule, type Ruling, refuse } from "./ruling.js";

/** What a cardholder has paid for at once. */
const SALES = Object.freeze(["sale", "saleWithCashback", "cash", "offlineSale", "voiceAuthorisedSale"]);
const COMPLETIONS = Object.freeze(["completion", "completionAdvice"]);

const sale: Rule = {
	proof: "arqc",
	decide(desk, request, amountMinor, card) {
		const lacks = lacksFunds(desk, card, amountMinor, bankTime(desk).day);
		if (lacks) return refuse(lacks);
		return { movements: [{ from: card.pan, to: request.merchantId, amountMinor }], side: "debit" };
	},
};

const preAuthorisation: Rule = {
	proof: "arqc",
	decide(desk, { key }, amountMinor, card) {
		const lacks = lacksFunds(desk, card, amountMinor, bankTime(desk).day);
		return lacks ? refuse(lacks) : { movements: [{ from: card.pan, to: holdAccount(key), amountMinor }] };
	},
};

/** The amount is what is held in addition. */
const increment: Rule = {
	proof: "none",
	decide(desk, request, amountMinor, card) {
		const original = originalOf(desk, request, ["preAuthorisation"]);
		const why = isUnusable(original) ?? lacksFunds(desk, card, amountMinor, bankTime(desk).day);
		if (why || !original) return refuse(why ?? RESPONSE.originalNotFound);
		return {
			movements: [{ from: card.pan, to: holdAccount(original.key), amountMinor }],
			effect: { kind: "adjusts", original, changeMinor: amountMinor },
		};
	},
};

/** What was held beyond the completion goes back; what the completion is above it comes from the account. */
const completion = (isAdvice: boolean): Rule => ({
	proof: "none",
	isAdvice,
	decide(desk, request, amountMinor, card) {
		const original = originalOf(desk, request, ["preAuthorisation"]);
		const why = isUnusable(original);
		if (why || !original) return refuse(why ?? RESPONSE.originalNotFound);
		const heldMinor = original.finalMinor;
		if (amountMinor * 100 > heldMinor * desk.completionPercent) return refuse(RESPONSE.wrongOriginalAmount);
		if (!isAdvice && card.balanceMinor < amountMinor - heldMinor) return refuse(RESPONSE.insufficientFunds);
		const hold = holdAccount(original.key);
		const movements = [
			{ from: hold, to: request.merchantId, amountMinor: Math.min(heldMinor, amountMinor) },
			{ from: card.pan, to: request.merchantId, amountMinor: amountMinor - heldMinor },
			{ from: hold, to: card.pan, amountMinor: heldMinor - amountMinor },
		];
		return {
			movements: movements.filter(movement => movement.amountMinor > 0),
			side: "debit",
			effect: { kind: "completes", original },
		};
	},
});

/** A void takes back everything that its original is by now. Where the original was settled it belongs to the same batch. */
const voidOf = (
	operations: readonly string[],
	money: (original: BookedTransaction, desk: Desk) => Ruling,
	isOfAnyBatch = false,
): Rule => ({
	proof: "none",
	decide(desk, request, amountMinor) {
		const original = originalOf(desk, request, operations);
		const why = isUnusable(original) ?? (isOfAnyBatch ? undefined : whyNotNow(desk, request, original));
		if (why || !original) return refuse(why ?? RESPONSE.originalNotFound);
		if (original.refundedMinor > 0) return refuse(RESPONSE.invalidTransaction);
		if (amountMinor !== original.finalMinor) return refuse(RESPONSE.wrongOriginalAmount);
		return money(original, desk);
	},
});

/** In the batch that is still open, of the same terminal. */
function whyNotNow(desk: Desk, { key }: BankRequest, original: BookedTransaction | undefined): string | undefined {
	if (original?.key.terminalId !== key.terminalId) return RESPONSE.originalNotFound;
	const { state } = desk.books.settlement(key.terminalId, original.key.batch);
	return state === "open" ? undefined : RESPONSE.batchClosed;
}

const saleVoid = voidOf(SALES, original => ({
	movements: [{ from: original.merchantId, to: original.pan, amountMinor: original.finalMinor }],
	side: "credit",
	effect: { kind: "voids", original },
}));

/** No settlement counts a hold: it can be freed as long as it stands. */
const preAuthorisationVoid = voidOf(
	["preAuthorisation"],
	original => ({
		movements: [{ from: holdAccount(original.key), to: original.pan, amountMinor: original.finalMinor }],
		effect: { kind: "voids", original },
	}),
	true,
);

/** The hold stands again, as it was before the completion. */
const completionVoid = voidOf(COMPLETIONS, original => ({
	movements: original.movements.map(({ from, to, amountMinor }) => ({ from: to, to: from, amountMinor })),
	side: "credit",
	effect: { kind: "voids", original },
}));

/** Of any day and batch, in parts, up to the original. CHOICE: without a sale to name, to the card that was there. */
const refund: Rule = {
	proof: "none",
	isAdvice: true,
	decide(desk, request, amountMinor, card) {
		if (isWithoutOriginal(request.values))
			return { movements: [{ from: request.merchantId, to: card.pan, amountMinor }], side: "credit" };
		const original = originalOf(desk, request, [...SALES, ...COMPLETIONS]);
		const why = isUnusable(original);
		if (why || !original) return refuse(why ?? RESPONSE.originalNotFound);
		if (amountMinor > original.finalMinor - original.refundedMinor) return refuse(RESPONSE.wrongOriginalAmount);
		return {
			movements: [{ from: request.merchantId, to: card.pan, amountMinor }],
			side: "credit",
			effect: { kind: "refunds", original },
		};
	},
};

function isWithoutOriginal({ original, retrievalReference, authorisationCode, iccData }: MessageValues): boolean {
	const namesOne = original?.stan !== undefined || retrievalReference !== undefined || authorisationCode !== undefined;
	return !namesOne && iccData !== undefined;
}

/** Tip and adjustment give the sale another amount: that of the message, the tip contained in it. */
const adjust = (isTip: boolean): Rule => ({
	proof: "none",
	isAdvice: true,
	decide(desk, request, amountMinor, card) {
		const original = originalOf(desk, request, SALES);
		const why = isUnusable(original) ?? whyNotNow(desk, request, original);
		if (why || !original) return refuse(why ?? RESPONSE.originalNotFound);
		const changeMinor = amountMinor - original.finalMinor;
		const { tipMinor } = request.values;
		if (isTip && (changeMinor <= 0 || (tipMinor !== undefined && tipMinor !== changeMinor)))
			return refuse(RESPONSE.wrongOriginalAmount);
		if (amountMinor < original.refundedMinor) return refuse(RESPONSE.wrongOriginalAmount);
		const direction =
			changeMinor > 0 ? { from: card.pan, to: request.merchantId } : { from: request.merchantId, to: card.pan };
		return {
			movements: changeMinor === 0 ? [] : [{ ...direction, amountMinor: Math.abs(changeMinor) }],
			effect: { kind: "adjusts", original, changeMinor },
		};
	},
});

const balance: Rule = {
	proof: "arqc",
	noAmount: true,
	decide: (_desk, _request, _amountMinor, { balanceMinor }) => ({ movements: [], balanceMinor }),
};

const offlineSale: Rule = {
	proof: "tc",
	isAdvice: true,
	decide: (_desk, { merchantId }, amountMinor, { pan }) => ({
		movements: [{ from: pan, to: merchantId, amountMinor }],
		side: "debit",
	}),
};

/** With the code that the voice centre gave for a referral of this card and amount; each code once. */
const voiceAuthorisedSale: Rule = {
	proof: "none",
	isAdvice: true,
	decide(desk, { merchantId, values }, amountMinor, { pan }) {
		const withCode = desk.books.byAuthorisationCode(pan, values.authorisationCode ?? "");
		const given = withCode.some(t => t.answer.referral !== undefined && t.amountMinor === amountMinor);
		const used = withCode.some(t => t.operation === "voiceAuthorisedSale" && t.state !== "reversed");
		if (!given || used) return refuse(RESPONSE.originalNotFound);
		return { movements: [{ from: pan, to: merchantId, amountMinor }], side: "debit" };
	},
};

const declineAdvice: Rule = {
	proof: "none",
	isAdvice: true,
	decide: () => ({ movements: [], isNote: true }),
};

/** Everything that is asked or told about a card. */
export const RULES: Readonly<Partial<Record<Operation, Rule>>> = Object.freeze({
	sale,
	saleWithCashback: sale,
	cash: sale,
	saleVoid,
	refund,
	preAuthorisation,
	increment,
	preAuthorisationVoid,
	completion: completion(false),
	completionAdvice: completion(true),
	completionVoid,
	balance,
	offlineSale,
	voiceAuthorisedSale,
	tip: adjust(true),
	adjust: adjust(false),
	declineAdvice,
});
