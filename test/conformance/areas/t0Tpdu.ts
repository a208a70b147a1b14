import { T0 } from "../../../src/card/t0.js";
import { ScriptedSlot } from "../../card/scriptedSlot.js";
import type { Operations } from "../runner.js";

export const t0Tpdu: Operations = {
	"": async inputs => {
		const turns = inputs
			.objects("exchanges")
			.map(each => [each.text("terminal_sends"), each.text("card_sends")] as const);
		const slot = new ScriptedSlot([""], turns);
		await slot.activate();
		const response = await new T0(slot, 10_080).transmit(inputs.hex("c_apdu"));
		if (slot.turnsLeft) throw new Error(`${slot.turnsLeft} exchanges of the case never took place`);
		return { r_apdu_data: response.subarray(0, -2), sw: response.subarray(-2) };
	},
};
