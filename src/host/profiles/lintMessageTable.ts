import { parseHex } from "../../bytes/hex.js";
import type { Problem } from "../../bytes/shape.js";
import type { FieldSpec, Layout, LengthPrefix, Part } from "../iso8583/field.js";
import type { HostProfile } from "./hostProfile.js";

/** The lengths that values have, in digits, characters or bytes: exact ones, and what must at least fit. */
const EXACT: Readonly<Record<string, readonly number[]>> = Object.freeze({
	expiry: [4],
	localTime: [6],
	localDate: [4],
	transmissionDateTime: [10],
	settlementDate: [4],
	posEntryMode: [3],
	terminalId: [8],
	merchantId: [15],
	currency: [3],
	responseCode: [2],
	authorisationCode: [6],
	retrievalReference: [12],
	originalDate: [4],
	originalTime: [6],
	originalTransmissionDateTime: [10],
	originalMessageType: [4],
	pinKey: [8, 16, 24],
	macKey: [8, 16, 24],
	dataKey: [8, 16, 24],
});
const AT_LEAST: Readonly<Record<string, number>> = Object.freeze({
	pan: 19,
	amount: 12,
	originalAmount: 12,
	stan: 6,
	originalStan: 6,
	batch: 6,
	originalBatch: 6,
	panSequence: 2,
	track2: 37,
	iccData: 255,
	protectedCardData: 128, // PAN, track 2, name, initial vector, padding
	additionalAmounts: 20,
	keySerialNumber: 10,
	uploadCount: 3,
});

/** The table of fields by itself: names, lengths, layouts. */
export function lintMessageTable({ message, frame }: HostProfile): Problem[] {
	const problems: Problem[] = [];
	const note = (path: string, problem: string) => problems.push({ path, problem });
	const numbers = Object.keys(message.fields).map(Number);
	const named = new Map<string, number>();
	if (numbers.some(number => number > 128) && numbers.includes(65))
		note("message.fields.65", "is the place of the third bitmap, which fields from 129 on need");
	for (const number of numbers) {
		const path = `message.fields.${number}`;
		const field = message.fields[number]!;
		const other = named.get(field.name);
		if (other !== undefined) note(`${path}.name`, `field ${other} is called ${field.name}, too`);
		named.set(field.name, number);
		lintField(field, path, note);
		if (!field.layouts) lintLength(field.name, field.length, field.prefix !== undefined, `${path}.length`, note);
		for (const [name, layout] of Object.entries(field.layouts ?? {}))
			lintLayout(field, layout, `${path}.layouts.${name}`, note);
	}
	for (const name of ["stan", "terminalId", "responseCode"])
		if (!named.has(name)) note("message.fields", `has no field called ${name}`);
	if (frame.maximumLength > largest(frame.length))
		note("frame.maximumLength", `does not fit into a length of ${frame.length.bytes} bytes ${frame.length.encoding}`);
	return problems;
}

type Note = (path: string, problem: string) => void;

function lintField(field: FieldSpec, path: string, note: Note): void {
	const isPacked = field.encoding === "bcd" || field.encoding === "nibbles";
	if (field.padding && !isPacked) note(`${path}.padding`, "is for packed digits only");
	if (field.prefix && field.length > largest(field.prefix))
		note(`${path}.length`, `does not fit into a length of ${field.prefix.bytes} bytes ${field.prefix.encoding}`);
}

/** The largest number that a length can say. */
function largest({ encoding, bytes }: LengthPrefix): number {
	return encoding === "binary" ? 256 ** bytes - 1 : 10 ** (encoding === "bcd" ? 2 * bytes : bytes) - 1;
}

function lintLayout(field: FieldSpec, layout: Layout, path: string, note: Note): void {
	let total = 0;
	let isOpen = false;
	for (const [i, part] of layout.entries()) {
		const at = `${path}[${i}]`;
		if (isOpen) note(at, "follows a part that takes the rest of the field");
		isOpen ||= !("fixed" in part) && !("each" in part) && part.length === undefined;
		total += partLength(part, field);
		if ("fixed" in part) lintFixed(field, part.fixed, `${at}.fixed`, note);
		else if ("each" in part)
			for (const [j, each] of part.each.entries())
				lintLength(each.name, each.length, false, `${at}.each[${j}].length`, note);
		else if (part.length !== undefined) lintLength(part.name, part.length, false, `${at}.length`, note);
	}
	if (total > field.length) note(path, `has ${total} in parts, the field only ${field.length}`);
	else if (!field.prefix && !isOpen && total < field.length)
		note(path, `has ${total} in parts, the field is fixed with ${field.length}`);
}

/** Of a group at least its count. */
function partLength(part: Part, { encoding }: FieldSpec): number {
	if ("fixed" in part) return encoding === "binary" ? part.fixed.length / 2 : part.fixed.length;
	return "each" in part ? part.countLength : (part.length ?? 1);
}

function lintFixed(field: FieldSpec, fixed: string, path: string, note: Note): void {
	if (field.encoding === "bcd" && /[^0-9]/.test(fixed)) note(path, "must be digits in a field of packed digits");
	if (field.encoding === "nibbles" && /[^0-9A-F]/.test(fixed)) note(path, "must be upper-case hexadecimal");
	if (field.encoding !== "binary") return;
	try {
		parseHex(fixed);
	} catch {
		note(path, "must be whole bytes in hexadecimal in a binary field");
	}
}

function lintLength(name: string, length: number, isMaximum: boolean, path: string, note: Note): void {
	const exact = Object.hasOwn(EXACT, name) ? EXACT[name]! : undefined;
	if (exact && !isMaximum && !exact.includes(length)) note(path, `${name} has length ${exact.join(" or ")}`);
	if (exact && isMaximum && length < exact[0]!) note(path, `is too small for ${name}, which has length ${exact[0]}`);
	const minimum = Object.hasOwn(AT_LEAST, name) ? AT_LEAST[name]! : 0;
	if (length < minimum) note(path, `is too small for ${name}, which may have length ${minimum}`);
}
