import { latin1Text } from "../bytes/bytes.js";
import type { Storage } from "../ports.js";

const LINE_FEED = 10;
const READ_LENGTH = 4096;

/** Whole lines of a file, each with the offset behind it. @param length at which the file ends, where it may be longer */
export function* linesOf(
	storage: Storage,
	file: string,
	length = Number.POSITIVE_INFINITY,
): IterableIterator<{ line: string; end: number }> {
	const size = Math.min(length, storage.size(file) ?? 0);
	let text = "";
	for (let at = 0; at < size; at += READ_LENGTH) {
		const bytes = storage.read(file, at, Math.min(READ_LENGTH, size - at));
		let begin = 0;
		for (let feed = bytes.indexOf(LINE_FEED); feed >= 0; feed = bytes.indexOf(LINE_FEED, begin)) {
			yield { line: text + latin1Text(bytes.subarray(begin, feed)), end: at + feed + 1 };
			text = "";
			begin = feed + 1;
		}
		text += latin1Text(bytes.subarray(begin));
	}
}
