import { parseHex } from "../bytes/hex.js";
import type { Clock, HostConnection, HostSocket, Log } from "../ports.js";
import { encodeFrame } from "./frame.js";
import { formatMessage } from "./iso8583/formatMessage.js";
import type { IsoMessage } from "./iso8583/message.js";
import { encodeWithMac, type MessageKeys } from "./messageMac.js";
import type { HostProfile } from "./profiles/hostProfile.js";
import { ReplyFilter, type Skipped } from "./replyFilter.js";

/** The line to one acquirer and how that acquirer speaks. */
export interface HostLink {
	readonly profile: HostProfile;
	readonly socket: HostSocket;
	readonly clock: Clock;
	readonly log: Log;
}

export type NoReplyReason = "timeout" | "closed" | "wrongMac" | "wrongStan" | "garbled";

export type ExchangeResult =
	| { readonly kind: "replied"; readonly message: IsoMessage }
	/** Nothing left the terminal. */
	| { readonly kind: "notSent"; readonly reason: string }
	/** The host may have acted on the request. */
	| { readonly kind: "noValidReply"; readonly reason: NoReplyReason };

/**
 * Sends one request under a MAC and waits for its reply, whose MAC is right.
 * What happens on the line is an outcome and returned; only a request that cannot be encoded throws.
 * @param timeoutMs for everything together, from connecting to the last byte of the reply
 */
export async function exchange(
	link: HostLink,
	request: IsoMessage,
	keys: MessageKeys,
	timeoutMs: number,
): Promise<ExchangeResult> {
	const { profile, clock, log } = link;
	const frame = encodeRequest(profile, request, keys);
	const filter = new ReplyFilter(profile, request, keys);
	const { skipped } = filter;
	const deadline = clock.now() + timeoutMs;

	let connection: HostConnection;
	try {
		connection = await link.socket.connect(timeoutMs);
	} catch (error) {
		const reason = error instanceof Error ? error.message : "cannot reach the bank";
		log.line("host", `not sent: ${reason}`);
		return { kind: "notSent", reason };
	}
	try {
		log.line("host", `> ${formatMessage(profile.message, request)}`);
		let reply: IsoMessage | NoReplyReason | undefined = await send(connection, frame);
		while (reply === undefined) {
			// Never longer than asked for, even when the clock is set back meanwhile.
			const bytes = await receive(connection, Math.min(timeoutMs, deadline - clock.now()));
			reply = typeof bytes === "string" ? whyNone(bytes, skipped) : filter.push(bytes);
		}
		if (Object.values(skipped).some(count => count > 0)) log.line("host", `skipped ${JSON.stringify(skipped)}`);
		if (typeof reply !== "string") {
			log.line("host", `< ${formatMessage(profile.message, reply)}`);
			return { kind: "replied", message: reply };
		}
		log.line("host", `no valid reply: ${reply}`);
		return { kind: "noValidReply", reason: reply };
	} finally {
		connection.close();
	}
}

/** The whole frame as it goes on the line, MAC included. @throws {Iso8583Error} when a value does not fit its field */
export function encodeRequest(profile: HostProfile, request: IsoMessage, keys: MessageKeys): Uint8Array {
	return encodeFrame({
		destination: profile.frame.hostAddress,
		source: profile.frame.terminalAddress,
		header: parseHex(profile.frame.header),
		message: encodeWithMac(profile, request, keys),
	});
}

/** From here on the request may have left the terminal, whatever the line says about it. */
async function send(connection: HostConnection, frame: Uint8Array): Promise<"closed" | undefined> {
	try {
		await connection.send(frame);
		return undefined;
	} catch {
		return "closed";
	}
}

async function receive(connection: HostConnection, timeoutMs: number): Promise<Uint8Array | "timeout" | "closed"> {
	if (timeoutMs <= 0) return "timeout";
	try {
		const bytes = await connection.receive(timeoutMs);
		if (bytes === undefined) return "timeout";
		return bytes.length === 0 ? "closed" : bytes;
	} catch {
		return "closed";
	}
}

/** What was skipped says more than that the wait ended. */
function whyNone(end: "timeout" | "closed", skipped: Skipped): NoReplyReason {
	if (skipped.otherStan) return "wrongStan";
	return skipped.garbled ? "garbled" : end;
}
