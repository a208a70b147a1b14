import { TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { formatHex } from "../../src/bytes/hex.js";
import { NOW, ROOT, SERIAL, signedAcquirer, signedBinding, TERMINAL } from "../../test/binding/certificateWorld.js";
import { Attendant } from "../../test/flows/attendant.js";
import { BindWorld } from "../../test/flows/bindWorld.js";
import { makeSaleWorld } from "../../test/flows/saleWorld.js";
import { runOnXs } from "../../test/xs/xsEngine.js";
import type { Row } from "../row.js";

const MOST_COMPUTE = 2_400_000;
const MOST_CEREMONY_MS = 3_000;
const MOST_KEPT_BYTES = 60 * 1024;

/** What the certificates of a binding cost on XS with cryptography in JavaScript. */
export async function rows(): Promise<Row[]> {
	const chain = {
		rootKey: formatHex(ROOT.publicKey),
		acquirer: formatHex(signedAcquirer()),
		binding: formatHex(signedBinding()),
		serial: SERIAL,
		signingKey: formatHex(TERMINAL.publicKey),
		now: NOW,
	};
	const calls = ["nothing()", "verify()", "verify()", "tellNumber()", "read()", "read()"];
	const expressions = [`prepare(${JSON.stringify(chain)})`, "nothing()", ...calls];
	const used = await runOnXs(new URL("../bindingOnXs.ts", import.meta.url), expressions, { withHeap: true });
	const ceremonyMs = await ceremony();
	const [, , , idle, first, second, told, , read] = used;
	if (told!.reply !== "202600000001") throw new Error("the certificate was not verified");
	const verifyCompute = second!.compute - idle!.compute;
	const kept = first!.heapBytes! - idle!.heapBytes! - (second!.heapBytes! - first!.heapBytes!);
	return [
		{
			what: "acquirer and binding certificate, 2 signatures and all claims; compute units",
			kassa: String(verifyCompute),
			against: "",
			ratio: "",
			target: String(MOST_COMPUTE),
			met: verifyCompute <= MOST_COMPUTE,
		},
		{
			what: "kept after the first verification, certificate included; KB",
			kassa: (kept / 1024).toFixed(1),
			against: "",
			ratio: "",
			target: "60",
			met: kept <= MOST_KEPT_BYTES,
		},
		{
			what: "ceremony end to end, terminal, card and desk in one process; ms of processor time",
			kassa: ceremonyMs.toFixed(0),
			against: "",
			ratio: "",
			target: String(MOST_CEREMONY_MS),
			met: ceremonyMs <= MOST_CEREMONY_MS,
		},
		{
			what: "both certificates from under the device's seal at a start, without signatures; compute units",
			kassa: String(read!.compute - idle!.compute),
			against: "",
			ratio: "",
			target: undefined,
			met: true,
		},
	];
}

/** Processor time of one ceremony; the card and the keys of the world are made before. */
async function ceremony(): Promise<number> {
	const { bench, ...w } = new BindWorld((await makeSaleWorld(CARD))[CARD]!);
	new Attendant(bench);
	void bench.terminal;
	const code = w.desk.issueCode(TEST_TERMINAL_IDS.commandLine);
	const before = process.cpuUsage();
	const { done, reason } = await bench.terminal.bind(code);
	const { user, system } = process.cpuUsage(before);
	if (!done) throw new Error(`the ceremony was refused: ${reason}`);
	return (user + system) / 1000;
}

const CARD = "unionpay-online-pin";
