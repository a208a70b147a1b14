import { formatHex } from "../../../src/bytes/hex.js";
import { answer, refusal } from "../command.js";
import type { ScriptCommand } from "../scriptCommand.js";
import { SW_6A80_WRONG_DATA, SW_6A86_INCORRECT_P1_P2, SW_6700_WRONG_LENGTH } from "../statusWord.js";

/** P2 (EMV 4.4 Book 3, 6.5.10): set the try counter back. */
export const P2_UNBLOCK_PIN = 0x00;
/** CHOICE: 01 and 02 are each payment system's; in Kassa's cards 02 brings a new PIN, as with UnionPay and Visa. */
export const P2_CHANGE_PIN = 0x02;

/** PIN CHANGE/UNBLOCK: sets the try counter back, with a new PIN or without (EMV 4.4 Book 3, 6.5.10). */
export const pinChangeUnblock = Object.freeze<ScriptCommand>({
	ins: 0x24,
	isSecret: ({ p2 }) => p2 !== P2_UNBLOCK_PIN,
	run(application, { p1, p2 }, data) {
		if (p1 || (p2 !== P2_UNBLOCK_PIN && p2 !== P2_CHANGE_PIN)) return refusal(SW_6A86_INCORRECT_P1_P2);
		const pinTryCounter = application.personalisation.pinTryLimit;
		if (p2 === P2_UNBLOCK_PIN) {
			if (data.length) return refusal(SW_6700_WRONG_LENGTH);
			application.update({ pinTryCounter });
			return answer();
		}
		const pin = decodePinBlock(data);
		if (pin === undefined) return refusal(SW_6A80_WRONG_DATA);
		application.update({ pin, pinTryCounter });
		return answer();
	},
});

/** The PIN block that VERIFY takes too: control field 2, length, digits, filler F (EMV 4.4 Book 3, 6.5.12.3). */
function decodePinBlock(block: Uint8Array): string | undefined {
	const [, length, digits] = /^2([4-9A-C])(\d{4,12})F*$/.exec(formatHex(block)) ?? [];
	return block.length === 8 && digits?.length === Number.parseInt(length!, 16) ? digits : undefined;
}
