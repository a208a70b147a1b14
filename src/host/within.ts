import type { Clock } from "../ports.js";

/** Instead of a result that did not come in time. */
export const LATE = "late";

/**
 * Waits for `work` no longer than `timeoutMs`, whatever the work itself believes of time. What it throws at once, it rejects with.
 * @param onLate gets a result that comes afterwards
 */
export function within<T>(
	clock: Clock,
	timeoutMs: number,
	work: () => Promise<T>,
	onLate: (result: T) => void = () => {},
): Promise<T | typeof LATE> {
	return new Promise((resolve, reject) => {
		let isLate = false;
		const cancel = clock.after(Math.max(0, timeoutMs), () => {
			isLate = true;
			resolve(LATE);
		});
		const started = async () => work();
		started().then(
			result => {
				if (isLate) onLate(result);
				cancel();
				resolve(result);
			},
			error => {
				cancel();
				reject(error); // after the time nobody listens any more
			},
		);
	});
}

export function pause(clock: Clock, ms: number): Promise<void> {
	return new Promise(resolve => {
		clock.after(ms, resolve);
	});
}
