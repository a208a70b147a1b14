import { join } from "node:path";
import { expect, test } from "vitest";
import { cardProfile } from "../../sim/card/cardProfiles.js";
import { TEST_SUPERVISOR_PASSCODE } from "../../sim/world/merchant.js";
import { MERCHANT_CARD } from "../../sim/world/testAcquirer.js";
import { ARTEFACTS, openPanel } from "./openPanel.js";

const panel = openPanel({ factory: true });
const { press, screenSays, clickCard } = panel;

test("a terminal as from manufacture says so, and is bound from the menu", async () => {
	await screenSays("No merchant bound");
	const hint = panel.page.locator("#menuHint");
	await expect.poll(() => hint.innerText()).toContain("To bind: kassa bank activation-code KASSA003");
	expect((await hint.boundingBox())!.height).toBeLessThan(20); // one line
	await panel.page.screenshot({ path: join(ARTEFACTS, "notBound.png") });
	const { activationCode } = await panel.bank.ask({ activationCode: "KASSA003" });
	await press("Down");
	await screenSays("Menu");
	for (let i = 0; i < 40; i++) panel.world.pressKey("down"); // to the last item
	await press("Up", "Up");
	await screenSays("Bind to a merchant");
	await press("Enter");
	await screenSays("Activation code");
	await press(...(activationCode as string), "Enter");
	await screenSays("asscode");
	await press(...TEST_SUPERVISOR_PASSCODE, "Enter");
	await screenSays("Insert card");
	await clickCard(MERCHANT_CARD);
	await screenSays("密码"); // the card prefers Chinese
	await press(...cardProfile(MERCHANT_CARD)!.account.pin, "Enter");
	await screenSays("Bind to this merchant?");
	for (const text of ["KASSA TEST CAFE", "TEST-LICENCE-1", "9901", "0.6 %"])
		expect(panel.world.screenText()).toContain(text);
	await panel.page.screenshot({ path: join(ARTEFACTS, "bind.png") });
	await press("Enter");
	await screenSays("Done");
	expect(panel.world.terminal.bindingProblem).toBeUndefined();
}, 120_000);
