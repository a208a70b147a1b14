import { describe, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import type { ApplicationChoice } from "../../src/emv/candidate.js";
import type { ApplicationConfiguration } from "../../src/emv/configuration.js";
import { initiateApplicationProcessing } from "../../src/emv/initiateApplicationProcessing.js";
import { buildCandidateList, selectApplication } from "../../src/emv/selectApplication.js";
import { APPLICATION, bytes, type Exchange, openScripted, tlv } from "./scriptedCard.js";

const SELECT_PSE = "00A404000E 315041592E5359532E4444463031 00";
const PSE_FCI = `${tlv("6F", tlv("84", "315041592E5359532E4444463031"), tlv("A5", "880101", "5F2D047A68656E"))}9000`;
const RECORD_1 = "00B2010C00";
const RECORD_2 = "00B2020C00";
const RECORD_3 = "00B2030C00";
const END = "6A83";
const NOT_FOUND = "6A82";

const A = "A000000333010101";
const B = "A000000333010102";
const C = "A000000333010103";
const TERMINAL_AID = "A0000003330101";

function select(aid: string, p2 = "00"): string {
	return `00A404${p2} ${tlv("", aid)} 00`;
}

function fci(dfName: string, ...objects: string[]): string {
	return tlv("6F", tlv("84", dfName), tlv("A5", ...objects));
}

function entry(aid: string, ...objects: string[]): string {
	return tlv("61", tlv("4F", aid), ...objects);
}

async function candidates(
	exchanges: readonly Exchange[],
	applications: readonly Partial<ApplicationConfiguration>[] = [{}],
) {
	const { t, card } = openScripted({
		exchanges,
		configuration: { applications: applications.map(own => ({ ...APPLICATION, ...own })) },
	});
	const ended = await buildCandidateList(t);
	expect(card.left).toEqual([]);
	return (
		ended?.kind ?? t.candidates!.map(({ dfName, priority }) => `${formatHex(dfName).slice(-2)}:${priority}`).join(" ")
	);
}

// EMV 4.4 Book 1, 12.3.2
describe("the card's directory", () => {
	const viaList: readonly Exchange[] = [
		[select(TERMINAL_AID), `${fci(A)}9000`],
		[select(TERMINAL_AID, "02"), NOT_FOUND],
	];

	// [EMV-SEL-01 EMV-SEL-02 EMV-SEL-03 EMV-SEL-04 EMV-SEL-05 EMV-SEL-11 EMV-SEL-13]
	test.each<[string, readonly Exchange[], string]>([
		["card blocked", [[SELECT_PSE, "6A81"]], "cardBlocked"],
		["no directory", [[SELECT_PSE, NOT_FOUND], ...viaList], "01:0"],
		["directory blocked", [[SELECT_PSE, "6283"], ...viaList], "01:0"],
		["any other status", [[SELECT_PSE, "6F00"], ...viaList], "01:0"],
		["FCI malformed", [[SELECT_PSE, "6F059000"], ...viaList], "01:0"],
		["no SFI", [[SELECT_PSE, `${tlv("6F", tlv("A5", "5F2D027A68"))}9000`], ...viaList], "01:0"],
		["SFI 0", [[SELECT_PSE, `${tlv("6F", tlv("A5", "880100"))}9000`], ...viaList], "01:0"],
		["SFI 11", [[SELECT_PSE, `${tlv("6F", tlv("A5", "88010B"))}9000`], ...viaList], "01:0"],
		["empty", [[SELECT_PSE, PSE_FCI], [RECORD_1, END], ...viaList], "01:0"],
		[
			"no application in common",
			[[SELECT_PSE, PSE_FCI], [RECORD_1, `${tlv("70", entry("A0000000031010"))}9000`], [RECORD_2, END], ...viaList],
			"01:0",
		],
		[
			"several templates 61 in a record and several records",
			[
				[SELECT_PSE, PSE_FCI],
				[RECORD_1, `${tlv("70", entry(A, "870103"), entry(B, "870101"))}9000`],
				[RECORD_2, `${tlv("70", entry(C, "870102"))}9000`],
				[RECORD_3, END],
			],
			"02:1 03:2 01:3",
		],
		[
			"priority 0 and none are last, in the card's order",
			[
				[SELECT_PSE, PSE_FCI],
				[RECORD_1, `${tlv("70", entry(A), entry(B, "870180"), entry(C, "87010F"))}9000`],
				[RECORD_2, END],
			],
			"03:15 01:0 02:0",
		],
		[
			"an entry without a name",
			[
				[SELECT_PSE, PSE_FCI],
				[RECORD_1, `${tlv("70", tlv("61", "870101"), entry(A))}9000`],
				[RECORD_2, END],
			],
			"01:0",
		],
		[
			"a bad record is passed over",
			[
				[SELECT_PSE, PSE_FCI],
				[RECORD_1, "70059000"],
				[RECORD_2, `${tlv("70", entry(A))}9000`],
				[RECORD_3, END],
			],
			"01:0",
		],
		[
			"an unreadable record is passed over",
			[
				[SELECT_PSE, PSE_FCI],
				[RECORD_1, "6985"],
				[RECORD_2, `${tlv("70", entry(A))}9000`],
				[RECORD_3, END],
			],
			"01:0",
		],
		[
			"a directory that cannot be read is given up",
			[
				[SELECT_PSE, PSE_FCI],
				[RECORD_1, "6581"],
				[RECORD_2, "6581"],
				[RECORD_3, "6581"],
				["00B2040C00", "6581"],
				...viaList,
			],
			"01:0",
		],
	])("%s", async (_name, exchanges, expected) => {
		expect(await candidates(exchanges)).toBe(expected);
	});

	// [EMV-SEL-07]
	test("an exact name in the terminal does not take a longer one", async () => {
		const exchanges: readonly Exchange[] = [
			[SELECT_PSE, PSE_FCI],
			[RECORD_1, `${tlv("70", entry(A))}9000`],
			[RECORD_2, END],
			[select(TERMINAL_AID), NOT_FOUND],
		];
		expect(await candidates(exchanges, [{ partialSelection: false }])).toBe("notAccepted");
	});
});

// 12.3.3
describe("the terminal's list", () => {
	const NO_PSE: Exchange = [SELECT_PSE, NOT_FOUND];
	const EXACT = { aid: bytes(B), partialSelection: false };

	// [EMV-SEL-06 EMV-SEL-07 EMV-SEL-08 EMV-SEL-10 EMV-SEL-23]
	test.each<[string, readonly Exchange[], readonly Partial<ApplicationConfiguration>[], string]>([
		["card blocked", [NO_PSE, [select(TERMINAL_AID), "6A81"]], [{}], "cardBlocked"],
		["nothing found", [NO_PSE, [select(TERMINAL_AID), NOT_FOUND], [select(B), NOT_FOUND]], [{}, EXACT], "notAccepted"],
		[
			"the same name: no next occurrence",
			[NO_PSE, [select(TERMINAL_AID), `${fci(TERMINAL_AID, "870101")}9000`]],
			[{}],
			"01:1",
		],
		[
			"partial: until the card has no next",
			[
				NO_PSE,
				[select(TERMINAL_AID), `${fci(A, "870102")}9000`],
				[select(TERMINAL_AID, "02"), `${fci(B, "870101")}9000`],
				[select(TERMINAL_AID, "02"), NOT_FOUND],
			],
			[{}],
			"02:1 01:2",
		],
		[
			"partial: 6A81 to next is just no next",
			[NO_PSE, [select(TERMINAL_AID), `${fci(A)}9000`], [select(TERMINAL_AID, "02"), "6A81"]],
			[{}],
			"01:0",
		],
		[
			"a blocked one is passed over, the walk goes on",
			[
				NO_PSE,
				[select(TERMINAL_AID), `${fci(A)}6283`],
				[select(TERMINAL_AID, "02"), `${fci(B)}9000`],
				[select(TERMINAL_AID, "02"), NOT_FOUND],
			],
			[{}],
			"02:0",
		],
		[
			"exact: a longer name is not taken, nor its next (step 6)",
			[NO_PSE, [select(TERMINAL_AID), `${fci(A)}9000`], [select(B), `${fci(B)}9000`]],
			[{ partialSelection: false }, EXACT],
			"02:0",
		],
		["another name altogether", [NO_PSE, [select(TERMINAL_AID), `${fci("A0000000031010")}9000`]], [{}], "notAccepted"],
		["FCI malformed", [NO_PSE, [select(TERMINAL_AID), "6F059000"]], [{}], "notAccepted"],
	])("%s", async (_name, exchanges, applications, expected) => {
		expect(await candidates(exchanges, applications)).toBe(expected);
	});

	// [EMV-SEL-09]
	test("a card that always has another next application is left after 30", async () => {
		const names = Array.from({ length: 31 }, (_, i) => `${TERMINAL_AID}${(i + 16).toString(16).toUpperCase()}`);
		const next = names.slice(1).map((name): Exchange => [select(TERMINAL_AID, "02"), `${fci(name)}9000`]);
		const listed = await candidates([NO_PSE, [select(TERMINAL_AID), `${fci(names[0]!)}9000`], ...next]);
		expect(listed.split(" ")).toHaveLength(31);
	});

	// [EMV-SEL-09]
	test("a card whose next application is one that it gave before is left at once", async () => {
		const again: Exchange = [select(TERMINAL_AID, "02"), `${fci(A)}9000`];
		expect(await candidates([NO_PSE, [select(TERMINAL_AID), `${fci(A)}9000`], again])).toBe("01:0");
	});
});

// 12.4
describe("final selection", () => {
	const directory = (...entries: string[]): readonly Exchange[] => [
		[SELECT_PSE, PSE_FCI],
		[RECORD_1, `${tlv("70", ...entries)}9000`],
		[RECORD_2, END],
	];

	async function run(exchanges: readonly Exchange[], choices: ApplicationChoice[] = []) {
		const offered: string[] = [];
		const { t, card } = openScripted({
			exchanges,
			ports: {
				chooseApplication: async list => {
					offered.push(list.map(({ label }) => label).join("|"));
					const choice = choices.shift();
					if (choice === undefined) throw new Error("nobody was to be asked");
					return choice;
				},
			},
		});
		t.application = undefined;
		const ended = await selectApplication(t);
		expect(card.left).toEqual([]);
		return { ended: ended?.kind, offered, t };
	}

	// [EMV-SEL-14 EMV-SEL-15 EMV-SEL-22]
	test("one candidate is taken without a question, under its full name", async () => {
		const { ended, offered, t } = await run([
			...directory(entry(A)),
			[select(A), `${fci(A, "9F38039F1A02", "5F2D02656E")}9000`],
		]);
		expect([ended, offered]).toEqual([undefined, []]);
		expect(t.application?.aid).toEqual(APPLICATION.aid);
		expect(formatHex(t.data.get(0x9f06)!)).toBe(A);
		expect(formatHex(t.data.card(0x9f38)!)).toBe("9F1A02");
		expect(formatHex(t.data.get(0x9f1b)!)).toBe("00002710");
	});

	// [EMV-SEL-16]
	test.each([
		["the preferred name with a code table that can be drawn", ["50034F4E45", "9F1203C94E45", "9F110101"], "ÉNE"],
		["the label when the code table cannot be drawn", ["50034F4E45", "9F1203C94E45", "9F110105"], "ONE"],
		["the label when there is no code table", ["50034F4E45", "9F1203C94E45"], "ONE"],
		["the AID when there is nothing else", [], A],
	])("the cardholder sees %s (Book 4, 11.3)", async (_name, objects, label) => {
		const one = entry(A, "870181", ...objects);
		const { offered } = await run([...directory(one), [select(A), `${fci(A)}9000`]], [0]);
		expect(offered).toEqual([label]);
	});

	// [EMV-SEL-12]
	test.each(["cancelled", "timedOut", "cardRemoved"] as const)(
		"one that wants confirmation is asked for; %s ends it",
		async choice => {
			expect((await run(directory(entry(A, "870181", "500141")), [choice])).ended).toBe(choice);
		},
	);

	// [EMV-SEL-17]
	test("of two the cardholder chooses", async () => {
		const two = directory(entry(A, "500141"), entry(B, "500142"));
		const { offered, t } = await run([...two, [select(B), `${fci(B)}9000`]], [1]);
		expect(offered).toEqual(["A|B"]);
		expect(formatHex(t.data.card(0x84)!)).toBe(B);
	});

	// [EMV-SEL-14 EMV-SEL-18]
	test.each([
		["is not found", NOT_FOUND],
		["is blocked", `${fci(A)}6283`],
		["answers with another name", `${fci(C)}9000`],
		["has no A5", `${tlv("6F", tlv("84", A))}9000`],
		["has a malformed FCI", `${tlv("6F", tlv("84", A), tlv("A5", "5005"))}9000`],
	])("one that %s is dropped and the next is tried", async (_name, response) => {
		const two = directory(entry(A, "870101"), entry(B, "870102"));
		const { ended, t } = await run([...two, [select(A), response], [select(B), `${fci(B)}9000`]], [0]);
		expect(ended).toBeUndefined();
		expect(formatHex(t.data.card(0x84)!)).toBe(B);
	});

	// [EMV-SEL-19]
	test("6A81 from one means that the whole card is blocked", async () => {
		const two = directory(entry(A, "870101"), entry(B, "870102"));
		expect((await run([...two, [select(A), "6A81"]], [0])).ended).toBe("cardBlocked");
	});

	// [EMV-SEL-18]
	test("none left", async () => {
		expect((await run([...directory(entry(A)), [select(A), NOT_FOUND]])).ended).toBe("notAccepted");
	});

	// [EMV-SEL-20]
	test("after 6985 at GET PROCESSING OPTIONS that application is dropped and what it said forgotten (Book 3, 10.1)", async () => {
		const { t } = openScripted({
			exchanges: [
				...directory(entry(A, "870101"), entry(B, "870102")),
				[select(A), `${fci(A, "9F5101AA")}9000`],
				["80A8000002830000", "6985"],
				[select(B), `${fci(B)}9000`],
			],
			ports: { chooseApplication: async () => 0 },
		});
		expect(await selectApplication(t)).toBeUndefined();
		t.data.tvr[0] = 0x80;
		t.data.tsi[0] = 0x80;
		expect(await initiateApplicationProcessing(t)).toBe("selectAnother");
		expect([formatHex(t.data.tvr), formatHex(t.data.tsi), t.data.card(0x9f51)]).toEqual([
			"0000000000",
			"0000",
			undefined,
		]);
		expect(await selectApplication(t)).toBeUndefined();
		expect(formatHex(t.data.get(0x9f06)!)).toBe(B);
	});
});
