import { warning } from "../display/operationScreens.js";
import type { Screen } from "../display/screen.js";
import type { FlowContext } from "./flowContext.js";

/** What a rule has found and nobody has been told yet; undefined most times. */
export function unusualScreen(c: FlowContext): Screen | undefined {
	const alarm = c.monitor.nextWarning();
	return alarm && warning("unusualActivity", alarm.rule.says[c.merchant.language], c.merchant.language);
}
