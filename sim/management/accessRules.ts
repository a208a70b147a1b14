import { parseTopic } from "../../src/management/topics.js";

/** What the bank's management service calls itself in its certificate. */
export const SERVICE_NAME = "kassa-bank";

const LEVEL = /^kassa\/1\/([^/+#]+)\/(up|down)\/([A-Za-z]+|\+|#)$/;

/** The rules that docs/fleet.md shows for Mosquitto, for the embedded broker. @param name common name of the certificate */
export function mayWrite(name: string, topic: string): boolean {
	if (name === SERVICE_NAME) return topic.startsWith("kassa/1/");
	const parsed = parseTopic(topic);
	return parsed !== undefined && parsed.terminalId === name && parsed.direction === "up";
}

export function mayRead(name: string, filter: string): boolean {
	if (name === SERVICE_NAME) return filter.startsWith("kassa/1/");
	const [, terminalId, direction] = LEVEL.exec(filter) ?? [];
	return terminalId === name && direction === "down";
}
