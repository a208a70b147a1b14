/** One figure beside what it is measured against. */
export interface Row {
	readonly what: string;
	readonly kassa: string;
	readonly against: string;
	readonly ratio: string;
	readonly target: string;
	readonly met: boolean;
}
