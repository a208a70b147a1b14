import { INITIAL_CARD_LINE } from "./contactCard.js";
import { CHARACTER_MOMENTS, type Convention, characterLevels } from "./lineCharacter.js";
import type { LineCharacter, LineEvent } from "./virtualSlot.js";

/** An event with what is needed to draw it. */
export type TracedEvent = Exclude<LineEvent, LineCharacter> | (LineCharacter & { readonly convention: Convention });

/** TS of the inverse convention (ISO/IEC 7816-3, 8.1). */
const TS_INVERSE = 0x3f;

/**
 * What happened at the contacts of a slot: hand `note` to `VirtualSlot.onLine`. Secret characters reach it without their value,
 * so that no form of the trace can show them.
 */
export class LineTrace {
	readonly #events: TracedEvent[] = [];
	#convention: Convention = "direct";
	#awaitsTs = false;

	readonly note = (event: LineEvent): void => {
		if (event.kind === "contact" && event.contact === "RST" && event.high) this.#awaitsTs = true;
		if (event.kind !== "character") {
			this.#events.push(event);
			return;
		}
		if (this.#awaitsTs && event.direction === "fromCard") {
			this.#awaitsTs = false;
			this.#convention = event.byte === TS_INVERSE ? "inverse" : "direct";
		}
		this.#events.push({ ...event, convention: this.#convention });
	};

	/** In order of time. */
	get events(): readonly TracedEvent[] {
		return this.#events
			.map((event, i) => ({ event, i }))
			.sort((a, b) => a.event.atClocks - b.event.atClocks || a.i - b.i)
			.map(({ event }) => event);
	}
}

/** One line for each event: time in initial etu since the first one, direction, byte. */
export function formatLineText(trace: LineTrace): string {
	const { events } = trace;
	const start = events[0]?.atClocks ?? 0;
	const lines = events.map(event => {
		const etu = ((event.atClocks - start) / INITIAL_CARD_LINE.clocksPerEtu).toFixed(2);
		return `${etu.padStart(12)}  ${eventText(event)}`;
	});
	const header = [
		"# leading edges, in etu of 372 clock cycles since VCC; > to the card, < from the card",
		"# **: secret; an etu other than 372 cycles stands behind its bytes; !: wrong parity",
	];
	return `${[...header, ...lines].join("\n")}\n`;
}

function eventText(event: TracedEvent): string {
	switch (event.kind) {
		case "contact":
			return `${event.contact} ${event.high ? "high" : "low"}`;
		case "errorSignal":
			return "I/O low: error signal";
		case "character": {
			const byte = event.byte === undefined ? "**" : event.byte.toString(16).toUpperCase().padStart(2, "0");
			const rate = event.clocksPerEtu === INITIAL_CARD_LINE.clocksPerEtu ? "" : `  etu of ${event.clocksPerEtu}`;
			return `${event.direction === "toCard" ? ">" : "<"} ${byte}${event.damaged ? "!" : ""}${rate}`;
		}
	}
}

/** f in the drawing: 4 MHz, as the board has it; one cycle is 250 ns. */
const NS_PER_CLOCK = 250;
/** Between 1 and 2 etu (ISO/IEC 7816-3, 7.3). */
const ERROR_SIGNAL_ETU = 1.5;

/** Identifier codes of the signals (IEEE 1364, 18.2). */
const SIGNALS = Object.freeze({ VCC: "v", RST: "r", CLK: "c", IO: "i", DIR: "d", BYTE: "b" } as const);

/**
 * A value change dump (IEEE 1364, 18): the contacts VCC, RST, CLK (running or not) and I/O bit by bit, beside it the byte and
 * its direction (DIR 1: to the card) while the character lasts. Secret bits are x.
 */
export function formatVcd(trace: LineTrace): string {
	const changes: { readonly ns: number; readonly text: string }[] = [];
	const start = trace.events[0]?.atClocks ?? 0;
	const change = (clocks: number, text: string) => {
		changes.push({ ns: Math.round((clocks - start) * NS_PER_CLOCK), text });
	};
	for (const event of trace.events) {
		if (event.kind === "contact") {
			change(event.atClocks, `${event.high ? 1 : 0}${SIGNALS[event.contact]}`);
			if (event.contact === "VCC") change(event.atClocks, `${event.high ? 1 : 0}${SIGNALS.IO}`);
		} else if (event.kind === "errorSignal") {
			change(event.atClocks, `0${SIGNALS.IO}`);
			change(event.atClocks + ERROR_SIGNAL_ETU * event.clocksPerEtu, `1${SIGNALS.IO}`);
		} else drawCharacter(event, change);
	}
	changes.sort((a, b) => a.ns - b.ns);
	const body: string[] = [];
	let ns = -1;
	for (const each of changes) {
		if (each.ns !== ns) body.push(`#${each.ns}`);
		ns = each.ns;
		body.push(each.text);
	}
	return `${[...vcdHeader(), ...body].join("\n")}\n`;
}

function drawCharacter(
	{ byte, convention, damaged, direction, atClocks, clocksPerEtu }: LineCharacter & { readonly convention: Convention },
	change: (clocks: number, text: string) => void,
): void {
	const levels = characterLevels(byte ?? 0, convention, damaged);
	for (const [i, level] of levels.entries())
		change(atClocks + i * clocksPerEtu, `${byte === undefined && i ? "x" : level}${SIGNALS.IO}`);
	const end = atClocks + CHARACTER_MOMENTS * clocksPerEtu;
	change(end, `1${SIGNALS.IO}`);
	const bits = byte === undefined ? "xxxxxxxx" : byte.toString(2).padStart(8, "0");
	change(atClocks, `b${bits} ${SIGNALS.BYTE}`);
	change(atClocks, `${direction === "toCard" ? 1 : 0}${SIGNALS.DIR}`);
	change(end, `bzzzzzzzz ${SIGNALS.BYTE}`);
	change(end, `z${SIGNALS.DIR}`);
}

function vcdHeader(): string[] {
	const variables = Object.entries(SIGNALS).map(
		([name, code]) => `$var wire ${name === "BYTE" ? 8 : 1} ${code} ${name} $end`,
	);
	const initial = Object.entries(SIGNALS).map(([name, code]) =>
		name === "BYTE" ? `bzzzzzzzz ${code}` : `${name === "DIR" ? "z" : 0}${code}`,
	);
	return [
		"$comment contacts of a card slot, card clock 4 MHz $end",
		"$timescale 1 ns $end",
		"$scope module card $end",
		...variables,
		"$upscope $end",
		"$enddefinitions $end",
		"$dumpvars",
		...initial,
		"$end",
	];
}
