import { inside, type Problem } from "../../bytes/shape.js";
import type { Operation } from "../../operation.js";
import { ELEMENTS, GROUPS } from "../elements.js";
import type { FieldSpec, Part } from "../iso8583/field.js";
import { responseType } from "../iso8583/message.js";
import { type Carried, parseCarried } from "./carried.js";
import type { ChosenCode, HostProfile, OperationProfile } from "./hostProfile.js";

/** Where a name may stand in a message: a field, or a part of one. */
interface Named {
	readonly name: string;
	readonly field: FieldSpec;
	/** Undefined for a free length. */
	readonly length: number | undefined;
}

/** What the operations and the reversal carry, and whether a host can tell one from another. */
export function lintOperations(profile: HostProfile): Problem[] {
	const problems: Problem[] = [];
	const operations = Object.entries(profile.operations) as [Operation, OperationProfile][];
	for (const [name, operation] of operations) {
		const path = `operations.${name}`;
		const carried = lintCarries(profile, operation.carries, operation.codes, `${path}.carries`, problems);
		lintCarries(profile, operation.answers, operation.codes, `${path}.answers`, problems);
		for (const [code, value] of Object.entries(operation.codes))
			lintCode(carried, code, value, `${path}.codes.${code}`, problems);
		lintMatching(profile, operation, path, problems);
		if (operation.reverses && operation.advice)
			problems.push({ path, problem: "an advice is repeated, not reversed: it cannot be both" });
	}
	lintReversal(profile, problems);
	for (const [i, [name, operation]] of operations.entries())
		for (const [other, compared] of operations.slice(0, i)) {
			if (isSame(profile, operation, compared))
				problems.push({ path: `operations.${name}`, problem: `a host cannot tell it from ${other}` });
			if (isMirrored(operation, compared) || isMirrored(compared, operation))
				problems.push({
					path: `operations.${name}`,
					problem: `its message type answers that of ${other}, or the reverse`,
				});
		}
	if (profile.connection.keepAlive && !profile.operations.echo)
		problems.push({ path: "connection.keepAlive", problem: "needs the operation echo" });
	return problems;
}

/** @returns all the names that the entries bring into the message */
function lintCarries(
	profile: HostProfile,
	entries: readonly string[],
	codes: OperationProfile["codes"],
	path: string,
	problems: Problem[],
): Named[] {
	const named: Named[] = [];
	const seen: string[] = [];
	for (const [i, entry] of entries.entries()) {
		const carried = parseCarried(entry);
		const at = `${path}[${i}]`;
		const field = Object.values(profile.message.fields).find(each => each?.name === carried.name);
		if (!field) {
			problems.push({ path: at, problem: `no field of the message table is called ${carried.name}` });
			continue;
		}
		if (seen.includes(carried.name)) problems.push({ path: at, problem: `${carried.name} is there twice` });
		seen.push(carried.name);
		const parts = namesIn(field, carried);
		if (typeof parts === "string") {
			problems.push({ path: at, problem: parts });
			continue;
		}
		named.push(...parts);
		for (const { name } of parts)
			if (!isSaid(profile, codes, name))
				problems.push({ path: at, problem: `${name} is neither a value that Kassa knows nor a code or constant` });
	}
	return named;
}

function namesIn(field: FieldSpec, { name, layout }: Carried): Named[] | string {
	const { layouts } = field;
	if (!layouts)
		return layout === undefined
			? [{ name, field, length: field.prefix ? undefined : field.length }]
			: `${name} has no layouts`;
	if (layout === undefined && Object.keys(layouts).length > 1)
		return `${name} has several layouts: one must be named (${Object.keys(layouts).join(", ")})`;
	const found =
		layout === undefined ? Object.values(layouts)[0]! : Object.hasOwn(layouts, layout) ? layouts[layout]! : [];
	return found.length ? found.flatMap(part => namesOfPart(part, field)) : `${name} has no layout ${layout}`;
}

function namesOfPart(part: Part, field: FieldSpec): Named[] {
	if ("fixed" in part) return [];
	if ("each" in part) return part.each.map(({ name, length }) => ({ name, field, length }));
	return [{ name: part.name, field, length: part.length }];
}

