import { isCardNumber, maskPan } from "../../src/bytes/pan.js";
import { byteCount, type DecodedNode } from "./node.js";

/**
 * The tree as people may see it (PCI DSS 3.3.1, 3.4.1): card numbers first 6 and last 4 digits, track data, names, PIN
 * data and keys nothing but their length. A card number also disappears from every other value that repeats it, and so
 * does whatever looks like one.
 */
export function maskNodes(nodes: readonly DecodedNode[]): DecodedNode[] {
	const pans = new Set<string>();
	collectPans(nodes, pans);
	return nodes.map(node => maskNode(node, [...pans]));
}

/** Shorter ones would also hide what only happens to have the same digits. */
const SHORTEST_PAN = 12;

function collectPans(nodes: readonly DecodedNode[], pans: Set<string>): void {
	for (const { sensitivity, value, children } of nodes) {
		const digits = value?.replace(/F+$/, "") ?? "";
		if (sensitivity === "pan" && digits.length >= SHORTEST_PAN) pans.add(digits);
		if (children) collectPans(children, pans);
	}
}

function maskNode(node: DecodedNode, pans: readonly string[]): DecodedNode {
	const { value, meaning, children, sensitivity, plain, ...rest } = node;
	return {
		...rest,
		...(sensitivity && { sensitivity }),
		...(value !== undefined && { value: sensitivity ? hide(value, sensitivity) : maskText(value, pans, plain) }),
		...(meaning !== undefined && !sensitivity && { meaning: maskText(meaning, pans) }),
		...(children && { children: children.map(child => maskNode(child, pans)) }),
	};
}

function hide(value: string, sensitivity: "pan" | "secret"): string {
	const digits = value.replace(/F+$/, "");
	if (sensitivity === "pan" && /^[0-9]+$/.test(digits)) return maskPan(digits);
	return /^(?:[0-9A-F]{2})+$/.test(value) ? `[${byteCount(value.length / 2)}]` : `[${value.length} characters]`;
}

function maskText(text: string, pans: readonly string[], plain = false): string {
	if (text.length < SHORTEST_PAN) return text;
	let masked = text;
	for (const pan of pans) {
		masked = masked.replaceAll(pan, maskPan(pan));
		for (const zone of ["3", "F"]) masked = masked.replaceAll(zoned(pan, zone), "*".repeat(2 * pan.length));
	}
	// Behind a separator the rest of track 2, whatever stands before it.
	masked = masked.replace(
		/([0-9]{12,19}[D=])([0-9]{7,})/g,
		(_, start: string, rest: string) => start + "*".repeat(rest.length),
	);
	// Packed digits and plain text; the same digits as characters in hexadecimal: ASCII 3x, EBCDIC Fx.
	if (!plain) masked = masked.replace(/[0-9]{14,}/g, maskCardNumbers);
	for (const run of [/(?:3[0-9]){14,}/g, /(?:F[0-9]){14,}/g])
		masked = masked.replace(run, digits => {
			const plain = digits.replace(/.(.)/g, "$1");
			return maskCardNumbers(plain) === plain ? digits : "*".repeat(digits.length);
		});
	return masked;
}

function zoned(pan: string, zone: string): string {
	return pan.replace(/./g, digit => zone + digit);
}

/** Every run of digits that looks like a card number; runs may overlap, and each keeps only its own ends. */
function maskCardNumbers(digits: string): string {
	const hidden = new Set<number>();
	for (let at = 0; at < digits.length; at++)
		for (const length of LENGTHS) {
			if (at + length > digits.length || !isCardNumber(digits.slice(at, at + length))) continue;
			for (let i = at + FIRST_SHOWN; i < at + length - LAST_SHOWN; i++) hidden.add(i);
		}
	return hidden.size ? digits.replace(/./g, (digit, i: number) => (hidden.has(i) ? "*" : digit)) : digits;
}

// As maskPan: PCI DSS 3.4.1.
const FIRST_SHOWN = 6;
const LAST_SHOWN = 4;
const LENGTHS = [19, 18, 17, 16, 15, 14];
