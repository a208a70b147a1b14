import { wipe } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import { message } from "../display/messages.js";
import { enterComponent, notice } from "../display/operationScreens.js";
import { ComponentEntry } from "../keys/componentEntry.js";
import type { ComponentKey, KeyComponents } from "../keys/keyComponents.js";
import { KeyError } from "../keys/keyError.js";
import { confirm } from "./confirm.js";
import type { FlowContext, KeyLoading } from "./flowContext.js";
import { sentenceOf } from "./refuse.js";
import { roleApproves } from "./roleApproves.js";

const KEY_TIMEOUT_MS = 60_000;
const NOTICE_MS = 3_000;

/** One after the other, each alone at the terminal: the second comes only when the first has finished. */
const CUSTODIANS = Object.freeze([
	Object.freeze({ role: "custodian1", title: "component1" } as const),
	Object.freeze({ role: "custodian2", title: "component2" } as const),
]);
type Custodian = (typeof CUSTODIANS)[number];

/**
 * A key in two clear components under dual control (ISO 11568; PCI PIN Security, requirement 6). Whatever ends it before
 * its end, and be it silence, wipes what was keyed in; nothing is stored then.
 */
export async function loadKeyComponents(c: FlowContext, key: ComponentKey): Promise<KeyLoading> {
	const components = c.keyComponents(key);
	const stopWatching = c.onTampered(() => components.abandon());
	try {
		// 1 each custodian: passcode, component, its check value
		for (const custodian of CUSTODIANS) {
			const refusal = await roleApproves(c, custodian.role, `load ${key.slot}`);
			if (refusal) return ended(c, sentenceOf(refusal));
			if (!(await enterOne(c, components, key, custodian))) return ended(c, "a custodian gave up: start again");
		}
		// 2 the check value of the whole, for both to compare
		const kcv = components.kcv();
		if (!(await confirm(c, "wholeKey", [[message("checkValue", c.merchant.language), formatHex(kcv)]])))
			return ended(c, "the check value of the key was not confirmed: start again with the first component");
		// 3 into its slot
		components.commit(kcv);
		c.show(notice("done", "keyLoaded", formatHex(kcv), c.merchant.language));
		return { done: true, reason: `the ${key.slot} key with check value ${formatHex(kcv)} is loaded` };
	} catch (error) {
		if (error instanceof KeyError) return ended(c, error.message);
		throw error;
	} finally {
		stopWatching();
		components.abandon(); // WIPE
	}
}

/** @returns false when the custodian gives up, or says that the check value is another than on their paper */
async function enterOne(
	c: FlowContext,
	components: KeyComponents,
	key: ComponentKey,
	{ role, title }: Custodian,
): Promise<boolean> {
	const { language } = c.merchant;
	for (;;) {
		const component = await keyIn(c, key.length, title);
		if (!component) return false;
		try {
			const kcv = components.enter(role, component);
			return await confirm(c, title, [[message("checkValue", language), formatHex(kcv)]]);
		} catch (error) {
			if (!(error instanceof KeyError) || components.isOver) throw error;
			c.log.line("terminal", `key component refused: ${error.message}`);
			c.show(notice("refused", "keyRefused", message("keyInAgain", language), language));
			await c.events.next(NOTICE_MS);
		} finally {
			wipe(component); // WIPE
		}
	}
}

/** @returns the component, which the caller wipes; undefined on Cancel, silence, a card that leaves, or an open case */
async function keyIn(c: FlowContext, length: number, title: Custodian["title"]): Promise<Uint8Array | undefined> {
	const entry = new ComponentEntry(length);
	let isOpened = false;
	const stopWatching = c.onTampered(() => {
		isOpened = true;
		entry.forget(); // WIPE
	});
	try {
		for (;;) {
			c.show(enterComponent(title, entry.progress, c.merchant.language));
			const event = await c.events.next(KEY_TIMEOUT_MS);
			if (event === undefined || event === "cardRemoved" || isOpened) return undefined;
			if (event === "cardInserted") continue;
			if (event.key === "cancel") return undefined;
			if (entry.take(event.key)) return entry.component();
		}
	} finally {
		stopWatching();
		entry.forget(); // WIPE
	}
}

function ended(c: FlowContext, reason: string): KeyLoading {
	c.log.line("terminal", `key not loaded: ${reason}`);
	c.show(notice("refused", "keyRefused", "", c.merchant.language));
	return { done: false, reason };
}
