import type { Clock, HostConnection, Log } from "../ports.js";
import { FrameReader } from "./frame.js";
import { formatMessage } from "./iso8583/formatMessage.js";
import { type IsoMessage, responseType } from "./iso8583/message.js";
import { closeQuietly, type LinePorts, Lines } from "./lines.js";
import { frameOf } from "./messageFrame.js";
import type { MacKeys } from "./messageMac.js";
import type { HostProfile } from "./profiles/hostProfile.js";
import { nothingSkipped, ReplyFilter, replyIdentity, SentRequests, type Skipped } from "./replyFilter.js";
import { LATE, within } from "./within.js";

export type NoReplyReason = "timeout" | "closed" | "wrongMac" | "wrongStan" | "garbled";

export type ExchangeResult =
	| { readonly kind: "replied"; readonly message: IsoMessage }
	/** Nothing left the terminal. */
	| { readonly kind: "notSent"; readonly reason: string }
	/** The host may have acted on the request. */
	| { readonly kind: "noValidReply"; readonly reason: NoReplyReason };

interface OpenLine {
	readonly connection: HostConnection;
	/** Keeps the beginning of a frame from one message to the next. */
	readonly reader: FrameReader;
	/** On the monotonic clock. */
	usedAt: number;
}

/**
 * The line to one acquirer and how that acquirer speaks: one exchange after another, over a connection of its own or, when the
 * profile says so, over one that is kept and looked after with echo tests.
 */
export class HostLink {
	readonly profile: HostProfile;
	/** What has been skipped since the terminal started. */
	readonly skipped: Skipped = nothingSkipped();
	/** Called when a kept connection was idle for the profile's time: sends an echo test. Without it the connection is closed. */
	onIdle: (() => Promise<unknown>) | undefined;
	/** Called with each reply that is valid. */
	onReplied: (() => void) | undefined;
	readonly #clock: Clock;
	readonly #log: Log;
	readonly #lines: Lines;
	readonly #sent = new SentRequests();
	#kept: OpenLine | undefined;
	#cancelIdle: () => void = () => {};
	/** Resolves when the last exchange that was begun has ended. */
	#turn: Promise<void> = Promise.resolve();

	constructor(profile: HostProfile, ports: LinePorts) {
		this.profile = profile;
		this.#clock = ports.clock;
		this.#log = ports.log;
		this.#lines = new Lines(profile.connection, ports);
	}

