import { createHash, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { RegisterError } from "../../src/register/problem.js";

export interface CallerCheckOptions {
	readonly token: string | undefined;
	/** The port that is served on loopback; undefined on other addresses. */
	readonly loopbackPort: (() => number) | undefined;
}

/** @throws {RegisterError} unauthorised or forbidden */
export type CallerCheck = (request: IncomingMessage) => void;

/** Lets programs in that may order, and no web page. */
export function callerCheck({ token, loopbackPort }: CallerCheckOptions): CallerCheck {
	const expected = token === undefined ? undefined : digest(`Bearer ${token}`);
	return ({ headers }) => {
		// A browser tells with every request that is not a plain GET of its own which page makes it (Fetch, 3.1; RFC 6455, 10.2).
		if (headers.origin !== undefined || headers["sec-fetch-site"] !== undefined)
			throw new RegisterError("forbidden", "web pages may not use this interface: call it from a program");
		// A page whose name was pointed at 127.0.0.1 (DNS rebinding) still sends that name.
		if (loopbackPort && !names(loopbackPort()).includes(headers.host ?? ""))
			throw new RegisterError("forbidden", "the Host header must name this machine, e.g. 127.0.0.1 and the port");
		if (expected && !timingSafeEqual(digest(headers.authorization ?? ""), expected))
			throw new RegisterError("unauthorised", "send the token of this interface as Authorization: Bearer TOKEN");
	};
}

function names(port: number): string[] {
	return ["127.0.0.1", "localhost", "[::1]"].map(name => `${name}:${port}`);
}

/** Of one length, whatever was sent, so that they can be compared in constant time. */
function digest(text: string): Buffer {
	return createHash("sha256").update(text).digest();
}