function isSaid(profile: HostProfile, codes: OperationProfile["codes"], name: string): boolean {
	const isGroup = (GROUPS as readonly string[]).includes(name);
	return (
		isGroup || [ELEMENTS, codes, profile.constants, profile.pinConstants].some(known => Object.hasOwn(known, name))
	);
}

/** A code must have a place in the message and fit it. */
function lintCode(
	places: readonly Named[],
	name: string,
	code: string | ChosenCode,
	path: string,
	problems: Problem[],
): void {
	const found = places.filter(place => place.name === name);
	if (!found.length) problems.push({ path, problem: "no field that is carried has a place for it" });
	const texts = typeof code === "string" ? [code] : code.by === "original" ? [] : Object.values(code.codes);
	for (const { field, length } of found)
		for (const text of texts) {
			if (length === undefined ? text.length > field.length : text.length !== length)
				problems.push({ path, problem: `"${text}" does not have the length ${length ?? field.length} of its place` });
			if (field.encoding === "bcd" && /[^0-9]/.test(text))
				problems.push({ path, problem: `"${text}" is not all digits, as its place wants` });
		}
}

function lintMatching(profile: HostProfile, operation: OperationProfile, path: string, problems: Problem[]): void {
	const carries = operation.carries.map(entry => parseCarried(entry));
	for (const name of profile.matching.identify)
		if (!carries.some(entry => entry.name === name && !entry.optional))
			problems.push({ path: `${path}.carries`, problem: `lacks ${name}, by which its answer is recognised` });
	if (!operation.answers.some(entry => parseCarried(entry).name === "responseCode"))
		problems.push({ path: `${path}.answers`, problem: "lacks responseCode" });
}

function lintReversal(profile: HostProfile, problems: Problem[]): void {
	const { reversal } = profile;
	const reversing = Object.entries(profile.operations).filter(([, operation]) => operation.reverses);
	const codes = Object.assign({}, ...reversing.map(([, operation]) => operation.codes)) as OperationProfile["codes"];
	const named = lintCarries(profile, reversal.carries, codes, "reversal.carries", problems);
	lintCarries(profile, reversal.answers, codes, "reversal.answers", problems);
	const note = (problem: string) => problems.push({ path: "reversal.carries", problem });
	const names = named.map(({ name }) => name);
	if (!names.includes("originalStan")) note("has no data of the original: originalStan is needed");
	if (!names.includes("responseCode")) note("lacks responseCode, which says why");
	if (!names.includes("amount")) note("lacks amount");
	for (const secret of ["track2", "pinData"]) if (names.includes(secret)) note(`must not carry ${secret}`);
	for (const name of profile.matching.identify)
		if (!names.includes(name)) note(`lacks ${name}, by which its answer is recognised`);
	for (const code of Object.keys(codes))
		if (!names.includes(code)) note(`lacks ${code}, which says what it takes back`);
	if (!reversal.answers.some(entry => parseCarried(entry).name === "responseCode"))
		problems.push({ path: "reversal.answers", problem: "lacks responseCode" });
	for (const [name, { messageType }] of Object.entries(profile.operations))
		if (messageType === reversal.messageType)
			problems.push({ path: inside("operations", name), problem: "has the message type of the reversal" });
}

/** Two requests are the same to a host when no code that both have differs. */
function isSame(profile: HostProfile, one: OperationProfile, other: OperationProfile): boolean {
	const isReversed = one.reverses === true && other.reverses === true;
	if (one.messageType !== other.messageType && !isReversed) return false;
	return !Object.entries(one.codes).some(([name, code]) => {
		const compared = other.codes[name] ?? profile.constants[name];
		return (
			compared !== undefined &&
			!textsOf(code).some(text => textsOf(compared).includes(text)) &&
			textsOf(code).length > 0
		);
	});
}

function isMirrored(one: OperationProfile, other: OperationProfile): boolean {
	return responseType(one.messageType) === other.messageType;
}

function textsOf(code: string | ChosenCode): readonly string[] {
	if (typeof code === "string") return [code];
	return code.by === "original" ? [] : Object.values(code.codes);
}
