import { warning } from "../display/operationScreens.js";
import { CAUSES, type OpenIncident } from "../monitor/incident.js";
import type { Operation } from "../operation.js";
import type { FlowContext } from "./flowContext.js";
import type { Refusal } from "./refuse.js";
import { supervisorApproves } from "./supervisorApproves.js";

/** Long enough to read two lines. */
const READING_MS = 4_000;

/**
 * What rules and incidents have to say before money moves: a supervisor releases what only waits for one, a self-check that
 * passes what only waits for that, and gives the second factor that a rule has asked for.
 * @returns why not; undefined when it may go on
 */
export async function mayProceed(c: FlowContext, operation: Operation): Promise<Refusal | undefined> {
	for (let incident = c.monitor.whyRefused(operation); incident; incident = c.monitor.whyRefused(operation)) {
		const refusal = await askToRelease(c, incident);
		if (refusal) return refusal;
	}
	if (!c.monitor.wantsFactor) return undefined;
	const agreed = await supervisorAgrees(c);
	if (typeof agreed !== "string") return agreed;
	c.monitor.factorGiven();
	return undefined;
}

async function askToRelease(c: FlowContext, { number, cause, missing }: OpenIncident): Promise<Refusal | undefined> {
	if (missing.includes("supervisor")) {
		c.show(warning(CAUSES[cause].state === "locked" ? "terminalLocked" : "held", "", c.merchant.language));
		await keyOrTime(c);
		const agreed = await supervisorAgrees(c);
		if (typeof agreed !== "string") return agreed;
		c.monitor.give("supervisor", agreed);
		return missing.length === 1 ? undefined : waitsForBank(number);
	}
	if (missing.includes("selfCheck")) {
		const { blocking } = await c.selfCheck("start");
		if (blocking.length === 0) return undefined;
		return { title: "outOfService", reason: `the self-check failed: ${blocking.join(", ")}`, detail: "callService" };
	}
	return waitsForBank(number);
}

/** A card that leaves meanwhile is no answer. */
async function keyOrTime(c: FlowContext): Promise<void> {
	for (;;) {
		const event = await c.events.next(READING_MS);
		if (event === undefined || typeof event === "object") return;
	}
}

function waitsForBank(number: number): Refusal {
	return {
		title: "terminalLocked",
		reason: `the terminal is locked, and the bank has not released it (incident ${number}): call the acquirer`,
		detail: "callAcquirer",
	};
}

async function supervisorAgrees(c: FlowContext): Promise<string | Refusal> {
	const agreed = await supervisorApproves(c, "release");
	if (typeof agreed !== "string" && agreed.title !== "cancelled") c.monitor.refused("supervisor", agreed.title);
	return agreed;
}
