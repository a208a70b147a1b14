import { formatHex } from "../../src/bytes/hex.js";
import { NOW, ROOT, SERIAL, signedAcquirer, signedBinding, TERMINAL } from "../../test/binding/certificateWorld.js";
import { runOnXs } from "../../test/xs/xsEngine.js";
import type { Row } from "../row.js";

const MOST_COMPUTE = 2_400_000;
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
			what: "both certificates from under the device's seal at a start, without signatures; compute units",
			kassa: String(read!.compute - idle!.compute),
			against: "",
			ratio: "",
			target: undefined,
			met: true,
		},
	];
}
