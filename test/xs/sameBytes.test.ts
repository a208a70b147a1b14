import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { outcomes, sameBytesRows } from "../crypto/sameBytesRows.js";
import { runOnXs } from "./xsEngine.js";

test("the ciphers in JavaScript give the same bytes on XS as node:crypto in Node", async () => {
	const [, used] = await runOnXs(new URL("sameBytesOnXs.ts", import.meta.url), ["main()"]);
	const named = (found: readonly string[]) => sameBytesRows().map(({ name }, i) => `${name}: ${found[i]}`);
	expect(named(used!.reply as string[])).toEqual(named(outcomes(nodeCrypto)));
}, 120_000);
