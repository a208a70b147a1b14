import * as screens from "../display/screens.js";
import { request } from "../host/request.js";
import { takeBankTime } from "./bankClock.js";
import type { FlowContext } from "./flowContext.js";
import { nextMessage } from "./nextMessage.js";
import type { ServiceResult } from "./serviceResult.js";
import { signInBringsKeys } from "./underWay.js";

const SIGN_IN_TIMEOUT_MS = 30_000;

/** Signs the terminal in at its acquirer: work keys, batch number, clock. */
export async function signIn(c: FlowContext, operator?: string): Promise<ServiceResult> {
	const result = (done: boolean, reason: string): ServiceResult => ({ operation: "signIn", done, reason, lines: [] });
	if (!c.link.profile.operations.signIn) return result(false, "this acquirer knows no sign-in");
	c.show(screens.service("signingIn", c.merchant.language));
	// 1 from here on the bank may have new work keys, whatever becomes of its answer
	const wantedBefore = c.signInWanted;
	if (signInBringsKeys(c.link.profile)) c.signInWanted = true;
	// 2 ask, without a MAC where the keys only come with the answer
	const values = { ...nextMessage(c), operator };
	const reply = await request(c.link, c.hostTerminal, "signIn", values, c.keys.next(), SIGN_IN_TIMEOUT_MS);
	if (reply.kind === "notSent" || (reply.kind === "answered" && !reply.approved)) c.signInWanted = wantedBefore;
	if (reply.kind !== "answered") return result(false, `not signed in: ${reply.reason}`);
	if (!reply.approved) return result(false, `the bank refused the sign-in: ${reply.responseCode}`);
	// 3 all keys, checked, or none of them
	const { workKeys, batch } = reply.values;
	if (workKeys) {
		const refused = c.loadWorkKeys(workKeys);
		if (refused !== undefined) return result(false, refused);
	}
	// 4 the batch that the bank has open for this terminal, and its time
	if (batch !== undefined && batch !== 0 && batch !== c.journal.batch)
		c.journal.append({ type: "signedIn", at: c.clock.now(), batch });
	takeBankTime(c, reply.hostDate, reply.hostTime);
	c.signInWanted = false;
	return result(true, "signed in");
}
