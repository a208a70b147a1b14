import { expect, test } from "vitest";
import { CardInterface } from "../../../sim/card/cardInterface.js";
import { formatLineText, formatVcd, LineTrace } from "../../../sim/card/lineTrace.js";
import { VirtualSlot } from "../../../sim/card/virtualSlot.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { ContactReader, type ContactReaderOptions } from "../../../src/card/contactReader.js";
import { bytes } from "../../emv/scriptedCard.js";
import { RecordedCard, type RecordedExchange } from "./recordedCard.js";

const PIN_BLOCK = "241234FFFFFFFFFF";
const EXCHANGES: readonly RecordedExchange[] = [
	["00A4040005A00000033300", "6F02A5009000"],
	["00B2010C00", "7004AABBCCDD9000"],
	[`0020008008${PIN_BLOCK}`, "9000"],
].map(([command, response]) => ({
	command: bytes(command!),
	response: bytes(response!),
	outgoing: command!.length === 10,
}));

const T1_ATR = "3BE000FF81317C4192";

/** The three commands on a traced line; with them each character that passed, in order, "**" for a secret one. */
async function traced(atr: string, options: ContactReaderOptions = {}, noise?: VirtualSlot["noise"]) {
	const slot = new VirtualSlot();
	const trace = new LineTrace();
	const passed: string[] = [];
	slot.noise = noise;
	slot.onLine = event => {
		trace.note(event);
		if (event.kind === "character") passed.push(event.byte === undefined ? "**" : formatHex(Uint8Array.of(event.byte)));
	};
	slot.insert(new CardInterface(new RecordedCard(atr, EXCHANGES)));
	const reader = new ContactReader(slot, options);
	await reader.activate();
	for (const { command, response } of EXCHANGES)
		expect(formatHex(await reader.transmit(command.slice()))).toBe(formatHex(response));
	await reader.deactivate();
	return { trace, passed };
}

/** A reader of value change dumps of its own: for each signal its changes, in nanoseconds. */
function readVcd(text: string): Map<string, { readonly ns: number; readonly value: string }[]> {
	expect(text).toContain("$timescale 1 ns $end");
	const signals = new Map<string, { ns: number; value: string }[]>();
	const names = new Map<string, string>();
	let ns = 0;
	for (const line of text.split("\n")) {
		const declared = /^\$var wire \d+ (\S+) (\S+) \$end$/.exec(line);
		const change = /^([01xz])(\S+)$|^b([01xz]+) (\S+)$/.exec(line);
		if (declared) {
			names.set(declared[1]!, declared[2]!);
			signals.set(declared[2]!, []);
		} else if (line.startsWith("#")) {
			expect(Number(line.slice(1))).toBeGreaterThanOrEqual(ns);
			ns = Number(line.slice(1));
		} else if (change) signals.get(names.get(change[2] ?? change[4]!)!)!.push({ ns, value: (change[1] ?? change[3])! });
		else expect(line).toMatch(/^(\$.*)?$/);
	}
	return signals;
}

/** Characters read from the level of I/O alone, as a UART would: after a falling edge, in the middle of each bit. */
function charactersOf(vcd: string, etuNs: (characters: number) => number, inverse = false): string[] {
	const io = readVcd(vcd).get("IO")!;
	const levelAt = (ns: number) => io.filter(each => each.ns <= ns).at(-1)!.value;
	const characters: string[] = [];
	const reset = readVcd(vcd).get("RST")!;
	let at = reset.find(({ value }) => value === "1")!.ns;
	const end = reset.at(-1)!.ns;
	for (;;) {
		const edge = io.find((each, i) => each.ns > at && each.value === "0" && io[i - 1]!.value !== "0");
		if (!edge || edge.ns >= end) return characters;
		const etu = etuNs(characters.length);
		const bits = Array.from({ length: 10 }, (_, i) => levelAt(edge.ns + (i + 0.5) * etu));
		at = edge.ns + 9.6 * etu;
		if (bits.slice(1).includes("x")) {
			characters.push("**");
			continue;
		}
		const data = bits.slice(1, 9).map(bit => (inverse ? 1 - Number(bit) : Number(bit)));
		const ordered = inverse ? data : [...data].reverse();
		const parity = inverse ? 1 - Number(bits[9]) : Number(bits[9]);
		const isEven = (data.reduce((sum, bit) => sum + bit, 0) + parity) % 2 === 0;
		characters.push(
			`${isEven ? "" : "!"}${Number.parseInt(ordered.join(""), 2).toString(16).toUpperCase().padStart(2, "0")}`,
		);
	}
}

