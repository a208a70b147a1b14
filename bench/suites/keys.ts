import { runOnXs } from "../../test/xs/xsEngine.js";
import type { Row } from "../row.js";

const TRANSACTIONS = 16;

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
	];
	const [, , derived, told, , , used] = await runOnXs(new URL("../keysOnXs.ts", import.meta.url), expressions);
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
	];
}
