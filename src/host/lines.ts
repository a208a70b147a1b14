import { readUint } from "../bytes/bytes.js";
import type { Clock, HostConnection, HostSocket, Log, Random } from "../ports.js";
import type { ConnectionProfile } from "./profiles/hostProfile.js";
import { LATE, pause, within } from "./within.js";

export interface LinePorts {
	readonly primary: HostSocket;
	/** Where the acquirer also is. */
	readonly backup?: HostSocket | undefined;
	readonly clock: Clock;
	readonly random: Random;
	readonly log: Log;
}

/** For how long the primary address rests after the backup had to be taken. */
const PRIMARY_RESTS_MS = 300_000;

/**
 * The addresses of one acquirer. Connecting may be tried again and elsewhere, because nothing has been sent yet; nothing that was
 * sent on one line is ever sent on another.
 */
export class Lines {
	readonly #profile: ConnectionProfile;
	readonly #ports: LinePorts;
	/** Until when the backup is tried first, on the monotonic clock. */
	#primaryRestsUntil = 0;

	constructor(profile: ConnectionProfile, ports: LinePorts) {
		this.#profile = profile;
		this.#ports = ports;
	}

	/**
	 * Connects to the first address that answers: all of them in each round, with a longer pause before each further round.
	 * @param deadline on the monotonic clock
	 * @returns the connection, or why there is none
	 */
	async connect(deadline: number): Promise<HostConnection | string> {
		const { clock } = this.#ports;
		let reason = "cannot reach the bank: no time left";
		for (let round = 0; round < this.#profile.rounds; round++) {
			if (round > 0) {
				const ms = this.#backOffMs(round);
				if (clock.monotonicMs() + ms >= deadline) break;
				await pause(clock, ms);
			}
			for (const line of this.#order()) {
				const left = deadline - clock.monotonicMs();
				if (left <= 0) return reason;
				const connection = await this.#try(line, Math.min(left, this.#profile.connectTimeoutMs));
				if (typeof connection !== "string") return connection;
				reason = connection;
			}
		}
		return reason;
	}

	#order(): readonly ("primary" | "backup")[] {
		if (!this.#ports.backup) return ["primary"];
		const rests = this.#ports.clock.monotonicMs() < this.#primaryRestsUntil;
		return rests ? ["backup", "primary"] : ["primary", "backup"];
	}

	/** A socket may throw, reject with anything or never answer: each is a line that is not there. */
	async #try(line: "primary" | "backup", timeoutMs: number): Promise<HostConnection | string> {
		const { clock, log } = this.#ports;
		const socket = this.#ports[line]!;
		let reason = "cannot reach the bank: no connection in time";
		try {
			const connection = await within(clock, timeoutMs, () => socket.connect(timeoutMs), closeQuietly);
			if (connection !== LATE) {
				const restsUntil = clock.monotonicMs() + PRIMARY_RESTS_MS;
				if (line === "primary") this.#primaryRestsUntil = 0;
				else if (this.#primaryRestsUntil === 0) this.#primaryRestsUntil = restsUntil;
				return connection;
			}
		} catch (error) {
			reason = error instanceof Error ? error.message : "cannot reach the bank";
		}
		if (line === "primary") this.#primaryRestsUntil = 0;
		log.line("host", `${this.#ports.backup ? `${line} line: ` : ""}${reason}`);
		return reason;
	}

	/** Doubles with each round; between half and the whole of it, so that many terminals do not come back at once. */
	#backOffMs(round: number): number {
		const { backOffMs, backOffMaximumMs } = this.#profile;
		const whole = Math.min(backOffMaximumMs, backOffMs * 2 ** (round - 1));
		return whole * (0.5 + readUint(this.#ports.random.bytes(2)) / 0x2_0000);
	}
}

/** A connection that cannot be closed either is left alone. */
export function closeQuietly(connection: HostConnection): void {
	try {
		connection.close();
	} catch {
		// nothing more can be done about it
	}
}