const INITIAL_ETU_NS = 372 * 250;

test.each([
	["T=0", "3B600000", {}, () => INITIAL_ETU_NS],
	["T=1", T1_ATR, {}, () => INITIAL_ETU_NS],
	// 3 characters of ATR, 4 of PPS and 4 of its answer; then 512 / 32 cycles
	["T=0 after PPS", "3B1096", { negotiatesFactors: true }, (n: number) => (n < 11 ? INITIAL_ETU_NS : 16 * 250)],
])("%s: the levels of I/O read back as what passed", async (_name, atr, options, etuNs) => {
	const { trace, passed } = await traced(atr, options);
	expect(charactersOf(formatVcd(trace), etuNs)).toEqual(passed);
	expect(passed.length).toBeGreaterThan(60);
});

// [ISO-ATR-01]
test("the inverse convention is drawn inverted, the highest bit first", async () => {
	const { trace, passed } = await traced("3F600000");
	expect(charactersOf(formatVcd(trace), () => INITIAL_ETU_NS, true)).toEqual(passed);
	const levels = readVcd(formatVcd(trace)).get("IO")!;
	const ts = levels.findIndex(({ ns, value }) => value === "0" && ns > 10_000_000);
	// TS 3F: (H) L HHLLLLLLH (ISO/IEC 7816-3, 8.1)
	expect(
		levels
			.slice(ts, ts + 11)
			.map(({ value }) => value)
			.join(""),
	).toBe("01100000011");
});

test("a damaged character shows its wrong parity, the error signal, and comes again", async () => {
	const { trace } = await traced("3B600000", {}, index => (index === 4 ? 0b1000 : 0));
	const text = formatLineText(trace);
	expect(text).toMatch(/> 08!\n.*I\/O low: error signal\n.*> 00\n/);
	expect(text.match(/!$/gm)).toHaveLength(1);
	const io = readVcd(formatVcd(trace)).get("IO")!;
	const lows = io.filter(({ value }, i) => value === "0" && io[i - 1]?.value === "1");
	const [damaged, signal] = lows.filter(({ ns }) => ns > lows[4]!.ns).slice(0, 2);
	expect(damaged!.ns).toBeLessThan(signal!.ns);
});

test.each([
	["T=0", "3B600000"],
	["T=1", T1_ATR],
])("%s: the PIN block is in no form of the trace, nor what it could be told from", async (_name, atr) => {
	const { trace, passed } = await traced(atr);
	const vcd = formatVcd(trace);
	const line = passed.join("");
	const hidden = atr === T1_ATR ? 9 : 8; // the LRC holds the exclusive-or of the PIN block
	expect(line).toContain(`08${atr === T1_ATR ? "" : "20"}${"**".repeat(hidden)}`);
	const text = formatLineText(trace);
	expect(text.match(/> \*\*$/gm)).toHaveLength(hidden);
	for (const whole of [line, text.replace(/\s|>/g, ""), charactersOf(vcd, () => INITIAL_ETU_NS).join("")])
		expect(whole).not.toContain(PIN_BLOCK.slice(2, 6));
	const vectors = readVcd(vcd)
		.get("BYTE")!
		.filter(({ value }) => value.startsWith("x"));
	expect(vectors).toHaveLength(hidden);
});

test("the text has contacts, directions and times in etu", async () => {
	const { trace } = await traced("3B600000");
	const lines = formatLineText(trace).split("\n").slice(2);
	expect(lines.slice(0, 9)).toEqual([
		"        0.00  VCC high",
		"        0.00  CLK high",
		"      107.53  RST high",
		"      108.60  < 3B",
		"      120.60  < 60",
		"      132.60  < 00",
		"      144.60  < 00",
		"      160.60  > 00",
		"      172.60  > A4",
	]);
	expect(lines.slice(-4).map(line => line.slice(14))).toEqual(["RST low", "CLK low", "VCC low", ""]);
});

test("an empty trace is a dump with signals and no changes", () => {
	expect(readVcd(formatVcd(new LineTrace())).get("IO")).toEqual([{ ns: 0, value: "0" }]);
	expect(formatLineText(new LineTrace()).split("\n")).toHaveLength(3);
});
