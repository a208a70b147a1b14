import type { Zeroisation } from "../keys/keyStoreRoot.js";
import type { Crypto, Storage } from "../ports.js";
import { terminalState } from "./incident.js";
import { IncidentLog } from "./incidentLog.js";

/** Puts the end of the keys into the incident log, once; there is nothing left to seal it with. */
export function logZeroisation(ports: { storage: Storage; crypto: Crypto }, { cause, at }: Zeroisation): void {
	const log = new IncidentLog({ storage: ports.storage, crypto: ports.crypto });
	if (terminalState(log.state) === "zeroised") return;
	log.append(at, { type: "opened", cause: cause === "order" ? "erasure" : "tamper", detail: cause });
}
