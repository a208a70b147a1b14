import type { Exchange, ScriptedCard } from "../../emv/scriptedCard.js";
import type { Inputs } from "../inputs.js";

/** Logical APDUs: what the terminal must send exactly so, and what the card answers. */
export function exchangesOf(inputs: Inputs): Exchange[] {
	if (!inputs.has("exchanges")) return [];
	return inputs.objects("exchanges").map(each => [each.text("c_apdu"), each.text("r_apdu")] as const);
}

/** @throws {Error} when the terminal did not send all that the case has */
export function assertAllSent(card: ScriptedCard): void {
	if (card.left.length) throw new Error(`never sent: ${card.left.map(([command]) => command).join(", ")}`);
}
