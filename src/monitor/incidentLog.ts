import { ChainedLog, type LogKind } from "../journal/chainedLog.js";
import type { ChainEntry } from "../journal/hashChain.js";
import type { LogPorts } from "../journal/logHead.js";
import { afterEvent, type IncidentEvent, type IncidentState, isIncidentEvent, NO_INCIDENTS } from "./incident.js";

export type IncidentEntry = ChainEntry<IncidentEvent>;

/** About 250 entries: of a terminal without trouble years, and 80 KB at most of one that somebody tries to make forget. */
const SEGMENT_BYTES = 16_384;
const MOST_SEGMENTS = 4;

export const INCIDENTS: LogKind<IncidentEvent, IncidentState> = Object.freeze({
	called: "an incident log",
	file: "incidents",
	segments: Object.freeze({ bytes: SEGMENT_BYTES, most: MOST_SEGMENTS }),
	start: NO_INCIDENTS,
	isEvent: isIncidentEvent,
	after: (state: IncidentState, event: IncidentEvent, { number }: { readonly number: number }) =>
		afterEvent(state, event, number),
});

/**
 * What happened to this terminal (docs/incidents.md). The oldest entries go when there are too many; what is open stays open
 * in the sealed head, whichever entry had opened it.
 */
export class IncidentLog extends ChainedLog<IncidentEvent, IncidentState> {
	constructor(ports: LogPorts) {
		super(INCIDENTS, ports);
	}
}
