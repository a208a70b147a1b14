import { encodeCbor } from "../bytes/cbor.js";
import type { KeySlots } from "../keys/keySlots.js";
import type { CheckInputs } from "../monitor/checks.js";
import { type CheckScope, type SelfCheckReport, selfCheck } from "../monitor/selfCheck.js";
import type { Storage } from "../ports.js";
import { bindingDates } from "./bindingDates.js";
import { caKeyDates } from "./caKeyDates.js";
import type { FlowContext } from "./flowContext.js";
import { echo } from "./networkManagement.js";
import { tlsCertificateDates } from "./tlsCertificateDates.js";

/** Of the terminal what no flow works with by itself. */
export interface CheckedDevice extends Pick<CheckInputs, "random" | "display" | "tamper"> {
	readonly slots: KeySlots;
	readonly storage: Storage;
}

async function whyUnreached(c: FlowContext): Promise<string | undefined> {
	const { done, reason } = await echo(c);
	return done ? undefined : reason;
}

/** Checks the terminal itself, keeps what was found, and blocks or frees sales by it. */
export async function checkTerminal(
	c: FlowContext,
	device: CheckedDevice,
	scope: CheckScope,
): Promise<SelfCheckReport> {
	const { link, journal, monitor, keypad, reader } = c;
	const { slots, storage, random, display, tamper } = device;
	const { security, operations } = link.profile;
	const inputs: CheckInputs = {
		firmware: c.update?.integrity(),
		configuration: {
			damaged: c.downloads.damaged(),
			// Not at power-on: half a second of a board's without native SHA-256.
			digest: scope === "full" ? c.crypto.sha256(encodeCbor(c.configuration)) : undefined,
		},
		keys: slots,
		requiredKeys: ["journal", "link", security.keyScheme === "masterSession" ? "master" : "dukpt"],
		certificates: () => [...tlsCertificateDates(storage), ...bindingDates(c.binding)],
		caKeys: caKeyDates(c.configuration.caPublicKeys),
		storage,
		journal: {
			whyFull: () => journal.whyFull(),
			verify: () => journal.verify(),
			lastAt: journal.last()?.openedAt ?? 0,
		},
		incidents: monitor.incidents,
		accessTrail: c.access,
		bankClockDifference: monitor.bankClockDifference,
		random,
		display,
		keypadIsHeard: keypad.onKey !== undefined,
		reader,
		reachBank: operations.echo && (() => whyUnreached(c)),
		tamper,
	};
	const report = await selfCheck(inputs, c.crypto, c.clock.now(), scope);
	monitor.checked(report);
	c.update?.selfChecked(report.blocking.length === 0);
	for (const { title, says, verdict } of report.results)
		if (verdict === "failed" || verdict === "warning") c.log.line("terminal", `self-check: ${title.en}: ${says.en}`);
	return report;
}
