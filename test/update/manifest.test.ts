import { readFileSync } from "node:fs";
import fc from "fast-check";
import { expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { coseSign1 } from "../../src/binding/cose.js";
import { type CborValue, encodeDeterministic } from "../../src/bytes/cbor.js";
import { makeUpdate } from "../../src/update/makeUpdate.js";
import { compareVersions, MANIFEST_CLAIMS, openManifest } from "../../src/update/manifest.js";
import { UpdateError } from "../../src/update/updateError.js";
import { BANK, NOON, testImage, testTerms, testUpdate } from "./updateWorld.js";

const CONTEXT = "kassa update manifest 1";
const open = (message: Uint8Array) => openManifest(nodeCrypto, message, [BANK.publicKey]);

/** The claims of a good manifest by label, for spoiling. */
function claims(): Map<number, CborValue> {
	const { requiredBy: _, ...good } = open(testUpdate("2.0.0").manifest);
	return new Map(
		Object.entries(good).map(([name, value]) => [
			MANIFEST_CLAIMS[name as keyof typeof MANIFEST_CLAIMS][0],
			value as CborValue,
		]),
	);
}

const signed = (map: Map<number, CborValue>, context = CONTEXT) =>
	coseSign1(encodeDeterministic(map), BANK.signer, context);

test("what is signed is what is read", () => {
	const image = testImage("2.0.0", 5_000);
	const terms = testTerms("2.0.0", { requiredBy: NOON / 1000, requiredForOffline: true });
	const read = open(makeUpdate(nodeCrypto, image, terms, BANK.signer));
	expect(read).toMatchObject({ ...terms, size: 5_000, digest: nodeCrypto.sha256(image) });
	expect(read.chunks).toHaveLength(5 * 32);
	expect(() => open(signed(claims()))).not.toThrow();
});

test("a claim that is missing, wrong or unknown is refused by its name", () => {
	for (const [name, [label]] of Object.entries(MANIFEST_CLAIMS)) {
		const without = claims();
		if (without.delete(label)) expect(() => open(signed(without)), name).toThrow(`${name} is missing`);
		expect(() => open(signed(claims().set(label, null))), name).toThrow(name);
	}
	expect(() => open(signed(claims().set(15, 1)))).toThrow("the claim 15 is not known");
	for (const version of ["1", "1.2", "01.2.3", "1.2.3-beta", "1.2.3.4", "123456.0.0"])
		expect(() => open(signed(claims().set(3, version))), version).toThrow("version must be three numbers");
	expect(() => open(signed(claims().set(4, 0)))).toThrow("rollbackCounter");
});

test("a manifest that contradicts itself is refused, and nobody signs one", () => {
	expect(() => open(signed(claims().set(6, 9_000)))).toThrow("its chunks of 1024 bytes do not make its size");
	expect(() => open(signed(claims().set(11, NOON / 1000)))).toThrow("it ends before it begins");
	expect(() => open(signed(claims().set(13, true)))).toThrow("nobody can say by when");
	expect(() => testUpdate("2.0.0", { requiredForOffline: true })).toThrow(TypeError);
	expect(() => testUpdate("2")).toThrow("what is to be signed must be three numbers");
});

test("a message of the same signer for something else is no manifest", () => {
	expect(() => open(signed(claims(), "kassa binding certificate 1"))).toThrow(UpdateError);
	expect(() => open(new Uint8Array(0))).toThrow(UpdateError);
});

test("nothing that is not a manifest does more than be refused", () => {
	const { manifest } = testUpdate("2.0.0");
	fc.assert(
		fc.property(fc.uint8Array({ maxLength: 400 }), fc.nat(manifest.length), (noise, keep) => {
			const bytes = new Uint8Array([...manifest.subarray(0, keep), ...noise]);
			try {
				open(bytes);
				expect(bytes).toEqual(manifest);
			} catch (error) {
				expect(error).toBeInstanceOf(UpdateError);
			}
		}),
		{ numRuns: 200 },
	);
});

test("versions are compared by their numbers", () => {
	expect(["1.10.0", "1.2.0", "0.9.9", "1.2.1"].sort(compareVersions)).toEqual(["0.9.9", "1.2.0", "1.2.1", "1.10.0"]);
	expect(compareVersions("1.2.3", "1.2.3")).toBe(0);
});

test("docs/update.cddl has every claim with its label, and no other", () => {
	const cddl = readFileSync(new URL("../../docs/update.cddl", import.meta.url), "utf8");
	const rule = /^update-manifest = \{\n([\s\S]*?)^\}/m.exec(cddl)![1]!;
	const rows = [...rule.matchAll(/^\t(\?)? ?([0-9]+) => .*; (\w+)/gm)];
	expect(rows.map(([, optional, label, name]) => [name, Number(label), optional === "?"])).toEqual(
		Object.entries(MANIFEST_CLAIMS).map(([name, claim]) => [name, claim[0], claim[2] === "optional"]),
	);
});
