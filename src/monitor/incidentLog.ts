import { ChainedLog, type LogKind, type LogPorts } from "../journal/chainedLog.js";
import type { ChainEntry } from "../journal/hashChain.js";
import {
	afterEvent,
	type IncidentEvent,
	type IncidentState,
	isIncidentEvent,
	NO_INCIDENTS,
	terminalState,
} from "./incident.js";

export type IncidentEntry = ChainEntry<IncidentEvent>;

export const INCIDENTS: LogKind<IncidentEvent, IncidentState> = Object.freeze({
	called: "an incident log",
	file: "incidents",
	start: NO_INCIDENTS,
	isEvent: isIncidentEvent,
	after: (state: IncidentState, event: IncidentEvent, { number }: { readonly number: number }) =>
		afterEvent(state, event, number),
	isKeyless: (state: IncidentState) => terminalState(state) === "zeroised",
});

/** What happened to this terminal (docs/incidents.md). Nothing in it is ever forgotten. */
export class IncidentLog extends ChainedLog<IncidentEvent, IncidentState> {
	constructor(ports: LogPorts) {
		super(INCIDENTS, ports);
	}
}
