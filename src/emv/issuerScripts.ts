import { concat } from "../bytes/bytes.js";
import { TlvError, tlvObjects } from "../bytes/tlv.js";
import type { CommandApdu } from "../card/apdu.js";
import { setBit, TSI_B1_SCRIPT_PROCESSING_PERFORMED } from "./fields.js";
import { TAG_9F18_ISSUER_SCRIPT_IDENTIFIER, TAG_86_ISSUER_SCRIPT_COMMAND } from "./tags.js";
import type { Transaction } from "./transaction.js";
import { setTvr } from "./why.js";

// Book 3, 10.10: a terminal must take 128 bytes of scripts in all; what is longer it need not.
const LONGEST_SCRIPTS = 128;

/**
 * Issuer-to-card scripts (EMV 4.4 Book 3, 10.10), templates 71 before and 72 after the second GENERATE AC.
 * A failing command ends its own script, not the transaction. Adds to `scriptResults`.
 * @param scripts values of the templates, in the order they came
 * @param failedBit the TVR bit for scripts of this moment
 */
export async function issuerScripts(t: Transaction, scripts: readonly Uint8Array[], failedBit: number): Promise<void> {
	let length = 0;
	for (const script of scripts) {
		length += script.length;
		const run = length > LONGEST_SCRIPTS ? notRun() : await runScript(t, script);
		if (run.failed) setTvr(t, failedBit, "Book 3, 10.10", "an issuer script failed");
		t.scriptResults = concat(t.scriptResults, Uint8Array.of(run.result), run.identifier);
	}
	if (scripts.length) setBit(t.data.tsi, TSI_B1_SCRIPT_PROCESSING_PERFORMED);
}

interface ScriptRun {
	readonly failed: boolean;
	/** High nibble 0 not performed, 1 failed, 2 successful; low nibble the command that failed, F for any above 14. */
	readonly result: number;
	readonly identifier: Uint8Array;
}

const NOT_PERFORMED = 0x00;
const FAILED = 0x10;
const SUCCESSFUL = 0x20;

async function runScript(t: Transaction, script: Uint8Array): Promise<ScriptRun> {
	let identifier = new Uint8Array(4);
	let commands: CommandApdu[];
	try {
		const objects = tlvObjects(script);
		commands = [];
		for (let i = 0; i < objects.length; i += 3) {
			const value = script.slice(objects[i + 1]!, objects[i + 1]! + objects[i + 2]!);
			if (objects[i] === TAG_9F18_ISSUER_SCRIPT_IDENTIFIER && value.length === 4) identifier = value;
			else if (objects[i] === TAG_86_ISSUER_SCRIPT_COMMAND) commands.push(decodeCommand(value));
		}
	} catch (error) {
		if (error instanceof TlvError || error instanceof RangeError) return { ...notRun(), identifier };
		throw error;
	}
	for (const [i, command] of commands.entries()) {
		const { sw } = await t.card.transmit(command);
		const sw1 = sw >> 8;
		if (sw1 !== 0x90 && sw1 !== 0x62 && sw1 !== 0x63)
			return { failed: true, result: FAILED | Math.min(i + 1, 15), identifier };
	}
	return { failed: false, result: SUCCESSFUL, identifier };
}

function notRun(): ScriptRun {
	return { failed: true, result: NOT_PERFORMED, identifier: new Uint8Array(4) };
}

/** A script command as the issuer wrote it. @throws {RangeError} when Lc and data disagree */
function decodeCommand(bytes: Uint8Array): CommandApdu {
	const [cla, ins, p1, p2] = bytes as unknown as [number, number, number, number];
	if (bytes.length < 4) throw new RangeError("a command is shorter than its header");
	if (bytes.length === 4) return { cla, ins, p1, p2 };
	if (bytes.length === 5) return { cla, ins, p1, p2, le: bytes[4]! || 256 };
	const end = 5 + bytes[4]!;
	const data = bytes.slice(5, end);
	if (bytes.length === end) return { cla, ins, p1, p2, data };
	if (bytes.length === end + 1) return { cla, ins, p1, p2, data, le: bytes[end]! || 256 };
	throw new RangeError("a command's length disagrees with its data");
}
