import { expect, test, vi } from "vitest";
import { recordSale } from "../../bench/recordSale.js";
import { type CryptographicOperation, notingCrypto, ReplayedSale } from "../../bench/replayedSale.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { formatHex } from "../../src/bytes/hex.js";
import { rsaRecover } from "../../src/crypto/rsa.js";
import { decodeConfiguration } from "../../src/emv/decodeConfiguration.js";

vi.mock("../../src/crypto/rsa.js", async original => {
	const rsa = await original<typeof import("../../src/crypto/rsa.js")>();
	return { ...rsa, rsaRecover: vi.fn(rsa.rsaRecover) };
});

const recovered = vi.mocked(rsaRecover);

/** Key and length of each RSA operation so far; the signature of the first GENERATE AC is not kept, one like it is. */
function rsaCalls(): string[] {
	const calls = recovered.mock.calls.map(([key, input]) => `${formatHex(key.modulus)} ${key.exponent} ${input.length}`);
	recovered.mockClear();
	return calls.sort();
}

test("what the sale is measured against is every cryptographic operation that it does, and nothing else", async () => {
	const { sale, configuration } = await recordSale("cda");
	const operations: CryptographicOperation[] = [];
	const crypto = notingCrypto(nodeCrypto, operations);
	const replayed = new ReplayedSale(sale, decodeConfiguration(configuration, nodeCrypto), crypto);
	const sha1 = vi.spyOn(crypto, "sha1");
	rsaCalls();
	await replayed.run();
	expect([replayed.transaction.cryptogram, replayed.differences]).toEqual(["TC", []]);
	const done = rsaCalls();
	expect(done).toHaveLength(6);
	for (const operation of replayed.rsaOperations) operation();
	expect(rsaCalls()).toEqual(done);
	expect(operations).toHaveLength(sha1.mock.calls.length);
	expect(operations).toHaveLength(7);
});

test("no other primitive is asked for", async () => {
	const { sale, configuration } = await recordSale("cda");
	const only = { sha1: nodeCrypto.sha1 } as typeof nodeCrypto;
	const replayed = new ReplayedSale(sale, decodeConfiguration(configuration, nodeCrypto), only);
	await replayed.run();
	expect(replayed.transaction.cryptogram).toBe("TC");
});
