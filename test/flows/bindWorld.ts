import { BindingDesk } from "../../sim/bank/binding/bindingDesk.js";
import { type DeskLineTampering, localDesk } from "../../sim/bank/binding/localDesk.js";
import type { AcquirerTerms, RegisteredMerchant } from "../../sim/bank/binding/merchantRegistry.js";
import { BindingRegistry } from "../../sim/bank/binding/registry.js";
import { terminalKeySet } from "../../sim/bank/binding/terminalKeySet.js";
import { TEST_MERCHANT, TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import {
	TEST_AGREEMENT_SECRET,
	testAcquirerClaims,
	testBindingClaims,
	testSigner,
} from "../../sim/world/testBinding.js";
import { acquirerCertificates } from "../../src/binding/certificates.js";
import { ACQUIRER_SEED, type BenchOptions, MAK, PIK, SaleBench, TMK } from "./bench.js";

export const SERIAL = "KASSA-BENCH";
const NOW_SECONDS = Date.UTC(2026, 10, 22, 4) / 1000;
const unused = { serial: SERIAL, signingKey: new Uint8Array(32), agreementKey: new Uint8Array(32) };
const CLAIMS = testBindingClaims(unused, NOW_SECONDS);

export interface BindWorldOptions {
	readonly merchant?: Partial<RegisteredMerchant>;
	readonly terms?: Partial<AcquirerTerms>;
	/** Whose certificate the acquirer has. */
	readonly rootSeed?: number;
	readonly bench?: Partial<BenchOptions>;
	/** On the medium of this bench. */
	readonly registry?: BindingRegistry;
}

/** A terminal from manufacture, a bank with a binding desk, and the merchant's card. */
export class BindWorld {
	readonly bench: SaleBench;
	readonly registry: BindingRegistry;
	readonly desk: BindingDesk;
	/** What happens on the line to the desk. */
	readonly line: DeskLineTampering = {};

	constructor(
		world: Omit<BenchOptions, "crypto">,
		{ merchant, terms, rootSeed = 1, bench, registry }: BindWorldOptions = {},
	) {
		this.bench = new SaleBench({ ...world, crypto: nodeCrypto, isUnbound: true, serial: SERIAL, ...bench });
		this.registry = registry ?? new BindingRegistry(":memory:");
		const { clock, books, desk, profile } = this.bench;
		const signer = testSigner(nodeCrypto, ACQUIRER_SEED);
		const root = testSigner(nodeCrypto, rootSeed);
		this.desk = new BindingDesk({
			crypto: nodeCrypto,
			random: new SeededRandom(77),
			clock: { now: () => clock.now(), utcOffsetMinutes: 480 },
			registry: this.registry,
			books,
			issuer: desk.issuer,
			currency: 156,
			terms: {
				acquirer: CLAIMS.acquirer,
				cardIssuer: "Kassa test bank",
				fees: [CLAIMS.fees],
				merchants: [
					{
						...TEST_MERCHANT,
						address: "1 Test Road, Shanghai",
						country: 156,
						owner: world.account.holder!,
						terminals: [{ terminalId: TEST_TERMINAL_IDS.commandLine, serial: SERIAL }],
						...merchant,
					},
				],
				...terms,
			},
			signer,
			agreementSecret: TEST_AGREEMENT_SECRET,
			acquirerCertificate: acquirerCertificates.sign(testAcquirerClaims(signer.publicKey, NOW_SECONDS), root),
			keysOf: terminalId => {
				const keys = bench?.signsIn ? { tmk: TMK } : { tmk: TMK, pik: PIK, mak: MAK };
				return terminalKeySet(nodeCrypto, profile.security, keys, terminalId);
			},
		});
		this.bench.bindingDesk = localDesk(this.desk, this.line);
	}

	code(): string {
		return this.desk.issueCode(TEST_TERMINAL_IDS.commandLine);
	}
}
