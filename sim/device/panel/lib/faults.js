/** One card fault of each kind, as docs/cards.md shows it. */
export const faults = [
	{
		value: {
			fault: "pull",
			apdu: 7,
		},
		title: "pull",
	},
	{
		value: {
			fault: "mute",
			apdu: 5,
		},
		title: "mute",
	},
	{
		value: {
			fault: "slow",
			apdu: 3,
			etu: 9000,
		},
		title: "slow",
	},
	{
		value: {
			fault: "parity",
			character: 40,
			times: 2,
		},
		title: "parity",
	},
	{
		value: {
			fault: "flip",
			character: 40,
		},
		title: "flip",
	},
	{
		value: {
			fault: "procedure-byte",
			apdu: 4,
			value: "01",
		},
		title: "procedure-byte",
	},
	{
		value: {
			fault: "status-word",
			instruction: "GENERATE AC",
			statusWord: "6985",
		},
		title: "status-word",
	},
	{
		value: {
			fault: "fuzz",
			tag: "9F26",
			offset: 0,
			value: "FF",
		},
		title: "fuzz",
	},
	{
		value: {
			fault: "missing-tag",
			tag: "8C",
		},
		title: "missing-tag",
	},
	{
		value: {
			fault: "repeated-tag",
			tag: "5A",
		},
		title: "repeated-tag",
	},
	{
		value: {
			fault: "garbage",
			instruction: "READ RECORD",
		},
		title: "garbage",
	},
	{
		value: {
			fault: "wrong-length",
			apdu: 2,
		},
		title: "wrong-length",
	},
	{
		value: {
			fault: "oversized",
			instruction: "GENERATE AC",
		},
		title: "oversized",
	},
	{
		value: {
			fault: "endless-60",
			apdu: 3,
		},
		title: "endless-60",
	},
	{
		value: {
			fault: "endless-61",
			apdu: 3,
		},
		title: "endless-61",
	},
	{
		value: {
			fault: "endless-6c",
			apdu: 3,
		},
		title: "endless-6c",
	},
	{
		value: {
			fault: "next-without-end",
		},
		title: "next-without-end",
	},
	{
		value: {
			fault: "foreign-df-name",
		},
		title: "foreign-df-name",
	},
	{
		value: {
			fault: "first-application-unavailable",
		},
		title: "first-application-unavailable",
	},
	{
		value: {
			fault: "unsigned-cda",
		},
		title: "unsigned-cda",
	},
	{
		value: {
			fault: "upgraded-cryptogram",
		},
		title: "upgraded-cryptogram",
	},
	{
		value: {
			fault: "reserved-cid",
		},
		title: "reserved-cid",
	},
	{
		value: {
			fault: "foreign-signature",
		},
		title: "foreign-signature",
	},
];
