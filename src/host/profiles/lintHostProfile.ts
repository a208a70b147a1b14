import { type Problem, shapeProblems } from "../../bytes/shape.js";
import type { HostProfile } from "./hostProfile.js";
import { HOST_PROFILE_SHAPE } from "./hostProfileShape.js";
import { lintCodes } from "./lintCodes.js";
import { lintMessageTable } from "./lintMessageTable.js";
import { lintOperations } from "./lintOperations.js";
import { lintSecurity } from "./lintSecurity.js";

/** The file is no host profile that could work; the text has the first problem and how many there are. */
export class HostProfileError extends Error {
	override readonly name = "HostProfileError";
}

/** Everything that is wrong with a profile; what it means is only looked at once its shape is right. */
export function lintHostProfile(json: unknown): Problem[] {
	const problems = shapeProblems(HOST_PROFILE_SHAPE, json);
	if (problems.length) return problems;
	const profile = json as HostProfile;
	const table = lintMessageTable(profile);
	// Without a table that can be relied on the rest would be guesses.
	return table.length ? table : [...lintOperations(profile), ...lintCodes(profile), ...lintSecurity(profile)];
}

/** @throws {HostProfileError} e.g. `operations.sale.carries[3]: no field of the message table is called "amuont"` */
export function decodeHostProfile(json: unknown): HostProfile {
	const problems = lintHostProfile(json);
	const [first] = problems;
	if (!first) return json as HostProfile;
	const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : "";
	throw new HostProfileError(`${first.path}: ${first.problem}${more}`);
}
