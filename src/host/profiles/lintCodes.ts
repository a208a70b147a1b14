import type { Problem } from "../../bytes/shape.js";
import type { HostProfile } from "./hostProfile.js";

/** ISO 8583:1987, field 39: of the numeric codes these are approvals. 10 approves another amount than was asked for. */
const NUMERIC_APPROVALS = Object.freeze(["00", "08", "11", "16"]);

/** The lists of codes: what approves, what tells one thing from another. */
export function lintCodes(profile: HostProfile): Problem[] {
	const problems: Problem[] = [];
	const note = (path: string, problem: string) => problems.push({ path, problem });
	for (const [i, code] of profile.approvals.entries()) {
		const path = `approvals[${i}]`;
		if (code === "10") note(path, "10 approves only a part of the amount: nobody would collect the rest");
		else if (/^[0-9]{2}$/.test(code) && !NUMERIC_APPROVALS.includes(code)) note(path, `${code} is a refusal`);
		if (profile.signInAgain.includes(code)) note(path, `${code} also asks for a new sign-in`);
		if (profile.tryLater.includes(code)) note(path, `${code} also asks to try later`);
		if (Object.values(profile.reversal.reasons).includes(code)) note(path, `${code} is also the reason of a reversal`);
	}
	distinct(profile.approvals, "approvals", note);
	for (const [i, code] of profile.tryLater.entries())
		if (profile.signInAgain.includes(code)) note(`tryLater[${i}]`, `${code} also asks for a new sign-in`);
	distinct(profile.iccTags, "iccTags", note);
	distinct(profile.reversalIccTags, "reversalIccTags", note);
	for (const name of [
		"additionalAmounts",
		"originalStates",
		"settlementVerdicts",
		"cardClasses",
	] as const satisfies readonly (keyof HostProfile)[])
		distinct(Object.values(profile[name]), name, note);
	distinct(Object.values(profile.reversal.reasons), "reversal.reasons", note);
	const modes = Object.values(profile.posEntryModes).map(({ code, iccCondition = "" }) =>
		`${code} ${iccCondition}`.trim(),
	);
	if (!profile.posEntryModes.chip) note("posEntryModes", "has no code for chip");
	distinct(modes, "posEntryModes", note);
	lintTags(profile.iccTags, "iccTags", note);
	lintTags(profile.reversalIccTags, "reversalIccTags", note);
	lintMatching(profile, note);
	if (profile.connection.backOffMs > profile.connection.backOffMaximumMs)
		note("connection.backOffMs", "is longer than backOffMaximumMs");
	return problems;
}

type Note = (path: string, problem: string) => void;

function distinct(values: readonly string[], path: string, note: Note): void {
	for (const value of new Set(values.filter((each, i) => values.indexOf(each) < i)))
		note(path, `${value} is there twice: one could not be told from the other`);
}

/** ISO/IEC 8825-1, 8.1.2: a further byte follows when the low five bits of the first are set. */
function lintTags(tags: readonly string[], path: string, note: Note): void {
	for (const [i, tag] of tags.entries()) {
		const bytes = (tag.match(/../g) ?? []).map(text => Number.parseInt(text, 16));
		const isLong = (bytes[0]! & 0x1f) === 0x1f;
		const isWhole = isLong
			? bytes.length > 1 && bytes.slice(1).every((byte, j) => ((byte & 0x80) !== 0) === j < bytes.length - 2)
			: bytes.length === 1;
		if (!isWhole) note(`${path}[${i}]`, `${tag} is no tag`);
	}
}

function lintMatching({ matching, message }: HostProfile, note: Note): void {
	const names = Object.values(message.fields).map(field => field?.name);
	for (const list of ["identify", "echo", "repeat"] as const)
		for (const [i, name] of matching[list].entries())
			if (!names.includes(name)) note(`matching.${list}[${i}]`, `no field of the message table is called ${name}`);
	for (const name of ["stan", "terminalId"])
		if (!matching.identify.includes(name)) note("matching.identify", `lacks ${name}: another's answer would be taken`);
	if (!matching.echo.includes("amount"))
		note("matching.echo", "lacks amount: an answer about another amount would be taken");
}
