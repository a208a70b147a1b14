import type { Clock, HostConnection, HostSocket, Log, Random } from "../ports.js";
import { formatMessage } from "./iso8583/formatMessage.js";
import type { IsoMessage } from "./iso8583/message.js";
import type { MessageKeys } from "./messageMac.js";
import type { HostProfile } from "./profiles/hostProfile.js";
import { ReplyFilter, type Skipped } from "./replyFilter.js";
import { frameOf } from "./request.js";

export type NoReplyReason = "timeout" | "closed" | "wrongMac" | "wrongStan" | "garbled";

export type ExchangeResult =
	| { readonly kind: "replied"; readonly message: IsoMessage }
	/** Nothing left the terminal. */
	| { readonly kind: "notSent"; readonly reason: string }
	/** The host may have acted on the request. */
	| { readonly kind: "noValidReply"; readonly reason: NoReplyReason };

export interface HostLinkPorts {
	readonly primary: HostSocket;
	/** Where the acquirer also is. */
	readonly backup?: HostSocket | undefined;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
}

/** The line to one acquirer and how that acquirer speaks. */
export class HostLink {
	readonly profile: HostProfile;
	readonly #ports: HostLinkPorts;

	constructor(profile: HostProfile, ports: HostLinkPorts) {
		this.profile = profile;
		this.#ports = ports;
	}

	/**
	 * Sends one request and waits for its reply.
	 * What happens on the line is an outcome and returned; only a request that cannot be encoded throws.
	 * @param keys of the MAC that the request gets and that the reply must have; undefined: neither has one
	 * @param timeoutMs for everything together, from connecting to the last byte of the reply
	 */
	async exchange(request: IsoMessage, keys: MessageKeys | undefined, timeoutMs: number): Promise<ExchangeResult> {
		const { profile } = this;
		const { clock, log, primary } = this.#ports;
		const frame = frameOf(profile, request, keys);
		const filter = new ReplyFilter(profile, request, keys);
		const { skipped } = filter;
		const deadline = clock.monotonicMs() + timeoutMs;

		let connection: HostConnection;
		try {
			connection = await primary.connect(timeoutMs);
		} catch (error) {
			const reason = error instanceof Error ? error.message : "cannot reach the bank";
			log.line("host", `not sent: ${reason}`);
			return { kind: "notSent", reason };
		}
		try {
			log.line("host", `> ${formatMessage(profile.message, request)}`);
			let reply: IsoMessage | NoReplyReason | undefined = await send(connection, frame);
			while (reply === undefined) {
				const bytes = await receive(connection, deadline - clock.monotonicMs());
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
