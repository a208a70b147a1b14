import { answer, type CardCommand, refusal } from "../command.js";
import { SW_6A86_INCORRECT_P1_P2, SW_6985_CONDITIONS_NOT_SATISFIED } from "../statusWord.js";

/** GET CHALLENGE: 8 unpredictable bytes for the next command (EMV 4.4 Book 3, 6.5.6). */
export const getChallenge = Object.freeze<CardCommand>({
	cla: 0x00,
	ins: 0x84,
	body: "outgoing",
	slow: false,
	run(card, { p1, p2 }) {
		if (p1 || p2) return refusal(SW_6A86_INCORRECT_P1_P2);
		if (!card.application) return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		card.challenge = card.random.bytes(8);
		return answer(card.challenge);
	},
});
