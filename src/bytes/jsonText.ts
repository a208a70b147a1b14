/**
 * JSON of plain data: objects, arrays, texts, numbers, truth values, null. XS marks each object while it writes it, which one
 * that was preloaded into flash does not let it do ("read only value"): what is written is a copy.
 */
export function jsonText(value: unknown): string {
	return JSON.stringify(copied(value));
}

function copied(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(copied);
	if (typeof value !== "object" || value === null) return value;
	return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, copied(member)]));
}
