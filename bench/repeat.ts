/** On XS: calls `run` so many times. */
export function repeat(times: number, run: () => number): number {
	let sum = 0;
	for (let i = 0; i < times; i++) sum += run();
	return sum;
}
