import { latin1Text, wipe } from "../bytes/bytes.js";
import { type MessageId, message } from "../display/messages.js";
import { enterOperator, menu, notice } from "../display/operationScreens.js";
import type { AccessEvent } from "../operators/accessEvent.js";
import { formatAccess } from "../operators/formatAccess.js";
import { type Operator, OperatorError } from "../operators/operators.js";
import { managersOf, OPERATOR_ROLES, type OperatorRole, RIGHTS } from "../operators/rights.js";
import { chooseFrom } from "./chooseFrom.js";
import { enterDigits } from "./enterDigits.js";
import type { FlowContext } from "./flowContext.js";
import { identify } from "./identify.js";
import type { Refusal } from "./refuse.js";
import { roleApproves } from "./roleApproves.js";
import { showPage } from "./showPage.js";

/** Long enough to write six digits down. */
const READING_MS = 60_000;
const NOTICE_MS = 5_000;
/** Entries of the trail that the display shows. */
const MOST_SHOWN = 40;

/** Who manages, and whom. */
interface Manager {
	readonly who: string;
	may(role: OperatorRole): boolean;
}

type Work = (c: FlowContext, manager: Manager) => Promise<void>;

const ITEMS: readonly (readonly [MessageId, Work])[] = Object.freeze<(readonly [MessageId, Work])[]>([
	["listOperators", c => showPage(c, "listOperators", operatorLines(c))],
	["addOperator", add],
	["removeOperator", onOperator((c, { number }, { who }) => remove(c, number, who))],
	[
		"resetPasscode",
		onOperator((c, { number }, { who }) => showInitial(c, c.operators.reset(number, who, c.clock.now()))),
	],
	[
		"unlockOperator",
		onOperator(async (c, { number }, { who }) => {
			c.operators.unlock(number, who, c.clock.now());
			await tell(c, "done", "done", number);
		}),
	],
	["accessTrail", c => showPage(c, "accessTrail", trailLines(c))],
]);

/** Who works here, and what they did: for a supervisor, the administrator or, where there is none, the terminal's supervisor. */
export async function manageOperators(c: FlowContext): Promise<void> {
	const manager = await identifyManager(c);
	if ("title" in manager) {
		await tell(c, "refused", manager.title, "");
		return;
	}
	const { language } = c.merchant;
	const labels = ITEMS.map(([label]) => message(label, language));
	for (;;) {
		const chosen = await chooseFrom(c, ITEMS.length, selected => menu("operators", labels, selected, language));
		if (typeof chosen !== "number") return;
		try {
			await ITEMS[chosen]![1](c, manager);
		} catch (error) {
			if (!(error instanceof OperatorError)) throw error;
			c.log.line("terminal", error.message);
			await tell(c, "refused", "notAllowed", "");
		}
	}
}

async function identifyManager(c: FlowContext): Promise<Manager | Refusal> {
	if (!c.operators.has("administrator")) {
		const refusal = await roleApproves(c, "supervisor", "operators");
		return refusal ?? { who: "supervisor", may: () => true };
	}
	const who = await identify(c, {
		title: "operatorNumber",
		roles: RIGHTS.manageCashiers,
		event: (number): AccessEvent => ({ type: "approved", who: number, what: "operators" }),
	});
	if (typeof who !== "string") return who;
	const { role } = c.operators.find(who)!;
	return { who, may: managed => managersOf(managed).includes(role) };
}

async function add(c: FlowContext, manager: Manager): Promise<void> {
	const number = await enterDigits(c, "operatorNumber", 2, 4, { draw: enterOperator });
	if (number === undefined) return;
	const roles = OPERATOR_ROLES.filter(role => manager.may(role));
	const labels = roles.map(role => message(role, c.merchant.language));
	const chosen = await chooseFrom(c, roles.length, at => menu("addOperator", labels, at, c.merchant.language));
	if (typeof chosen !== "number") return;
	await showInitial(c, c.operators.add(number, roles[chosen]!, manager.who, c.clock.now()));
}

function onOperator(work: (c: FlowContext, operator: Operator, manager: Manager) => Promise<void>): Work {
	return async (c, manager) => {
		const number = await enterDigits(c, "operatorNumber", 2, 4, { draw: enterOperator });
		if (number === undefined) return;
		const operator = c.operators.find(number);
		if (!operator) await tell(c, "refused", "operatorUnknown", number);
		else if (!manager.may(operator.role)) await tell(c, "refused", "notAllowed", number);
		else await work(c, operator, manager);
	};
}

async function remove(c: FlowContext, number: string, who: string): Promise<void> {
	c.operators.remove(number, who, c.clock.now());
	await tell(c, "done", "done", number);
}

/** Once: the terminal cannot show it again. */
async function showInitial(c: FlowContext, passcode: Uint8Array): Promise<void> {
	try {
		c.show(notice("information", "initialPasscode", latin1Text(passcode), c.merchant.language));
		await c.events.next(READING_MS);
	} finally {
		wipe(passcode); // WIPE
	}
}

function operatorLines(c: FlowContext): string[] {
	const { language } = c.merchant;
	const now = c.clock.now();
	return c.operators.list().map(({ number, role, isInitial }) => {
		const states = [
			isInitial ? message("initialPasscode", language) : "",
			c.access.lockedUntil(number, now) ? message("passcodeLocked", language) : "",
			c.shift.operator === number ? message("signedOn", language) : "",
		];
		return [`${number} ${message(role, language)}`, ...states.filter(state => state)].join(", ");
	});
}

function trailLines(c: FlowContext): string[] {
	const entries = [...c.access.entries()].slice(-MOST_SHOWN).reverse();
	return entries.map(entry => formatAccess(entry, c.clock.utcOffsetMinutes));
}

async function tell(c: FlowContext, kind: "done" | "refused", title: MessageId, detail: string): Promise<void> {
	c.show(notice(kind, title, detail, c.merchant.language));
	await c.events.next(NOTICE_MS);
}
