import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFault } from "../../../sim/card/faultCheck.js";
import { PanelTerminal } from "../../../sim/world/panelTerminal.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { openTestWorld } from "../../../sim/world/testWorld.js";

const folder = mkdtempSync(join(tmpdir(), "kassa-panel-"));
const state = new StateFolder(folder);
let panel: PanelTerminal;
beforeAll(async () => {
	await openTestWorld(state, false);
	panel = new PanelTerminal(state, 1, () => {});
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function inserted(name: string): Promise<void> {
	panel.insertCard(name);
	while (panel.inserted() !== name) await new Promise(resolve => setTimeout(resolve, 5));
}

/** A sale up to its end; nobody enters a PIN. */
async function sale(): Promise<{ outcome: string; apdus: number }> {
	const { outcome, apdus } = await panel.terminal.sale(100);
	if (outcome === "cardRemoved") expect(panel.inserted()).toBeUndefined();
	else panel.removeCard();
	return { outcome, apdus };
}

test("faults hold for the card that is in the slot, for those that follow, and no longer than they are armed", async () => {
	await inserted("no-cvm");
	panel.armFaults([parseFault("pull:apdu=4")]);
	expect(panel.faults()).toMatchObject([{ fault: "pull", apdu: 4 }]);
	expect(await sale()).toMatchObject({ outcome: "cardRemoved" });
	await inserted("dda");
	expect(await sale()).toMatchObject({ outcome: "cardRemoved" });
	await inserted("mute-after-selection");
	panel.armFaults([]);
	expect(await sale()).toMatchObject({ outcome: "cardError" });
	await inserted("no-cvm");
	// The bank is not there: the terminal asks for it in vain and declines.
	expect(await sale()).toMatchObject({ outcome: "declined" });
});
