import type { CoseSigner } from "../binding/cose.js";
import { kidOf } from "../binding/cose.js";
import { ConfigurationError } from "../emv/jsonObject.js";
import type { TerminalIdentity } from "../keys/terminalIdentity.js";
import type { Done, ListName, ManagedTerminal } from "../management/managedTerminal.js";
import type { Lists } from "../management/restore.js";
import type { Crypto, Log } from "../ports.js";
import type { Downloads } from "./downloads.js";
import type { FlowContext } from "./flowContext.js";

/** What the management link asks of the terminal, done with what the flows work with. */
export function managedTerminal(
	c: FlowContext,
	identity: TerminalIdentity,
	turns: Pick<ManagedTerminal, "free" | "alone">,
): ManagedTerminal {
	return {
		...turns,
		keepList(name, records) {
			try {
				c.downloads.keep(name, records);
				return undefined;
			} catch (error) {
				if (error instanceof ConfigurationError) return error.message;
				throw error;
			}
		},
		selfCheck: () => selfCheck(c),
		lists: () => Object.fromEntries(LISTS.map(name => [name, keptList(c, name)])),
		hasHistory: () => c.journal.last() !== undefined,
		openSealed: box => identity.openSealed(box),
		update: version => {
			const { done, reason } = c.update?.ask(version) ?? NO_UPDATES;
			return { done, reason, lines: [] };
		},
		firmware: c.update,
	};
}

/** Signs what the terminal says over the management link. */
export function coseSigner(identity: TerminalIdentity, crypto: Crypto): CoseSigner {
	return { kid: kidOf(crypto, identity.publicKeys.signing), sign: message => identity.signCose(message) };
}

const NO_UPDATES = Object.freeze({ done: false, reason: "this terminal cannot install other firmware" });

const LISTS: readonly ListName[] = Object.freeze(["parameters", "aids", "caKeys", "hotCards"]);

/** A damaged list is not in use either. */
function keptList(c: FlowContext, name: ListName): readonly Uint8Array[] {
	try {
		return c.downloads.kept(name);
	} catch {
		return [];
	}
}

/** Puts the lists of a backup in the place of those that are here; one that this firmware does not take stays away. */
export function keepRestored(downloads: Downloads, lists: Lists, log: Log): void {
	for (const name of LISTS)
		try {
			if (lists[name]?.length) downloads.keep(name, lists[name]);
		} catch (error) {
			if (!(error instanceof ConfigurationError)) throw error;
			log.line("terminal", `the restored ${name} are not used: ${error.message}`);
		}
}

/** What can be looked at without a person. */
function selfCheck(c: FlowContext): Done {
	const { records, damage } = c.journal.verify();
	const lost = damage.filter(({ repaired }) => !repaired);
	const full = c.journal.whyFull();
	const lines = [
		`journal: ${records} records, ${damage.length} damaged, ${damage.length - lost.length} repaired`,
		`storage: ${full ?? "there is room"}`,
		`bank: ${c.journal.owed().length} messages wait for it`,
		`sign-in: ${c.signInWanted ? "wanted" : "not wanted"}`,
		`printer: ${c.printer ? "fitted" : "none"}`,
	];
	const isWell = lost.length === 0 && full === undefined;
	return { done: isWell, reason: isWell ? "all is well" : "the journal or the storage needs service", lines };
}