	/**
	 * Sends one request, once, and waits for its reply.
	 * What happens on the line is an outcome and returned; only a request that cannot be encoded throws.
	 * @param keys of the MAC that the request gets and that the reply must have; undefined: neither has one
	 * @param timeoutMs for everything together, from connecting to the last byte of the reply
	 */
	async exchange(request: IsoMessage, keys: MacKeys | undefined, timeoutMs: number): Promise<ExchangeResult> {
		const frame = frameOf(this.profile, request, keys);
		const deadline = this.#clock.monotonicMs() + timeoutMs;
		const before = this.#turn;
		let end = () => {};
		const ended = new Promise<void>(resolve => {
			end = resolve;
		});
		// Whoever gives up waiting does not let the next one overtake the exchange that is under way.
		this.#turn = Promise.all([before, ended]).then(() => {});
		try {
			if ((await within(this.#clock, timeoutMs, () => before)) === LATE)
				return this.#notSent("the line to the bank is busy");
			return await this.#inTurn(request, frame, keys, deadline);
		} finally {
			end();
		}
	}

	/** Closes a kept connection. The next exchange opens another. */
	close(): void {
		this.#cancelIdle();
		if (this.#kept) closeQuietly(this.#kept.connection);
		this.#kept = undefined;
	}

	async #inTurn(
		request: IsoMessage,
		frame: Uint8Array,
		keys: MacKeys | undefined,
		deadline: number,
	): Promise<ExchangeResult> {
		const line = (await this.#keptLine()) ?? (await this.#newLine(deadline));
		if (typeof line === "string") return this.#notSent(line);
		this.#log.line("host", `> ${formatMessage(this.profile.message, request)}`);
		const identity = replyIdentity(this.profile, responseType(request.messageType), request);
		this.#sent.note(identity);
		const filter = new ReplyFilter(this.profile, request, keys, line.reader, this.#sent);
		let reply: IsoMessage | NoReplyReason | undefined = await this.#send(line, frame, deadline);
		while (reply === undefined) {
			const bytes = await this.#receive(line, deadline - this.#clock.monotonicMs());
			reply = typeof bytes === "string" ? whyNone(bytes, filter.skipped) : filter.push(bytes);
		}
		this.#count(filter.skipped);
		if (typeof reply === "string") {
			closeQuietly(line.connection); // what comes on it later would belong to nothing
			this.#log.line("host", `no valid reply: ${reply}`);
			return { kind: "noValidReply", reason: reply };
		}
		this.#sent.answered(identity);
		this.onReplied?.();
		this.#keep(line);
		this.#log.line("host", `< ${formatMessage(this.profile.message, reply)}`);
		return { kind: "replied", message: reply };
	}

	#notSent(reason: string): ExchangeResult {
		this.#log.line("host", `not sent: ${reason}`);
		return { kind: "notSent", reason };
	}

	async #newLine(deadline: number): Promise<OpenLine | string> {
		const connection = await this.#lines.connect(deadline);
		if (typeof connection === "string") return connection;
		return { connection, reader: new FrameReader(this.profile.frame), usedAt: 0 };
	}

	/** The kept connection, taken out, when it can still be relied on. What has come on it meanwhile is counted. */
	async #keptLine(): Promise<OpenLine | undefined> {
		const line = this.#kept;
		const { keepAlive } = this.profile.connection;
		if (!line || !keepAlive) return undefined;
		this.#cancelIdle();
		this.#kept = undefined;
		const filter = new ReplyFilter(this.profile, undefined, undefined, line.reader, this.#sent);
		// A line that was not echoed in its time may be dead without knowing: a payment must not be what finds out.
		let isAlive = this.#clock.monotonicMs() - line.usedAt < 2 * keepAlive.echoAfterMs;
		while (isAlive) {
			const bytes = await this.#receive(line, LOOK_MS);
			if (bytes === "timeout") break;
			isAlive = bytes !== "closed" && filter.push(bytes) === undefined;
		}
		this.#count(filter.skipped);
		if (isAlive && line.reader.pendingLength === 0) return line;
		closeQuietly(line.connection);
		return undefined;
	}

	#keep(line: OpenLine): void {
		const { keepAlive } = this.profile.connection;
		if (!keepAlive) {
			closeQuietly(line.connection);
			return;
		}
		line.usedAt = this.#clock.monotonicMs();
		this.#kept = line;
		this.#cancelIdle = this.#clock.after(keepAlive.echoAfterMs, () => this.#idle());
	}

	#idle(): void {
		if (!this.onIdle) {
			this.close();
			return;
		}
		const echo = async () => this.onIdle?.();
		echo().catch(() => {
			this.#log.line("host", "the echo test failed");
			this.close();
		});
	}

	#count(skipped: Skipped): void {
		const names = Object.keys(skipped) as (keyof Skipped)[];
		for (const name of names) this.skipped[name] += skipped[name];
		const some = names.filter(name => skipped[name] > 0);
		if (some.length) this.#log.line("host", `skipped ${some.map(name => `${name} ${skipped[name]}`).join(", ")}`);
	}

	/** From here on the request may have left the terminal, whatever the line says about it. */
	async #send(
		{ connection }: OpenLine,
		frame: Uint8Array,
		deadline: number,
	): Promise<"closed" | "timeout" | undefined> {
		try {
			const sent = await within(this.#clock, deadline - this.#clock.monotonicMs(), () => connection.send(frame));
			return sent === LATE ? "timeout" : undefined;
		} catch {
			return "closed";
		}
	}

	async #receive({ connection }: OpenLine, timeoutMs: number): Promise<Uint8Array | "timeout" | "closed"> {
		if (timeoutMs <= 0) return "timeout";
		try {
			const bytes = await within(this.#clock, timeoutMs, () => connection.receive(timeoutMs));
			if (bytes === undefined || bytes === LATE) return "timeout";
			return bytes.length === 0 ? "closed" : bytes;
		} catch {
			return "closed";
		}
	}
}

/** How long a kept connection is asked whether something has come on it. */
const LOOK_MS = 1;

/** What was skipped says more than that the wait ended. */
function whyNone(end: "timeout" | "closed", skipped: Skipped): NoReplyReason {
	if (skipped.otherStan) return "wrongStan";
	return skipped.garbled ? "garbled" : end;
}
