import { parseEntry } from "../journal/hashChain.js";
import type { Zeroisation } from "../keys/keyStoreRoot.js";
import type { Crypto, Storage } from "../ports.js";
import { terminalState } from "./incident.js";
import { INCIDENTS, IncidentLog } from "./incidentLog.js";

/** Puts the end of the keys into the incident log, once; there is nothing left to seal it with. */
export function logZeroisation(ports: { storage: Storage; crypto: Crypto }, { cause, at }: Zeroisation): void {
	const log = new IncidentLog({ storage: ports.storage, crypto: ports.crypto });
	if (terminalState(log.state) === "zeroised") return;
	const opened = { type: "opened", cause: cause === "order" ? "erasure" : "tamper", detail: cause } as const;
	// Over already: a power cut has come between new keys and the first seal under them.
	for (const line of log.lines()) {
		const entry = parseEntry(line, INCIDENTS);
		if (entry?.at === at && entry.event.type === "opened" && entry.event.cause === opened.cause) return;
	}
	log.append(at, opened);
}
