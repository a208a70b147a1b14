import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { adapters } from "./adapters.js";
import { format, type Got, holds } from "./compare.js";
import { CaseError, Inputs } from "./inputs.js";

/** What an adapter sees of the file besides the inputs of its case. */
export interface CaseContext {
	/** Message formats of iso8583 by name. */
	readonly flavours: Inputs;
}

/**
 * Turns the inputs of a case into calls of the functions that the terminal calls, and what they give into the names of
 * the case format. It never sees what the case expects.
 */
export type Adapter = (inputs: Inputs, context: CaseContext) => Got | Promise<Got>;

/** The operations of one area. */
export type Operations = Readonly<Record<string, Adapter>>;

export interface FileReport {
	readonly path: string;
	readonly passed: number;
	/** One line for each case that failed. */
	readonly failures: readonly string[];
}

/** A path cannot be read as cases; the text is one sentence for the person who gave it. */
export class UnreadableCases extends Error {
	override readonly name = "UnreadableCases";
}

interface Case {
	readonly id: string;
	readonly inputs: unknown;
	readonly expected: Got;
}

interface CaseFile {
	readonly area: string;
	readonly cases: readonly Case[];
	readonly flavours?: unknown;
}

/** Every case file among `paths`, folders with all that end in .json, in the order of their names. @throws {UnreadableCases} */
export function findCaseFiles(paths: readonly string[]): string[] {
	return paths.flatMap(path => {
		try {
			if (!statSync(path).isDirectory()) return [path];
			const names = readdirSync(path, { recursive: true, encoding: "utf8" }).filter(name => name.endsWith(".json"));
			return names.sort().map(name => join(path, name));
		} catch {
			throw new UnreadableCases(`${path} cannot be read.`);
		}
	});
}

/** @throws {UnreadableCases} */
export async function runCaseFile(path: string): Promise<FileReport> {
	const { area, cases, flavours } = readCaseFile(path);
	const context = { flavours: new Inputs(flavours ?? {}) };
	const failures: string[] = [];
	for (const each of cases) {
		const got = await run(area, each, context);
		if (typeof got === "string")
			failures.push(`${area} ${each.id}: got ${got}, expected ${JSON.stringify(each.expected)}`);
		else if (!holds(each.expected, got))
			failures.push(`${area} ${each.id}: got ${format(each.expected, got)}, expected ${JSON.stringify(each.expected)}`);
	}
	return { path, passed: cases.length - failures.length, failures };
}

function readCaseFile(path: string): CaseFile {
	let file: Partial<CaseFile> | null;
	try {
		file = JSON.parse(readFileSync(path, "utf8"));
	} catch (error) {
		throw new UnreadableCases(error instanceof SyntaxError ? `${path} is not JSON.` : `${path} cannot be read.`);
	}
	const wellFormed =
		typeof file?.area === "string" &&
		Array.isArray(file.cases) &&
		file.cases.every(each => typeof each?.id === "string" && typeof each.expected === "object" && each.expected);
	if (!wellFormed) throw new UnreadableCases(`${path} does not hold cases: it needs "area" and "cases".`);
	return file as CaseFile;
}

/** @returns what Kassa gave, or why there is nothing to compare */
async function run(area: string, { inputs }: Case, context: CaseContext): Promise<Got | string> {
	try {
		const named = new Inputs(inputs);
		const operation = named.has("op") ? named.text("op") : "";
		const adapter = adapters[area]?.[operation];
		if (!adapter) return `no operation ${[area, operation].filter(Boolean).join(" ")}`;
		return { ...ACCEPTED, ...(await adapter(named, context)) };
	} catch (error) {
		if (isRejection(error)) return REJECTED;
		return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
	}
}

const ACCEPTED: Got = Object.freeze({ ok: true, error: false, well_formed: true });
const REJECTED: Got = Object.freeze({ ok: false, error: true, well_formed: false });

const SOURCES = ["src", "sim"].map(folder => fileURLToPath(new URL(`../../${folder}/`, import.meta.url)));

/**
 * Whether Kassa itself refused the input: with an error of its own class, or with a RangeError that one of its own lines
 * threw. Whatever the engine throws of itself, a RangeError included, is a crash.
 */
function isRejection(error: unknown): boolean {
	if (!(error instanceof Error) || error instanceof CaseError) return false;
	const thrownAt = error.stack?.split("\n").find(line => /^\s+at /.test(line)) ?? "";
	const isOurs = SOURCES.some(folder => thrownAt.includes(folder));
	return isOurs && (error instanceof RangeError || OWN_ERRORS.includes(error.name));
}

const OWN_ERRORS = Object.freeze(["CardError", "Iso8583Error", "KeyBlockError", "KeyError", "TlvError"]);
