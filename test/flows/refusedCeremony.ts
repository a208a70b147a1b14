import { expect } from "vitest";
import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { MESSAGES, type MessageId } from "../../src/display/messages.js";
import { screenText } from "../../src/display/screen.js";
import type { BindResult } from "../../src/flows/bind.js";
import type { BindWorld } from "./bindWorld.js";

/** A ceremony from manufacture that must come to nothing: words on the display, terminal and bank as they were. */
export async function refusedBy(w: BindWorld, code: string): Promise<BindResult> {
	const result = await w.bench.terminal.bind(code);
	expect(result.done).toBe(false);
	expect(w.bench.terminal.bindingProblem).toBe("notBound");
	expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toBeUndefined();
	w.bench.removeCard();
	expect(await w.bench.sale(100)).toMatchObject({ outcome: "notAccepted", reason: "notBound" });
	const title = result.code as MessageId;
	expect(MESSAGES[title].en.length * MESSAGES[title].zh.length).toBeGreaterThan(0);
	expect(w.bench.screens.map(screenText).some(text => text.includes(MESSAGES[title].en))).toBe(true);
	return result;
}
