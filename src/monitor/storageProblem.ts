import { equal } from "../bytes/bytes.js";
import type { Storage } from "../ports.js";

const PROBE_FILE = "self-check.probe";

/**
 * Writes the bytes to a file of their own, reads them back and removes it.
 * @returns what is wrong with the medium, for instance that it is full; undefined when nothing is
 */
export function storageProblem(
	storage: Pick<Storage, "replace" | "read" | "remove" | "size">,
	probe: Uint8Array,
): string | undefined {
	try {
		storage.replace(PROBE_FILE, probe);
		const isSame = equal(storage.read(PROBE_FILE, 0, probe.length), probe);
		storage.remove(PROBE_FILE);
		return isSame && storage.size(PROBE_FILE) === undefined ? undefined : "does not keep what is written";
	} catch (error) {
		return error instanceof Error ? error.message : "unknown fault";
	}
}
