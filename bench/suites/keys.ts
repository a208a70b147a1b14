import { PASSCODE_ROUNDS } from "../../src/operators/passcode.js";
import { runOnXs } from "../../test/xs/xsEngine.js";
import { type Row, UNITS_PER_SECOND } from "../row.js";

const TRANSACTIONS = 16;
/** Of a passcode, to know what one costs. */
const ROUNDS = 200;
const MOST_PASSCODE_SECONDS = 2;

/** What the key schemes cost on XS with cryptography in JavaScript. */
export async function rows(): Promise<Row[]> {
	const expressions = [
		"worstWorkingKey()",
		"worstWorkingKey()",
		"tellBlocks()",
		"load()",
		"transactions(16)",
		`transactions(${TRANSACTIONS})`,
		"gc()",
		"passcode(1)",
		"passcode(1)",
		`passcode(${1 + ROUNDS})`,
	];
	const [, , derived, told, , , used, , , once, many] = await runOnXs(
		new URL("../keysOnXs.ts", import.meta.url),
		expressions,
	);
	const { blocks } = told!.reply as { blocks: number };
	return [
		{
			what: "AES-DUKPT working key with 16 ones, block operations",
			kassa: String(blocks),
			against: `${derived!.compute} compute units`,
			ratio: "",
			target: "17",
			met: blocks <= 17,
		},
		{
			what: "AES-DUKPT sale: PIN block, 2 MACs of 250 bytes, counter on the medium; compute units",
			kassa: (used!.compute / TRANSACTIONS).toFixed(0),
			against: "",
			ratio: "",
			target: "620000",
			met: used!.compute / TRANSACTIONS <= 620_000,
		},
		passcodeRow((many!.compute - once!.compute) / ROUNDS),
	];
}

/** The engine's steps alone: two hashes a round in native code add about a tenth of a second (docs/operators.md). */
function passcodeRow(unitsPerRound: number): Row {
	const seconds = (unitsPerRound * PASSCODE_ROUNDS) / UNITS_PER_SECOND;
	return {
		what: `a passcode, PBKDF2 with ${PASSCODE_ROUNDS} rounds, seconds on a board without the hashes, estimated`,
		kassa: seconds.toFixed(2),
		against: `${unitsPerRound.toFixed(0)} compute units a round`,
		ratio: "",
		target: `at most ${MOST_PASSCODE_SECONDS}`,
		met: seconds <= MOST_PASSCODE_SECONDS,
	};
}
