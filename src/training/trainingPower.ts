import type { Clock, HostSocket } from "../ports.js";

/**
 * What a training terminal's power drives. After `cut` nothing of that terminal goes on: its timers never ring, its line never
 * answers, and so whatever it was doing stays where it was.
 */
export class TrainingPower {
	readonly clock: Clock;
	/** Called once. */
	onCut: (() => void) | undefined;
	#isOn = true;
	readonly #timers = new Set<() => void>();

	constructor(live: Clock) {
		/** What a bank says of the time is kept to this terminal: the live clock is never set. */
		let offsetMs = 0;
		this.clock = {
			now: () => live.now() + offsetMs,
			monotonicMs: () => live.monotonicMs(),
			utcOffsetMinutes: live.utcOffsetMinutes,
			set: now => {
				offsetMs = now - live.now();
			},
			after: (delayMs, callback) => this.#after(live, delayMs, callback),
		};
	}

	get isOn(): boolean {
		return this.#isOn;
	}

	cut(): void {
		this.#isOn = false;
		for (const cancel of this.#timers) cancel();
		this.#timers.clear();
		this.onCut?.();
	}

	/** The same socket, until the power goes. */
	guardSocket(socket: HostSocket): HostSocket {
		return {
			connect: async timeoutMs => {
				const connection = await this.#whilePowered(socket.connect(timeoutMs));
				return {
					send: bytes => this.#whilePowered(connection.send(bytes)),
					receive: ms => this.#whilePowered(connection.receive(ms)),
					close: () => connection.close(),
				};
			},
		};
	}

	/** Never settles without power: who waited for it is not there any more. */
	async #whilePowered<T>(work: Promise<T>): Promise<T> {
		const result = await work;
		return this.#isOn ? result : new Promise<T>(() => {});
	}

	#after(live: Clock, delayMs: number, callback: () => void): () => void {
		if (!this.#isOn) return () => {};
		const cancelled = live.after(delayMs, () => {
			this.#timers.delete(cancel);
			callback();
		});
		const cancel = () => {
			this.#timers.delete(cancel);
			cancelled();
		};
		this.#timers.add(cancel);
		return cancel;
	}
}
