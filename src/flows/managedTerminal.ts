import { BindingError } from "../binding/bindingError.js";
import { equal } from "../bytes/bytes.js";
import { ConfigurationError } from "../emv/jsonObject.js";
import type { TerminalIdentity } from "../keys/terminalIdentity.js";
import type { Done, ListName, ManagedTerminal } from "../management/managedTerminal.js";
import type { Lists } from "../management/restore.js";
import { RuleError } from "../monitor/decodeRules.js";
import { type Factor, waitingFor } from "../monitor/incident.js";
import { formatSelfCheck } from "../monitor/selfCheck.js";
import type { Log } from "../ports.js";
import type { Downloads } from "./downloads.js";
import type { FlowContext } from "./flowContext.js";

const AT_THE_TERMINAL: Readonly<Record<Factor, string>> = Object.freeze({
	supervisor: "a supervisor",
	merchant: "the merchant",
	bank: "the bank",
	selfCheck: "a self-check",
	rebinding: "who binds it again",
});

/** What the management link asks of the terminal, done with what the flows work with. */
export function managedTerminal(
	c: FlowContext,
	identity: TerminalIdentity,
	turns: Pick<ManagedTerminal, "free" | "alone">,
): ManagedTerminal {
	const { monitor } = c;
	return {
		...turns,
		bank() {
			const terminal = { serial: c.device.serial, signingKey: identity.publicKeys.signing };
			const acquirer = c.binding.trustedAcquirer(terminal, c.clock.now());
			return acquirer && { signingKey: acquirer.signingKey, backupKey: acquirer.agreementKey };
		},
		notices: monitor.notices,
		lock: (by, reason, call) => monitor.lock(by, reason, call),
		release(by) {
			if (waitingFor(monitor.incidents.state, "bank").length === 0) return "it waits for no release of the bank's";
			monitor.give("bank", by);
			const missing = monitor.locked?.missing.map(factor => AT_THE_TERMINAL[factor]);
			return missing ? `released by the bank: ${missing.join(" and ")} must agree at the terminal` : "released";
		},
		isLocked: () => monitor.locked !== undefined,
		keepList: (name, records) => whyNot(() => c.downloads.keep(name, records)),
		keepRevocations: list =>
			whyNot(() => {
				const { revocations } = c.binding.kept ?? {};
				if (!revocations || !equal(revocations, list)) c.binding.takeRevocations(list);
			}),
		keepRules: rules => whyNot(() => monitor.takeRules(rules)),
		selfCheck: () => selfCheck(c),
		lists: () => keptLists(c.downloads),
		hasHistory: () => c.journal.last() !== undefined,
		openSealed: box => identity.openSealed(box),
		update: version => {
			const { done, reason } = c.update?.ask(version) ?? NO_UPDATES;
			return { done, reason, lines: [] };
		},
		firmware: c.update,
	};
}

const NO_UPDATES = Object.freeze({ done: false, reason: "this terminal cannot install other firmware" });

const LISTS: readonly ListName[] = Object.freeze(["parameters", "aids", "caKeys", "hotCards"]);

/** @returns what was wrong with what the bank has sent, one sentence; undefined when it was taken */
function whyNot(keep: () => void): string | undefined {
	try {
		keep();
		return undefined;
	} catch (error) {
		if (error instanceof ConfigurationError || error instanceof BindingError || error instanceof RuleError)
			return error.message;
		throw error;
	}
}

/** Undefined while one of them does not open or was removed. */
function keptLists(downloads: Downloads): Lists | undefined {
	try {
		return Object.fromEntries(LISTS.map(name => [name, downloads.kept(name)]));
	} catch {
		return undefined;
	}
}

/**
 * Takes the lists of a backup over, each unless the acquirer has given this terminal one of its own since, which is newer; one
 * that this firmware does not take stays away.
 */
export function keepRestored(downloads: Downloads, lists: Lists, log: Log): void {
	for (const name of LISTS)
		try {
			if (lists[name]?.length && !downloads.has(name)) downloads.keep(name, lists[name]);
		} catch (error) {
			if (!(error instanceof ConfigurationError)) throw error;
			log.line("terminal", `the restored ${name} are not used: ${error.message}`);
		}
}

async function selfCheck(c: FlowContext): Promise<Done> {
	const report = await c.selfCheck("full");
	const [reason, ...lines] = formatSelfCheck(report, "en");
	return { done: report.blocking.length === 0, reason: reason!, lines };
}
