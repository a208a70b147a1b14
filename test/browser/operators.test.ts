import { join } from "node:path";
import { expect, test } from "vitest";
import { TEST_SUPERVISOR_PASSCODE } from "../../sim/world/merchant.js";
import { ARTEFACTS, openPanel } from "./openPanel.js";

const OWN = "258014";
const panel = openPanel();
const { press, screenSays, clickCard } = panel;
async function picture(name: string): Promise<void> {
	await panel.page.waitForTimeout(300); // the browser draws after the terminal
	await panel.page.screenshot({ path: join(ARTEFACTS, `operators-${name}.png`) });
}

/** Moves down the menu until the entry is the selected one. */
async function moveTo(label: string): Promise<void> {
	// Title, where one is, then four rows, of which the selected one is the second.
	const selected = () => panel.world.screenText().split("\n")[3];
	for (let steps = 0; steps < 60; steps++) {
		await press("Down");
		if (selected() === label) return;
	}
	throw new Error(`there is no entry ${label}`);
}

let initial = "";

test("the supervisor adds a cashier at the menu; from then on the terminal asks who sells", async () => {
	await screenSays("Welcome");
	await press("Up"); // opens the menu
	await screenSays("Void");
	await moveTo("Operators");
	await press("Enter");
	await screenSays("Supervisor passcode");
	await press(...TEST_SUPERVISOR_PASSCODE, "Enter");
	await screenSays("List");
	await picture("menu");
	await press("Down");
	await screenSays("Add");
	await press("Enter");
	await screenSays("Operator number");
	await press("1", "2", "Enter");
	await screenSays("Cashier");
	await press("Enter");
	await screenSays("Initial passcode");
	await picture("initial");
	initial = /[0-9]{6}/.exec(panel.world.screenText())![0];
	await press("Enter");
	await screenSays("List");
	await press("Cancel");
	await screenSays("Sign on first");
	await picture("idle");
	expect(panel.world.log.some(({ text }) => text.includes(initial))).toBe(false);
});

test("a sale that a cash register orders meanwhile is refused", async () => {
	const started = await panel.world.cashRegister.answer({
		request: "start",
		key: "order-0001",
		order: { operation: "sale", amountMinor: 500 },
	});
	expect(started.status).toBe(202);
	const asked = { request: "transaction", key: "order-0001", waitSeconds: 10 };
	await picture("refused");
	const { body } = await panel.world.cashRegister.answer(asked);
	expect(body).toMatchObject({ outcome: "notAccepted" });
	expect((body as { reason: string }).reason).toMatch(/^noOperator: nobody is signed on/);
	expect((await panel.bank.ledger()).filter(({ amountMinor }) => amountMinor === 500)).toEqual([]);
});

test("the first digit begins the number; the initial passcode must be changed; then the cashier sells", async () => {
	await screenSays("Sign on first\nOperator number"); // idle again
	await press("1");
	await screenSays("Clear");
	await press("2", "Enter");
	await screenSays("Operator passcode");
	await press(...initial);
	await picture("passcode");
	expect(panel.world.screenText()).not.toContain(initial);
	await press("Enter");
	await screenSays("New passcode");
	await press(..."123456", "Enter");
	await screenSays("Too simple");
	await picture("tooSimple");
	for (let i = 0; i < 2; i++) {
		await press(...OWN, "Enter");
		if (i === 0) await screenSays("New passcode again");
	}
	await screenSays("Signed on");
	await picture("signedOn");
	await press("Enter");
	await screenSays("Welcome");
	await press(..."700", "Enter");
	await screenSays("Insert card");
	await clickCard("unionpay-debit");
	await screenSays("UNIONPAY");
	await press("Enter");
	await screenSays("密码");
	await press(..."1234", "Enter");
	await screenSays("交易成功");
	const booked = async () => (await panel.bank.ledger()).filter(({ amountMinor }) => amountMinor === 700).length;
	await expect.poll(booked).toBe(1);
	expect(panel.world.terminal.journal.last()).toMatchObject({ operator: "12", operation: "sale" });
	const text = await (await panel.page.request.get(`${panel.url}receipts/1.txt`)).text();
	expect(text).toMatch(/^Operator +12$/m);
});
