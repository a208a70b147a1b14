import { uintBytes } from "../../../src/bytes/bytes.js";
import type { CommandApdu } from "../../../src/card/apdu.js";
import { T0 } from "../../../src/card/t0.js";
import { ScriptedSlot } from "../../card/scriptedSlot.js";
import { CaseError } from "../inputs.js";
import type { Operations } from "../runner.js";

export const t0Tpdu: Operations = {
	"": async inputs => {
		const turns = inputs
			.objects("exchanges")
			.map(each => [each.text("terminal_sends"), each.text("card_sends")] as const);
		const slot = new ScriptedSlot([""], turns);
		await slot.activate();
		const response = await new T0(slot).transmit(decodeCommand(inputs.hex("c_apdu")));
		if (slot.turnsLeft) throw new Error(`${slot.turnsLeft} exchanges of the case never took place`);
		return { r_apdu_data: response.data, sw: uintBytes(response.sw, 2) };
	},
};

/** ISO/IEC 7816-4, 5.1: cases 1 to 4 with short lengths. */
function decodeCommand(bytes: Uint8Array): CommandApdu {
	const [cla, ins, p1, p2] = bytes;
	const header = { cla: cla!, ins: ins!, p1: p1!, p2: p2! };
	if (bytes.length === 4) return header;
	if (bytes.length === 5) return { ...header, le: bytes[4] || 256 };
	const data = bytes.slice(5, 5 + bytes[4]!);
	const rest = bytes.subarray(5 + data.length);
	if (data.length !== bytes[4] || rest.length > 1) throw new CaseError("the C-APDU is none of the four cases");
	return rest.length ? { ...header, data, le: rest[0] || 256 } : { ...header, data };
}
