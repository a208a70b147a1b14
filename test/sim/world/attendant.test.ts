import { expect, test } from "vitest";
import { Attendant, type AttendantKnowledge } from "../../../sim/world/attendant.js";
import { confirm, enterDigits, enterPasscode } from "../../../src/display/operationScreens.js";
import type { Screen } from "../../../src/display/screen.js";
import type { Key } from "../../../src/ports.js";

/** What an attendant presses when the terminal shows these screens, one after the other. */
async function pressedAt(knowledge: AttendantKnowledge, ...screens: Screen[]) {
	const keys: Key[] = [];
	const attendant = new Attendant(key => keys.push(key), knowledge);
	for (const screen of screens) {
		attendant.see(screen);
		await Promise.resolve();
	}
	return { keys: keys.join(" "), lacking: attendant.lacking };
}

const passcode = (dots: number) => enterPasscode("supervisorPasscode", dots, "en");
const code = (text: string) => enterDigits("enterAuthorisationCode", text, "en");

test("agrees, types the passcode once, and cancels when it was wrong", async () => {
	expect(await pressedAt({}, confirm("confirm", [], "en"))).toEqual({ keys: "enter", lacking: undefined });
	expect(await pressedAt({ supervisorPasscode: "2468" }, passcode(0), passcode(1), passcode(4))).toEqual({
		keys: "2 4 6 8 enter",
		lacking: undefined,
	});
	expect(await pressedAt({ supervisorPasscode: "2468" }, passcode(0), passcode(0))).toEqual({
		keys: "2 4 6 8 enter cancel",
		lacking: "wrongSupervisorPasscode",
	});
});

test("cancels what nobody has told", async () => {
	expect(await pressedAt({}, passcode(0))).toEqual({ keys: "cancel", lacking: "supervisorPasscode" });
	expect(await pressedAt({}, code(""))).toEqual({ keys: "cancel", lacking: "referralCode" });
	expect(await pressedAt({ referralCode: "123456" }, code(""), code("1"), code("12"))).toEqual({
		keys: "1 2 3 4 5 6 enter",
		lacking: undefined,
	});
});
