/** ISO/IEC 7816-4, 5.4: what a command is and how it is meant. */
export interface CommandHeader {
	readonly cla: number;
	readonly ins: number;
	readonly p1: number;
	readonly p2: number;
}
