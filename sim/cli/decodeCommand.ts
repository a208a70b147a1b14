import { readFileSync } from "node:fs";
import { Command, Option } from "commander";
import { PROFILES } from "../../src/host/profiles/profiles.js";
import { type Decoded, decode } from "../decode/decode.js";
import { type Chunk, InputError, parseArguments, parseContent } from "../decode/input.js";
import { findKind, KINDS } from "../decode/kinds.js";
import { byteCount, type Problem } from "../decode/node.js";
import { formatTree } from "../decode/treeText.js";
import { UserError } from "../world/stateFolder.js";

interface DecodeCommandOptions {
	readonly file?: string;
	readonly profile: string;
	readonly reveal?: boolean;
	readonly json?: boolean;
}

const STANDARD_INPUT = 0;

/** `kassa decode`: what some bytes of a card or a host say. */
export function decodeCommand(): Command {
	const width = Math.max(...KINDS.map(({ name }) => name.length));
	const kinds = KINDS.map(({ name, description }) => `  ${name.padEnd(width)}  ${description}`).join("\n");
	return new Command("decode")
		.description("say what bytes of a card or a host mean; from arguments, a file or standard input")
		.argument("[kind-or-hex...]", "what the data are (see below; guessed when left out), then hexadecimal digits")
		.option("-f, --file <file>", "read this file instead: hexadecimal text, or else the bytes as they are")
		.addOption(
			new Option("--profile <name>", "host profile of an ISO 8583 message")
				.choices(Object.keys(PROFILES))
				.default(Object.keys(PROFILES)[0]),
		)
		.option("--reveal", "show card number, track data, PIN data and keys instead of masking them")
		.option("--json", "print one JSON object instead of the tree")
		.addHelpText(
			"after",
			`\nKinds:\n${kinds}\n\nExit status: 0 decoded, 1 not well-formed (what comes before is shown).`,
		)
		.action((words: readonly string[], options: DecodeCommandOptions) => {
			const decoded = decodeWords(words, options);
			console.log(options.json ? JSON.stringify(json(decoded), withoutMarks) : text(decoded));
			if (decoded.problem) throw new UserError(formatProblem(decoded.problem));
		});
}

function decodeWords(words: readonly string[], { file, profile, reveal = false }: DecodeCommandOptions): Decoded {
	const kind = findKind(words[0] ?? "");
	const digits = kind ? words.slice(1) : words;
	const decoded = decode(read(digits, file, !kind), { ...(kind && { kind }), profile: PROFILES[profile]!, reveal });
	if (!decoded)
		throw new UserError(
			"these bytes look like nothing that is known: name their kind, `kassa decode --help` lists them",
		);
	return decoded;
}

/** @throws {UserError} in one sentence */
function read(digits: readonly string[], file: string | undefined, maybeKind: boolean): Chunk[] {
	if (digits.length && file) throw new UserError("give hexadecimal digits or --file, not both");
	if (maybeKind && /^[a-z]*[g-z][a-z0-9]*$/i.test(digits[0] ?? ""))
		throw new UserError(`there is no kind "${digits[0]}": \`kassa decode --help\` lists them`);
	if (!digits.length && !file && process.stdin.isTTY)
		throw new UserError("give hexadecimal digits, --file or standard input");
	try {
		return digits.length ? parseArguments(digits) : parseContent(content(file ?? STANDARD_INPUT));
	} catch (error) {
		if (error instanceof InputError) throw new UserError(error.message);
		throw error;
	}
}

function content(file: string | number): Uint8Array {
	try {
		return readFileSync(file);
	} catch {
		throw new UserError(`cannot read ${file === STANDARD_INPUT ? "standard input" : file}`);
	}
}

function formatProblem({ apdu, offset, sentence }: Problem): string {
	return `${apdu ? `APDU ${apdu}, ` : ""}offset ${offset}: ${sentence}`;
}

function text({ kind, guessed, length, nodes }: Decoded): string {
	return `${kind.name}, ${byteCount(length)}${guessed ? " (guessed)" : ""}\n\n${formatTree(nodes)}`;
}

function json({ kind, guessed, length, nodes, problem }: Decoded): object {
	return { kind: kind.name, guessed, length, nodes, problem: problem ?? null };
}

/** What is only a note from a decoder to the mask is nobody else's. */
function withoutMarks(key: string, value: unknown): unknown {
	return key === "plain" ? undefined : value;
}
