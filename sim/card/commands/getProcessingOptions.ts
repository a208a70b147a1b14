import { parseHex } from "../../../src/bytes/hex.js";
import { answer, type CardCommand, refusal } from "../command.js";
import { dolLength } from "../dol.js";
import { responseTemplate } from "../responseTemplate.js";
import {
	SW_6A80_WRONG_DATA,
	SW_6A86_INCORRECT_P1_P2,
	SW_6700_WRONG_LENGTH,
	SW_6985_CONDITIONS_NOT_SATISFIED,
} from "../statusWord.js";

/** GET PROCESSING OPTIONS begins a transaction and counts it (EMV 4.4 Book 3, 6.5.8 and 10.1). */
export const getProcessingOptions = Object.freeze<CardCommand>({
	cla: 0x80,
	ins: 0xa8,
	body: "incoming",
	slow: false,
	run({ application }, { p1, p2 }, data) {
		if (p1 || p2) return refusal(SW_6A86_INCORRECT_P1_P2);
		if (application?.phase !== "selected") return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		const { blocked, responseFormat, aip, afl } = application.personalisation;
		const { atc } = application.state;
		// CHOICE: a card made blocked begins nothing. One blocked later does, for AACs only, so that a script can unblock it.
		if (blocked || atc === LAST_ATC) return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		const length = commandTemplateLength(data);
		if (length === undefined) return refusal(SW_6A80_WRONG_DATA);
		if (length !== dolLength(application.dol("pdol"))) return refusal(SW_6700_WRONG_LENGTH);
		application.update({ atc: atc + 1 });
		application.addDolData(data.subarray(data.length - length));
		application.phase = "initiated";
		return answer(responseTemplate(responseFormat, ["82", parseHex(aip)], ["94", parseHex(afl)]));
	},
});

const LAST_ATC = 0xffff;

/** @returns bytes in the command template 83; undefined when `data` is not just that template */
function commandTemplateLength(data: Uint8Array): number | undefined {
	const [tag, first, second] = data;
	if (tag !== 0x83 || first === undefined) return undefined;
	const [length, head] = first === 0x81 ? [second!, 3] : [first, 2];
	return data.length === head + length ? length : undefined;
}
