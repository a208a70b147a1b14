import { beforeAll, describe, expect, test } from "vitest";
import { resolveVariant } from "../../sim/card/cardProfiles.js";
import type { CardProfile } from "../../sim/card/profile.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorldOf } from "./saleWorld.js";

const PAN = "6221261000000000018";
let count = 0;

/** @param application changes of the card "sda" or "cda" */
function variant(like: string, application: Record<string, unknown>): CardProfile {
	const named = { name: `variant-${count++}`, title: "x", description: "x", like, account: { pan: PAN } };
	return resolveVariant({ ...named, application: { cvmList: ["1F03"], ...application } });
}

const DDA = { dataAuthentication: ["DDA"] };
const CDA = { dataAuthentication: ["DDA", "CDA"] };
const SDA_FAILED = 0x40;
const DDA_FAILED = 0x08;
/** That SDA was the best method is no failure. */
const SDA_SELECTED = 0x02;

/** What is wrong, how the TVR's first byte tells of it, and the reason that the terminal gives. */
const DAMAGES: [string, CardProfile, number, string][] = [];
const ISSUER = {
	length: "signed data are not as long as the key",
	header: "signed data are not of the expected kind",
	trailer: "signed data are not of the expected kind",
	hash: "the hash of a certificate differs",
	format: "signed data are not of the expected kind",
	subject: "the issuer certificate names another issuer",
	"hash algorithm": "a certificate uses an unknown hash",
	"key algorithm": "a certificate is not of an RSA key",
};
for (const [damage, reason] of Object.entries({ ...ISSUER, expired: "a certificate has expired" })) {
	const issuer = damage === "expired" ? { expires: "0120" } : { damage };
	DAMAGES.push([`issuer certificate, ${damage}`, variant("sda", { certificates: { issuer } }), SDA_FAILED, reason]);
}
const OF_CARD = { ...ISSUER, subject: "the ICC certificate is of another PAN", expired: "a certificate has expired" };
for (const [damage, reason] of Object.entries(OF_CARD)) {
	const icc = damage === "expired" ? { expires: "0120" } : { damage };
	DAMAGES.push([`ICC certificate, ${damage}`, variant("cda", { ...DDA, certificates: { icc } }), DDA_FAILED, reason]);
}
for (const [damage, reason] of Object.entries({
	length: "signed data are not as long as the key",
	header: "signed data are not of the expected kind",
	trailer: "signed data are not of the expected kind",
	format: "signed data are not of the expected kind",
	"hash algorithm": "the signed static data use an unknown hash",
	hash: "the hash of the static data differs",
}))
	DAMAGES.push([
		`static signature, ${damage}`,
		variant("sda", { certificates: { staticSignature: { damage } } }),
		SDA_FAILED,
		reason,
	]);

/** Lengths of issuer's and card's keys, with the longest of each kind that EMV's records and responses hold. */
const LENGTHS: [string, CardProfile][] = (
	[
		["SDA, 1984", "sda", { certificates: { issuer: { keyBits: 1984 } } }],
		["DDA, 1976 and 1976", "cda", { ...DDA, certificates: { issuer: { keyBits: 1976 }, icc: { keyBits: 1976 } } }],
		["CDA, 1976 and 1832", "cda", { ...CDA, certificates: { issuer: { keyBits: 1976 }, icc: { keyBits: 1832 } } }],
		[
			"CDA with common core, 1976 and 1640",
			"common-core",
			{ certificates: { issuer: { keyBits: 1976 }, icc: { keyBits: 1640 } } },
		],
		["CDA, 1024 and 1024", "cda", { ...CDA, certificates: { issuer: { keyBits: 1024 }, icc: { keyBits: 1024 } } }],
		["DDA, 1408 and 1152", "cda", { ...DDA, certificates: {} }],
	] as const
).map(([what, like, application]) => [what, variant(like, application)]);

let worlds: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	worlds = await makeSaleWorldOf([...DAMAGES, ...LENGTHS].map(([, profile]) => profile));
});

const bench = ({ name }: CardProfile) => new SaleBench({ ...worlds[name]!, crypto: nodeCrypto });

// [EMV-ODA-08 EMV-ODA-12]
test.each(DAMAGES)("%s", async (_, profile, failed, reason) => {
	const b = bench(profile);
	const { card } = await b.sale(100);
	expect(card!.tvr[0]! & ~SDA_SELECTED).toBe(failed);
	expect(b.decisions.map(({ rule }) => rule).join("\n")).toContain(reason);
});

describe("key lengths", () => {
	// [EMV-ODA-14]
	test.each(LENGTHS)("%s: authentic, and every record and answer is as short as EMV has it", async (_, profile) => {
		const b = bench(profile);
		const result = await b.sale(100);
		expect(result).toMatchObject({ outcome: "approved" });
		expect(result.card!.tvr[0]! & ~SDA_SELECTED).toBe(0);
		const records = worlds[profile.name]!.personalisation.applications.flatMap(({ files }) =>
			files.flatMap(file => file.records),
		);
		for (const record of records) expect(record.length / 2).toBeLessThanOrEqual(254);
	});

	test.each([
		["sda", { issuer: { keyBits: 1992 } }, "issuer.keyBits must be an integer from 1024 to 1984"],
		["cda", { issuer: { keyBits: 1984 } }, "issuer.keyBits must be at most 1976 with DDA or CDA"],
		["cda", { issuer: { keyBits: 1976 }, icc: { keyBits: 1840 } }, "icc.keyBits must be at most 1832 with CDA"],
		["common-core", { issuer: { keyBits: 1976 }, icc: { keyBits: 1648 } }, "icc.keyBits must be at most 1640 with CDA"],
		["cda", { issuer: { keyBits: 1024 }, icc: { keyBits: 1032 } }, "icc.keyBits must not be above the issuer's"],
	])("%s with %j is refused", (like, certificates, sentence) => {
		expect(() => variant(like, { certificates })).toThrow(`profile.applications[0].certificates.${sentence}`);
	});
});
