import type { TestScheme } from "../card/testScheme.js";

/**
 * The configuration of a test terminal as JSON, for `decodeConfiguration`: an attended terminal with a PIN pad that sends
 * every sale online, and the CA keys of the test scheme.
 */
export function testConfiguration(scheme: TestScheme): unknown {
	const application = {
		partialSelection: true,
		applicationVersion: "0030",
		// EMV 4.4 Book 3, 10.7: what the acquirer never takes, wants the issuer for, and refuses when it cannot be reached
		tacDenial: "0010000000",
		tacOnline: "D84004F800",
		tacDefault: "D84000A800",
		floorLimitMinor: 0,
		randomSelection: { thresholdMinor: 0, targetPercent: 0, maximumTargetPercent: 0 },
		defaultDdol: "9F3704",
	};
	return {
		terminalType: "22",
		terminalCapabilities: "20F8C8",
		additionalTerminalCapabilities: "6000B03001",
		countryCode: 156,
		currencyCode: 156,
		currencyExponent: 2,
		ifdSerialNumber: "KASSA001",
		applications: [
			{ ...application, aid: "A000000333010101" },
			{ ...application, aid: "A000000333010102" },
			{ ...application, aid: "F0000000010001" },
		],
		caPublicKeys: scheme.certificationAuthorityKeys.map(({ rid, index, modulus, exponent, checksum, expires }) => ({
			rid,
			index,
			modulus,
			exponent: Number.parseInt(exponent, 16),
			checksum,
			expiry: expires,
		})),
		revokedCertificates: [],
		exceptionList: [],
		cdaMode: 1,
	};
}
