/** The cards of sim/card/profiles, which mcsim cannot read: by name, with the title that people see. */
export const cards = [
	{
		value: "unionpay-debit",
		title: "UnionPay debit",
	},
	{
		value: "unionpay-online-pin",
		title: "UnionPay, online PIN",
	},
	{
		value: "declined",
		title: "No money",
	},
	{
		value: "expired",
		title: "Expired card",
	},
	{
		value: "blocked-application",
		title: "Blocked application",
	},
	{
		value: "mute",
		title: "Mute card",
	},
	{
		value: "unionpay-credit",
		title: "UnionPay credit",
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
		value: "no-pse",
		title: "No directory",
	},
	{
		value: "plaintext-pin",
		title: "Plaintext PIN",
	},
	{
		value: "pin-blocked",
		title: "Blocked PIN",
	},
	{
		value: "two-applications-confirm",
		title: "Two, each confirmed",
	},
];
