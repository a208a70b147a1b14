/** The cards of sim/card/profiles, which mcsim cannot read: by name, with the title. */
export const groups = [
	{
		group: "Everyday",
		cards: [
			{
				value: "unionpay-debit",
				title: "UnionPay debit",
			},
			{
				value: "unionpay-credit",
				title: "UnionPay credit",
			},
			{
				value: "unionpay-online-pin",
				title: "UnionPay, online PIN",
			},
			{
				value: "cda",
				title: "CDA",
			},
			{
				value: "sda",
				title: "SDA only",
			},
			{
				value: "plaintext-pin",
				title: "Plaintext PIN",
			},
		],
	},
	{
		group: "Merchant",
		cards: [
			{
				value: "merchant-card",
				title: "Merchant's card",
			},
		],
	},
	{
		group: "Approval",
		cards: [
			{
				value: "approve-offline",
				title: "Offline approval",
			},
			{
				value: "amount-limit",
				title: "Amount limit",
			},
			{
				value: "wants-issuer",
				title: "Wants its issuer",
			},
			{
				value: "visa-cvn10",
				title: "Cryptogram version 10",
			},
			{
				value: "visa-cvn18",
				title: "Cryptogram version 18",
			},
			{
				value: "common-core",
				title: "Common core",
			},
			{
				value: "no-pdol",
				title: "No PDOL",
			},
		],
	},
	{
		group: "Cardholder verification",
		cards: [
			{
				value: "pin-blocked",
				title: "Blocked PIN",
			},
			{
				value: "no-cvm",
				title: "No verification",
			},
			{
				value: "no-cvm-list",
				title: "No CVM list",
			},
			{
				value: "signature",
				title: "Signature",
			},
			{
				value: "plaintext-pin-signature",
				title: "PIN and signature",
			},
			{
				value: "enciphered-pin-signature",
				title: "Enc. PIN and signature",
			},
			{
				value: "online-pin-only",
				title: "Online PIN only",
			},
			{
				value: "pin-last-try",
				title: "Last PIN try",
			},
			{
				value: "pin-counter-hidden",
				title: "Hidden PIN counter",
			},
			{
				value: "long-pin",
				title: "PIN of 12 digits",
			},
			{
				value: "cvm-fails",
				title: "Verification fails",
			},
			{
				value: "cvm-fails-denied",
				title: "No CVM, no sale",
			},
			{
				value: "cvm-unknown",
				title: "Unknown CVM",
			},
			{
				value: "cashback-pin",
				title: "PIN for cashback",
			},
			{
				value: "foreign-currency",
				title: "US dollar card",
			},
		],
	},
	{
		group: "Decline",
		cards: [
			{
				value: "declined",
				title: "No money",
			},
			{
				value: "expired",
				title: "Expired card",
			},
			{
				value: "issuer-declines",
				title: "Do not honour",
			},
			{
				value: "referral",
				title: "Call the issuer",
			},
			{
				value: "capture",
				title: "Keep the card",
			},
			{
				value: "declines-offline",
				title: "Declines offline",
			},
			{
				value: "advice",
				title: "Wants an advice",
			},
			{
				value: "declines-approval",
				title: "Declines in the end",
			},
			{
				value: "not-yet-effective",
				title: "Not yet effective",
			},
			{
				value: "service-not-allowed",
				title: "Service not allowed",
			},
			{
				value: "domestic-only",
				title: "Domestic only",
			},
			{
				value: "other-version",
				title: "Another version",
			},
			{
				value: "blocked-card",
				title: "Blocked card",
			},
		],
	},
	{
		group: "Data authentication",
		cards: [
			{
				value: "no-oda",
				title: "No data authentication",
			},
			{
				value: "dda",
				title: "DDA",
			},
			{
				value: "sda-failed",
				title: "SDA fails",
			},
			{
				value: "static-data-altered",
				title: "Altered data",
			},
			{
				value: "dda-failed",
				title: "DDA fails",
			},
			{
				value: "dda-failed-denied",
				title: "DDA fails, no sale",
			},
			{
				value: "cda-failed",
				title: "CDA fails",
			},
			{
				value: "issuer-certificate-damaged",
				title: "Issuer cert. damaged",
			},
			{
				value: "issuer-certificate-expired",
				title: "Issuer cert. expired",
			},
			{
				value: "issuer-certificate-foreign",
				title: "Issuer cert. of another",
			},
			{
				value: "icc-certificate-damaged",
				title: "Card cert. damaged",
			},
			{
				value: "icc-certificate-expired",
				title: "Card cert. expired",
			},
			{
				value: "icc-certificate-foreign",
				title: "Card cert. of another",
			},
			{
				value: "icc-certificate-format",
				title: "Card cert. unknown",
			},
			{
				value: "icc-certificate-length",
				title: "Card cert. too short",
			},
			{
				value: "unknown-authority",
				title: "Unknown authority",
			},
			{
				value: "short-keys",
				title: "Shortest keys",
			},
			{
				value: "long-keys",
				title: "Longest keys",
			},
		],
	},
	{
		group: "Issuer",
		cards: [
			{
				value: "wrong-arpc",
				title: "Wrong ARPC",
			},
			{
				value: "wrong-arpc-in-ac",
				title: "Wrong ARPC in AC",
			},
			{
				value: "no-arpc",
				title: "No ARPC",
			},
			{
				value: "no-arpc-needed",
				title: "No ARPC needed",
			},
			{
				value: "script-pin-change",
				title: "Script: new PIN",
			},
			{
				value: "script-pin-unblock",
				title: "Script: PIN unblocked",
			},
			{
				value: "script-application-block",
				title: "Script: app. block",
			},
			{
				value: "script-card-block",
				title: "Script: card block",
			},
			{
				value: "script-put-data",
				title: "Script: new limits",
			},
			{
				value: "script-update-record",
				title: "Script: new record",
			},
			{
				value: "script-wrong-mac",
				title: "Script: wrong MAC",
			},
		],
	},
	{
		group: "Selection",
		cards: [
			{
				value: "no-pse",
				title: "No directory",
			},
			{
				value: "two-applications-confirm",
				title: "Two, each confirmed",
			},
			{
				value: "blocked-application",
				title: "Blocked application",
			},
			{
				value: "unknown-application",
				title: "Unknown application",
			},
			{
				value: "first-unavailable",
				title: "First one unavailable",
			},
			{
				value: "confirm-one",
				title: "Wants confirmation",
			},
		],
	},
	{
		group: "Slot",
		cards: [
			{
				value: "mute",
				title: "Mute card",
			},
			{
				value: "t1",
				title: "T=1",
			},
			{
				value: "t1-short-blocks",
				title: "T=1, short blocks",
			},
			{
				value: "t1-crc",
				title: "T=1 with CRC",
			},
			{
				value: "t1-waits",
				title: "T=1, asks for time",
			},
			{
				value: "both-protocols",
				title: "T=0 and T=1",
			},
			{
				value: "fast",
				title: "Fast",
			},
			{
				value: "slow-at-edge",
				title: "Slow, within its time",
			},
			{
				value: "slow-beyond",
				title: "Too slow",
			},
			{
				value: "noisy",
				title: "Noisy contacts",
			},
			{
				value: "loose",
				title: "Loose contact",
			},
			{
				value: "slow",
				title: "Slow",
			},
			{
				value: "out-of-order",
				title: "Out of order",
			},
			{
				value: "stripe-wanted",
				title: "Broken memory",
			},
			{
				value: "bad-atr",
				title: "Bad answer to reset",
			},
			{
				value: "mute-after-selection",
				title: "Falls silent",
			},
		],
	},
	{
		group: "Hostile",
		cards: [
			{
				value: "endless-60",
				title: "Endless 60",
			},
			{
				value: "endless-61",
				title: "Endless 61",
			},
			{
				value: "endless-6c",
				title: "Endless 6c",
			},
			{
				value: "foreign-df-name",
				title: "Foreign df name",
			},
			{
				value: "foreign-signature",
				title: "Foreign signature",
			},
			{
				value: "garbage-records",
				title: "Garbage records",
			},
			{
				value: "missing-tag",
				title: "Missing tag",
			},
			{
				value: "mute-after-five",
				title: "Mute after five",
			},
			{
				value: "next-without-end",
				title: "Next without end",
			},
			{
				value: "oversized",
				title: "Oversized",
			},
			{
				value: "repeated-tag",
				title: "Repeated tag",
			},
			{
				value: "reserved-cid",
				title: "Reserved cid",
			},
			{
				value: "status-6f00",
				title: "Status 6f00",
			},
			{
				value: "unsigned-cda",
				title: "Unsigned cda",
			},
			{
				value: "upgraded-cryptogram",
				title: "Upgraded cryptogram",
			},
			{
				value: "wrong-length",
				title: "Wrong length",
			},
			{
				value: "fuzz-cryptogram",
				title: "Fuzzed cryptogram",
			},
			{
				value: "fuzz-pan",
				title: "Fuzzed PAN",
			},
			{
				value: "fuzz-afl",
				title: "Fuzzed AFL",
			},
			{
				value: "fuzz-cvm-list",
				title: "Fuzzed CVM list",
			},
		],
	},
];
