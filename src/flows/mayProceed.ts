import { asciiBytes } from "../bytes/bytes.js";
import { warning } from "../display/operationScreens.js";
import type { OpenIncident } from "../monitor/incident.js";
import { namedChecks, scopeOf } from "../monitor/selfCheck.js";
import type { Operation } from "../operation.js";
import type { FlowContext } from "./flowContext.js";
import { lockedRefusal } from "./lockedScreen.js";
import { hasMerchantCard, merchantAgrees } from "./merchantAgrees.js";
import type { Refusal } from "./refuse.js";
import { supervisorApproves } from "./supervisorApproves.js";

/** Long enough to read two lines. */
const READING_MS = 4_000;

/**
 * What rules and incidents have to say before money moves: who is here releases what waits for them, a self-check that
 * passes what only waits for that, and gives the second factor that a rule has asked for.
 * @returns why not; undefined when it may go on
 */
export async function mayProceed(c: FlowContext, operation: Operation): Promise<Refusal | undefined> {
	for (let incident = c.monitor.whyRefused(operation); incident; incident = c.monitor.whyRefused(operation)) {
		const refusal = await askToRelease(c, incident);
		if (refusal) return refusal;
	}
	if (!c.monitor.wantsFactor) return undefined;
	const agreed = await merchantAgrees(c, "release", c.crypto.sha256(asciiBytes("second factor of a rule")));
	if (typeof agreed !== "string") return noted(c, "merchant", agreed);
	c.monitor.factorGiven();
	return undefined;
}

async function askToRelease(c: FlowContext, incident: OpenIncident): Promise<Refusal | undefined> {
	const { number, missing, detail } = incident;
	// Who is here cannot bring it back alone: nothing is asked before the bank has agreed.
	if (missing.includes("bank")) return lockedRefusal(c, incident);
	if (missing.includes("supervisor")) {
		c.show(warning("held", "", c.merchant.language));
		await keyOrTime(c);
		const agreed = await supervisorApproves(c, "release");
		if (typeof agreed !== "string") return noted(c, "supervisor", agreed);
		c.monitor.give("supervisor", agreed, number);
		// Where the passcode stands in for the card nothing is gained by asking for it twice.
		if (missing.includes("merchant") && !hasMerchantCard(c)) c.monitor.give("merchant", agreed, number);
		return undefined;
	}
	if (missing.includes("merchant")) {
		c.show(warning("terminalLocked", "", c.merchant.language));
		await keyOrTime(c);
		const agreed = await merchantAgrees(c, "release", c.crypto.sha256(asciiBytes(`incident ${number}`)));
		if (typeof agreed !== "string") return noted(c, "merchant", agreed);
		c.monitor.give("merchant", agreed, number);
		return undefined;
	}
	const { blocking } = await c.selfCheck(scopeOf(namedChecks(detail)));
	if (blocking.length === 0) return undefined;
	return { title: "outOfService", reason: `the self-check failed: ${blocking.join(", ")}`, detail: "callService" };
}

/** A card that leaves meanwhile is no answer. */
async function keyOrTime(c: FlowContext): Promise<void> {
	for (;;) {
		const event = await c.events.next(READING_MS);
		if (event === undefined || typeof event === "object") return;
	}
}

/** Who gives up, or a line that is down, has not failed to prove anything. */
function noted(c: FlowContext, factor: "merchant" | "supervisor", refusal: Refusal): Refusal {
	if (refusal.title !== "cancelled" && refusal.title !== "bankUnreachable") c.monitor.refused(factor, refusal.title);
	return refusal;
}
