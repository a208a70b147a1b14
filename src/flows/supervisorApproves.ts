import { RIGHTS, type Right } from "../operators/rights.js";
import type { FlowContext } from "./flowContext.js";
import { identify } from "./identify.js";
import type { Refusal } from "./refuse.js";
import { roleApproves } from "./roleApproves.js";

/**
 * A supervisor agrees, who is another person than the one who is signed on. As long as no supervisor has a number it is
 * whoever knows the terminal's own supervisor passcode.
 * @param what they agree to, for the access trail
 * @returns who agreed, or why nobody did
 */
export async function supervisorApproves(c: FlowContext, what: string): Promise<string | Refusal> {
	if (!c.operators.has("supervisor")) return (await roleApproves(c, "supervisor", what)) ?? "supervisor";
	const { operator } = c.shift;
	return identify(c, {
		title: "supervisorNumber",
		roles: RIGHTS[rightTo(what)],
		event: who => ({ type: "approved", who, what, ...(operator !== undefined && { by: operator }) }),
		except: operator,
	});
}

function rightTo(what: string): Right {
	if (what === "release" || what === "lock") return "release";
	return what === "bind" || what === "unbind" ? "bind" : "approve";
}
