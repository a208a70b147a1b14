import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import type { CardContext } from "../cardContext.js";
import { answer, type CardCommand, refusal } from "../command.js";
import type { ApplicationPersonalisation } from "../personalisation.js";
import {
	SW_6A81_FUNCTION_NOT_SUPPORTED,
	SW_6A82_FILE_NOT_FOUND,
	SW_6A86_INCORRECT_P1_P2,
	SW_6283_SELECTED_FILE_INVALIDATED,
	SW_6700_WRONG_LENGTH,
} from "../statusWord.js";

/** SELECT by name, whole or partial (EMV 4.4 Book 1, 11.3). */
export const select = Object.freeze<CardCommand>({
	cla: 0x00,
	ins: 0xa4,
	body: "incoming",
	slow: false,
	run(card, { p1, p2 }, data) {
		if (p1 !== P1_BY_NAME || (p2 !== P2_FIRST_OR_ONLY && p2 !== P2_NEXT)) return refusal(SW_6A86_INCORRECT_P1_P2);
		// EMV 4.4 Book 1, 12.3.2 and 12.3.3: with this word for any name the card says that it is blocked.
		if (card.blocked) return refusal(SW_6A81_FUNCTION_NOT_SUPPORTED);
		if (data.length < 5 || data.length > 16) return refusal(SW_6700_WRONG_LENGTH);
		const name = formatHex(data);
		const { pse } = card.personalisation;
		if (pse && pse.name === name && p2 === P2_FIRST_OR_ONLY) {
			card.selectEnvironment(pse);
			return answer(parseHex(pse.fci));
		}
		const application = p2 === P2_NEXT ? nextApplication(card, name) : firstApplication(card, name);
		if (!application) return refusal(SW_6A82_FILE_NOT_FOUND);
		card.selectApplication(application);
		const fci = parseHex(application.fci);
		return card.application?.blocked ? { data: fci, statusWord: SW_6283_SELECTED_FILE_INVALIDATED } : answer(fci);
	},
});

const P1_BY_NAME = 0x04;
const P2_FIRST_OR_ONLY = 0x00;
const P2_NEXT = 0x02;

function firstApplication({ personalisation }: CardContext, name: string): ApplicationPersonalisation | undefined {
	return personalisation.applications.find(each => each.name.startsWith(name));
}

/** The next match behind the application that is selected (EMV 4.4 Book 1, 12.3.3). */
function nextApplication(
	{ personalisation, application }: CardContext,
	name: string,
): ApplicationPersonalisation | undefined {
	if (!application) return undefined;
	const { applications } = personalisation;
	const behind = applications.indexOf(application.personalisation) + 1;
	return applications.slice(behind).find(each => each.name.startsWith(name));
}
