import type { FlowContext } from "./flowContext.js";
import { merchantAgrees } from "./merchantAgrees.js";
import { sentenceOf } from "./refuse.js";

/**
 * The merchant has the bank's backup brought up to date: everything that was sold leaves the terminal, sealed to the bank, which
 * is why it takes their card and PIN (docs/binding.md, "Second factor"). What the link sends by itself is the same, piece by piece.
 */
export async function backUp(c: FlowContext): Promise<{ readonly done: boolean; readonly reason: string }> {
	if (!c.sendBackup) return { done: false, reason: "this terminal has no management link: nothing takes a backup" };
	const agreed = await merchantAgrees(c, "exportBackup");
	if (typeof agreed !== "string") return { done: false, reason: sentenceOf(agreed) };
	c.sendBackup();
	return { done: true, reason: `${agreed} agreed: the backup is on its way to the bank` };
}
