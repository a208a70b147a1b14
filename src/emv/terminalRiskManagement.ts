import { numericValue } from "../bytes/bcd.js";
import { findTlv, TlvError } from "../bytes/tlv.js";
import { SW_9000_OK } from "../card/apdu.js";
import {
	setBit,
	TSI_B1_TERMINAL_RISK_MANAGEMENT_PERFORMED,
	TVR_B1_CARD_ON_EXCEPTION_FILE,
	TVR_B2_NEW_CARD,
	TVR_B4_FLOOR_LIMIT_EXCEEDED,
	TVR_B4_LOWER_LIMIT_EXCEEDED,
	TVR_B4_MERCHANT_FORCED_ONLINE,
	TVR_B4_SELECTED_RANDOMLY,
	TVR_B4_UPPER_LIMIT_EXCEEDED,
} from "./fields.js";
import type { Outcome } from "./outcome.js";
import {
	TAG_5F34_PAN_SEQUENCE_NUMBER,
	TAG_9F1B_TERMINAL_FLOOR_LIMIT,
	TAG_9F02_AMOUNT_AUTHORISED_NUMERIC,
	TAG_9F13_LAST_ONLINE_ATC_REGISTER,
	TAG_9F14_LOWER_CONSECUTIVE_OFFLINE_LIMIT,
	TAG_9F23_UPPER_CONSECUTIVE_OFFLINE_LIMIT,
	TAG_9F36_ATC,
} from "./tags.js";
import type { Transaction } from "./transaction.js";
import { setTvr } from "./why.js";

/**
 * Terminal risk management (EMV 4.4 Book 3, 10.6): bits in the TVR that terminal action analysis weighs.
 * CHOICE: it runs whether or not the AIP asks for it; the terminal's risk is not the card's to waive.
 */
export async function terminalRiskManagement(t: Transaction): Promise<Outcome | undefined> {
	exceptionFile(t);
	if (t.merchantForcedOnline)
		setTvr(t, TVR_B4_MERCHANT_FORCED_ONLINE, "Book 4, 6.5.3", "the merchant wants the issuer asked");
	floorLimits(t);
	randomTransactionSelection(t);
	await velocityChecking(t);
	setBit(t.data.tsi, TSI_B1_TERMINAL_RISK_MANAGEMENT_PERFORMED);
	return undefined;
}

/** Book 4, 6.3.5: a hit is a bit to be weighed like the others. */
function exceptionFile(t: Transaction): void {
	const { pan } = t.data;
	const isListed = t.configuration.exceptionList.some(
		card => card.pan === pan && (card.panSequence === undefined || card.panSequence === panSequence(t)),
	);
	if (isListed) setTvr(t, TVR_B1_CARD_ON_EXCEPTION_FILE, "Book 4, 6.3.5", "the card is on the exception file");
}

function panSequence(t: Transaction): number | undefined {
	const sequence = t.data.card(TAG_5F34_PAN_SEQUENCE_NUMBER);
	return sequence && numericValue(sequence);
}

/** 10.6.1: at or above the limit, counting what this terminal took from the same card lately. */
function floorLimits(t: Transaction): void {
	if (t.amountMinor + t.recentAmountMinor(t.data.pan) >= t.application!.floorLimitMinor)
		setTvr(
			t,
			TVR_B4_FLOOR_LIMIT_EXCEEDED,
			"Book 3, 10.6.1",
			"the amount reaches the floor limit",
			TAG_9F02_AMOUNT_AUTHORISED_NUMERIC,
			TAG_9F1B_TERMINAL_FLOOR_LIMIT,
		);
}

/** 10.6.2: the higher the amount above the threshold, the likelier the choice. */
function randomTransactionSelection(t: Transaction): void {
	const { amountMinor } = t;
	const { floorLimitMinor, randomSelection } = t.application!;
	const { thresholdMinor, targetPercent, maximumTargetPercent } = randomSelection;
	if (amountMinor >= floorLimitMinor) return;
	const drawn = randomPercent(t);
	const interpolation = (amountMinor - thresholdMinor) / (floorLimitMinor - thresholdMinor);
	const percent =
		amountMinor < thresholdMinor
			? targetPercent
			: (maximumTargetPercent - targetPercent) * interpolation + targetPercent;
	if (drawn <= percent) setTvr(t, TVR_B4_SELECTED_RANDOMLY, "Book 3, 10.6.2", "chosen at random");
}

/** 1 to 99, each equally likely. */
function randomPercent(t: Transaction): number {
	for (;;) {
		const byte = t.random.bytes(1)[0]!;
		if (byte < 198) return (byte % 99) + 1;
	}
}

/** 10.6.3. */
async function velocityChecking(t: Transaction): Promise<void> {
	const lower = t.data.card(TAG_9F14_LOWER_CONSECUTIVE_OFFLINE_LIMIT)?.[0];
	const upper = t.data.card(TAG_9F23_UPPER_CONSECUTIVE_OFFLINE_LIMIT)?.[0];
	if (lower === undefined || upper === undefined) return;
	const atc = await getData(t, TAG_9F36_ATC);
	const lastOnline = await getData(t, TAG_9F13_LAST_ONLINE_ATC_REGISTER);
	if (lastOnline === 0) setTvr(t, TVR_B2_NEW_CARD, "Book 3, 10.6.3", "the card was never online");
	if (atc === undefined || lastOnline === undefined || atc <= lastOnline) {
		setTvr(t, TVR_B4_LOWER_LIMIT_EXCEEDED, "Book 3, 10.6.3", "the card's counters cannot be compared");
		setTvr(t, TVR_B4_UPPER_LIMIT_EXCEEDED, "Book 3, 10.6.3", "the card's counters cannot be compared");
		return;
	}
	if (atc - lastOnline > lower)
		setTvr(
			t,
			TVR_B4_LOWER_LIMIT_EXCEEDED,
			"Book 3, 10.6.3",
			`${atc - lastOnline} transactions since the last online one`,
			TAG_9F14_LOWER_CONSECUTIVE_OFFLINE_LIMIT,
		);
	if (atc - lastOnline > upper)
		setTvr(
			t,
			TVR_B4_UPPER_LIMIT_EXCEEDED,
			"Book 3, 10.6.3",
			`${atc - lastOnline} transactions since the last online one`,
			TAG_9F23_UPPER_CONSECUTIVE_OFFLINE_LIMIT,
		);
}

/** GET DATA for a counter of 2 bytes. */
async function getData(t: Transaction, tag: number): Promise<number | undefined> {
	const response = await t.card.transmit({ cla: 0x80, ins: 0xca, p1: tag >> 8, p2: tag & 255, le: 256 });
	if (response.sw !== SW_9000_OK) return undefined;
	try {
		const value = findTlv(response.data, tag);
		return value?.length === 2 ? (value[0]! << 8) | value[1]! : undefined;
	} catch (error) {
		if (error instanceof TlvError) return undefined;
		throw error;
	}
}
