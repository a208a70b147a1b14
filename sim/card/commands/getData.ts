import { uintBytes } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import type { ApplicationSession } from "../applicationSession.js";
import { answer, type CardCommand, refusal } from "../command.js";
import { SW_6A88_REFERENCED_DATA_NOT_FOUND, SW_6985_CONDITIONS_NOT_SATISFIED } from "../statusWord.js";
import { tlv } from "../tlv.js";

/** GET DATA: the counters and the log format, which no record can hold (EMV 4.4 Book 3, 6.5.7). */
export const getData = Object.freeze<CardCommand>({
	cla: 0x80,
	ins: 0xca,
	body: "outgoing",
	slow: false,
	run({ application }, { p1, p2 }) {
		if (!application) return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		const object = dataObject((p1 << 8) | p2, application);
		return object ? answer(object) : refusal(SW_6A88_REFERENCED_DATA_NOT_FOUND);
	},
});

function dataObject(tag: number, { state, personalisation }: ApplicationSession): Uint8Array | undefined {
	switch (tag) {
		case 0x9f36:
			return tlv("9F36", uintBytes(state.atc, 2));
		case 0x9f13:
			return tlv("9F13", uintBytes(state.lastOnlineAtc, 2));
		case 0x9f17:
			return personalisation.pinTryCounterHidden ? undefined : tlv("9F17", uintBytes(state.pinTryCounter, 1));
		case 0x9f4f:
			return personalisation.transactionLog && tlv("9F4F", parseHex(personalisation.transactionLog.format));
		default:
			return undefined;
	}
}
