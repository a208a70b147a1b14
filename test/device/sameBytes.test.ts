import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { findSdk } from "../../sim/device/build.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { outcomes, sameBytesRows } from "../crypto/sameBytesRows.js";

const MANIFEST = fileURLToPath(new URL("sameBytes/manifest.json", import.meta.url));

test("the SDK's native ciphers give the same bytes as node:crypto, within the memory of a board", () => {
	const folder = mkdtempSync(join(tmpdir(), "kassa-device-"));
	const options = { env: findSdk().environment, encoding: "utf8", stdio: "pipe" } as const;
	try {
		execFileSync("mcconfig", ["-m", "-p", "x-cli-lin", "-t", "build", "-o", folder, MANIFEST], options);
		const output = execFileSync(join(folder, "bin/lin/release/sameBytes"), options);
		const named = (found: readonly string[]) => sameBytesRows().map(({ name }, i) => `${name}: ${found[i]}`);
		expect(named(JSON.parse(output))).toEqual(named(outcomes(nodeCrypto)));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}, 400_000);
