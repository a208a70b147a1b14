import { type DayCounts, METRIC_NAMES, METRICS, type MetricName } from "./metrics.js";

/** Means are kept in sixteenths, so that whole numbers can follow small changes. */
const SCALE = 16;
/** A new day counts for an eighth. */
const WEIGHT = 8;
/** Days after which the merchant's days are known well enough to compare with. */
export const LEARNING_DAYS = 7;
/** A day that is further away moves what is usual no more than this many deviations would. */
const MOST_DEVIATIONS = 4;

/** What is usual for one figure. */
export interface Usual {
	readonly value: number;
	readonly deviation: number;
}

/**
 * What this merchant's days usually come to: of each metric a moving mean and the mean deviation from it, in whole
 * numbers. A day far off hardly moves it, so that a fraud does not become usual by being done.
 */
export class Baseline {
	/** Of each metric: days, mean and deviation, both in sixteenths. */
	readonly #kept: [days: number, mean: number, deviation: number][];

	/** @param kept of `state` */
	constructor(kept: readonly (readonly number[])[] = []) {
		this.#kept = METRIC_NAMES.map((_, i) => {
			const [days = 0, mean = 0, deviation = 0] = kept[i] ?? [];
			return [days, mean, deviation];
		});
	}

	get state(): readonly (readonly number[])[] {
		return this.#kept;
	}

	/** @returns undefined as long as too few days are known */
	usual(name: MetricName): Usual | undefined {
		const [days, mean, deviation] = this.#kept[METRIC_NAMES.indexOf(name)]!;
		if (days < LEARNING_DAYS) return undefined;
		return {
			value: Math.round(mean / SCALE),
			deviation: Math.max(METRICS[name].leastDeviation, Math.round(deviation / SCALE)),
		};
	}

	/** Takes in a day that has ended. */
	learn(day: DayCounts): void {
		for (const [i, name] of METRIC_NAMES.entries()) {
			const value = METRICS[name].of(day);
			if (value !== undefined) this.#learn(i, name, value * SCALE);
		}
	}

	#learn(i: number, name: MetricName, scaled: number): void {
		const [days, mean, deviation] = this.#kept[i]!;
		const most = MOST_DEVIATIONS * Math.max(deviation, METRICS[name].leastDeviation * SCALE);
		const difference = days < LEARNING_DAYS ? scaled - mean : Math.max(-most, Math.min(most, scaled - mean));
		// The first days count as much as each other, or the first of all would be usual for weeks.
		const weight = Math.min(days + 1, WEIGHT);
		const first = days === 0;
		this.#kept[i] = [
			Math.min(days + 1, LEARNING_DAYS),
			mean + Math.round(difference / weight),
			first ? 0 : deviation + Math.round((Math.abs(difference) - deviation) / weight),
		];
	}
}
