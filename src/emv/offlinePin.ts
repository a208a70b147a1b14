import { wipe } from "../bytes/bytes.js";
import { findTlv, TlvError } from "../bytes/tlv.js";
import { SW_6983_METHOD_BLOCKED, SW_6984_DATA_INVALIDATED, SW_9000_OK } from "../card/apdu.js";
import type { RsaPublicKey } from "../crypto/rsa.js";
import { pinEnciphermentKey } from "./cardPublicKeys.js";
import type { CvmResult } from "./cvmResult.js";
import { hasBit, TVR_B3_PIN_NOT_ENTERED, TVR_B3_PIN_PAD_NOT_PRESENT, TVR_B3_PIN_TRY_LIMIT_EXCEEDED } from "./fields.js";
import { outcome } from "./outcome.js";
import { TAG_9F17_PIN_TRY_COUNTER } from "./tags.js";
import type { Transaction } from "./transaction.js";
import { setTvr } from "./why.js";

// A card may count its tries down from 15 at most (63Cx has one nibble); one that always offers another is hostile.
const MOST_ATTEMPTS = 15;

/** Offline PIN processing (EMV 4.4 Book 3, 10.5.1): the card itself compares the PIN. */
export async function offlinePin(t: Transaction, enciphered: boolean): Promise<CvmResult> {
	let triesLeft = await pinTryCounter(t);
	let key: RsaPublicKey | undefined;
	if (enciphered && triesLeft !== 0) {
		const recovered = pinEnciphermentKey(t);
		if (!recovered.ok) return "unsuccessful"; // Book 2, 7.1: without the key this method has failed
		key = recovered.value;
	}
	try {
		for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
			if (triesLeft === 0) {
				// Said once, also where the CVM list goes on with another way to give the same PIN.
				if (attempt === 0 && !hasBit(t.data.tvr, TVR_B3_PIN_TRY_LIMIT_EXCEEDED)) t.pinFailed(t.data.pan);
				setTvr(t, TVR_B3_PIN_TRY_LIMIT_EXCEEDED, "Book 3, 10.5.1", "the card has no PIN try left");
				return "unsuccessful";
			}
			const entry = await t.pinPad.enter({ triesLeft, retry: attempt > 0 });
			if (entry === "bypassed") {
				setTvr(t, TVR_B3_PIN_NOT_ENTERED, "Book 4, 6.3.4.3", "the cardholder entered no PIN");
				return "unsuccessful";
			}
			if (entry === "notWorking") {
				setTvr(t, TVR_B3_PIN_PAD_NOT_PRESENT, "Book 3, 10.5.1", "the PIN pad takes no PIN now");
				return "unsuccessful";
			}
			if (entry !== "entered") return outcome(entry, "PIN entry ended without a PIN");
			const sw = await verify(t, key);
			if (sw === SW_9000_OK) return "successful";
			if (sw === undefined) return "unsuccessful";
			if (sw === SW_6983_METHOD_BLOCKED || sw === SW_6984_DATA_INVALIDATED) triesLeft = 0;
			else if (sw >> 4 === 0x63c) triesLeft = sw & 0x0f;
			else return outcome("cardError", "VERIFY failed with a status that the Books do not give");
			t.pinFailed(t.data.pan);
		}
		return outcome("cardError", "the card keeps offering another PIN try");
	} finally {
		t.pinPad.forget();
	}
}

/** VERIFY (6.5.12). @returns the status word; undefined when the card gave no challenge to encipher with */
async function verify(t: Transaction, key: RsaPublicKey | undefined): Promise<number | undefined> {
	let block: Uint8Array | undefined;
	try {
		if (key) {
			// Book 2, 7.2: a fresh unpredictable number of exactly 8 bytes for each attempt
			const challenge = await t.card.transmit({ cla: 0x00, ins: 0x84, p1: 0, p2: 0, le: 256 });
			if (challenge.sw !== SW_9000_OK || challenge.data.length !== 8) return undefined;
			block = t.pinPad.encipheredBlock(key, challenge.data);
		} else {
			block = t.pinPad.plaintextBlock();
		}
		const response = await t.card.transmit({ cla: 0x00, ins: 0x20, p1: 0, p2: key ? 0x88 : 0x80, data: block });
		return response.sw;
	} finally {
		wipe(block); // WIPE
	}
}

/** GET DATA (6.5.7) for tag 9F17. @returns undefined when the card does not tell, which is no error */
async function pinTryCounter(t: Transaction): Promise<number | undefined> {
	const response = await t.card.transmit({ cla: 0x80, ins: 0xca, p1: 0x9f, p2: 0x17, le: 256 });
	if (response.sw !== SW_9000_OK) return undefined;
	try {
		const counter = findTlv(response.data, TAG_9F17_PIN_TRY_COUNTER);
		return counter?.length === 1 ? counter[0] : undefined;
	} catch (error) {
		if (error instanceof TlvError) return undefined;
		throw error;
	}
}
