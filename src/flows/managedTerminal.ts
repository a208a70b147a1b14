import type { CoseSigner } from "../binding/cose.js";
import { kidOf } from "../binding/cose.js";
import { ConfigurationError } from "../emv/jsonObject.js";
import type { TerminalIdentity } from "../keys/terminalIdentity.js";
import type { Done, ManagedTerminal } from "../management/management.js";
import type { Crypto } from "../ports.js";
import type { FlowContext } from "./flowContext.js";

/** What the management link asks of the terminal, done with what the flows work with. */
export function managedTerminal(c: FlowContext, turns: Pick<ManagedTerminal, "free" | "alone">): ManagedTerminal {
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
		update: version => ({
			done: false,
			reason: `version ${version} was not installed: this terminal takes updates from its service only`,
			lines: [],
		}),
	};
}

/** Signs what the terminal says over the management link. */
export function coseSigner(identity: TerminalIdentity, crypto: Crypto): CoseSigner {
	return { kid: kidOf(crypto, identity.publicKeys.signing), sign: message => identity.signCose(message) };
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
