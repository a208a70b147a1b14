import { expect, test } from "vitest";
import { terminalActionAnalysis, unableToGoOnline } from "../../src/emv/terminalActionAnalysis.js";
import { bytes, openScripted } from "./scriptedCard.js";

const ALL = "FFFFFFFFFF";
const NONE = "0000000000";
const DENIAL = "9F0E";
const ONLINE = "9F0F";
const DEFAULT = "9F0D";
const CODES = { [DENIAL]: NONE, [ONLINE]: NONE, [DEFAULT]: NONE };

interface Row {
	readonly tvr: string;
	readonly card?: Record<string, string>;
	readonly tac?: Record<string, string>;
	readonly terminalType?: number;
	readonly asks: "AAC" | "ARQC" | "TC";
	readonly cannotGoOnline?: "AAC" | "TC";
}

// EMV 4.4 Book 3, 10.7
// [EMV-TAA-01 EMV-TAA-02 EMV-TAA-03 EMV-TAA-04 EMV-TAA-05 EMV-TAA-06]
test.each(
	Object.entries<Row>({
		"nothing noted, no codes: offline": { tvr: NONE, asks: "TC", cannotGoOnline: "TC" },
		"something noted, the issuer without codes: online, and refused without it": {
			tvr: "0000008000",
			asks: "ARQC",
			cannotGoOnline: "AAC",
		},
		"the issuer's denial": { tvr: "0000008000", card: { ...CODES, [DENIAL]: "0000008000" }, asks: "AAC" },
		"the terminal's denial": { tvr: "0000008000", card: CODES, tac: { tacDenial: "0000008000" }, asks: "AAC" },
		"denial of another bit": { tvr: "0000004000", card: { ...CODES, [DENIAL]: "0000008000" }, asks: "TC" },
		"no denial code denies nothing": { tvr: ALL, card: { [ONLINE]: NONE, [DEFAULT]: NONE }, asks: "TC" },
		"the issuer's online": {
			tvr: "0000008000",
			card: { ...CODES, [ONLINE]: "0000008000" },
			asks: "ARQC",
			cannotGoOnline: "TC",
		},
		"the terminal's online": { tvr: "0000008000", card: CODES, tac: { tacOnline: "0000008000" }, asks: "ARQC" },
		"the issuer's default": {
			tvr: "0000008000",
			card: { ...CODES, [DEFAULT]: "0000008000" },
			asks: "TC",
			cannotGoOnline: "AAC",
		},
		"the terminal's default": {
			tvr: "0000008000",
			card: CODES,
			tac: { tacDefault: "0000008000" },
			asks: "TC",
			cannotGoOnline: "AAC",
		},
		"denial goes before online": { tvr: "0000008000", card: { ...CODES, [DENIAL]: ALL, [ONLINE]: ALL }, asks: "AAC" },
		"online only: always online": { tvr: NONE, card: CODES, terminalType: 0x21, asks: "ARQC" },
		"online only, unattended": { tvr: NONE, card: CODES, terminalType: 0x24, asks: "ARQC" },
		"online only: denial all the same": {
			tvr: "0000008000",
			card: { ...CODES, [DENIAL]: ALL },
			terminalType: 0x21,
			asks: "AAC",
		},
		"offline only: the default decides": {
			tvr: "0000008000",
			card: { ...CODES, [ONLINE]: ALL },
			terminalType: 0x23,
			asks: "TC",
		},
		"offline only: the default refuses": {
			tvr: "0000008000",
			card: { ...CODES, [DEFAULT]: ALL },
			terminalType: 0x26,
			asks: "AAC",
		},
		"a code that is too short is none": { tvr: "0000000080", card: { ...CODES, [ONLINE]: "00" }, asks: "ARQC" },
	}),
)("%s", async (_name, { tvr, card = {}, tac = {}, terminalType = 0x22, asks, cannotGoOnline }) => {
	const application = Object.fromEntries(Object.entries(tac).map(([name, code]) => [name, bytes(code)]));
	const { t } = openScripted({ card, application, configuration: { terminalType } });
	t.data.tvr.set(bytes(tvr));
	expect(terminalActionAnalysis(t)).toBeUndefined();
	expect(t.requestedCryptogram).toBe(asks);
	if (cannotGoOnline) expect(unableToGoOnline(t)).toBe(cannotGoOnline);
});
