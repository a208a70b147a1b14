/**
 * Where messages go: `kassa/1/TERMINAL/up/KIND` from a terminal to its bank, `kassa/1/TERMINAL/down/KIND` to it. A terminal
 * may write to its own `up` and read its own `down`, so that two lines of access rules hold for any number of terminals.
 */
export type Direction = "up" | "down";

const ROOT = "kassa/1";

export interface TopicName {
	readonly terminalId: string;
	readonly direction: Direction;
	readonly kind: string;
}

export function topicOf({ terminalId, direction, kind }: TopicName): string {
	return `${ROOT}/${terminalId}/${direction}/${kind}`;
}

/** @returns undefined when it is no topic of this link */
export function parseTopic(topic: string): TopicName | undefined {
	const [, terminalId, direction, kind] = /^kassa\/1\/([^/+#]+)\/(up|down)\/([A-Za-z]+)$/.exec(topic) ?? [];
	return terminalId ? { terminalId, direction: direction as Direction, kind: kind! } : undefined;
}

/** What a terminal subscribes to. */
export function downFilter(terminalId: string): string {
	return `${ROOT}/${terminalId}/down/+`;
}

/** What the bank subscribes to, for all its terminals. */
export const UP_FILTER = `${ROOT}/+/up/+`;
