import type { Tamper, TamperCause } from "../ports.js";

/** One line that tells of tampering. */
export interface TamperLine {
	readonly cause: TamperCause;
	/** Read from the line now. */
	readonly isAlarmed: boolean;
	/** Called at each edge, from the interrupt. */
	onEdge: (() => void) | undefined;
}

/** The board's tamper lines as one port. What was alarmed once stays so until the next start, however short it was. */
export class TamperLines implements Tamper {
	onTamper: ((cause: TamperCause) => void) | undefined;
	readonly #lines: readonly TamperLine[];
	#cause: TamperCause | undefined;

	constructor(lines: readonly TamperLine[]) {
		this.#lines = lines;
		for (const line of lines) line.onEdge = () => this.#alarm(line.cause);
	}

	get cause(): TamperCause | undefined {
		return this.#cause ?? this.#lines.find(line => line.isAlarmed)?.cause;
	}

	/** The edge alone is the event: a switch that bounced back by the time the line is read was open all the same. */
	#alarm(cause: TamperCause): void {
		this.#cause = cause;
		this.onTamper?.(cause);
	}
}
