import { expect, test } from "vitest";
import { type Exchange, needlessCommands } from "../../bench/requiredCommands.js";

const PSE: Exchange = ["00A404000E315041592E5359532E444446303100", "6F00", 0x9000];
const DIRECTORY: Exchange = ["00B2010C00", "7000", 0x9000];
const NO_MORE: Exchange = ["00B2020C00", "", 0x6a83];
const APPLICATION: Exchange = ["00A4040008A00000033301010100", "6F00", 0x9000];
const OPTIONS: Exchange = ["80A8000002830000", "8006" + "3900" + "08010201", 0x9000];
const RECORDS: Exchange[] = [
	["00B2010C00", "7000", 0x9000],
	["00B2020C00", "7000", 0x9000],
];
const CHALLENGE: Exchange = ["0084000000", "0011223344556677", 0x9000];
const VERIFY: Exchange = ["0020008804AABBCCDD", "", 0x9000];
const FIRST_AC: Exchange = ["80AE90000000", "7700", 0x9000];
const SALE = [PSE, DIRECTORY, NO_MORE, APPLICATION, OPTIONS, ...RECORDS, CHALLENGE, VERIFY, FIRST_AC];

test("a sale of required commands only", () => {
	expect(needlessCommands(SALE)).toEqual([]);
});

test.each<[string, Exchange, Exchange]>([
	["a record that the AFL does not name", RECORDS[1]!, ["00B2030C00", "7000", 0x9000]],
	["a record of another file", RECORDS[1]!, ["00B2011400", "7000", 0x9000]],
	["a record once more", RECORDS[1]!, RECORDS[0]!],
	["a directory record after the last", NO_MORE, ["00B2030C00", "", 0x6a83]],
	["the application selected again", APPLICATION, APPLICATION],
	["an object that nobody needs", RECORDS[1]!, ["80CA9F4F00", "9F4F00", 0x9000]],
	["a challenge without a PIN", RECORDS[1]!, CHALLENGE],
	["INTERNAL AUTHENTICATE beside CDA", RECORDS[1]!, ["0088000004AABBCCDD00", "8000", 0x9000]],
])("not required: %s", (_name, after, command) => {
	const at = SALE.indexOf(after) + 1;
	expect(needlessCommands([...SALE.slice(0, at), command, ...SALE.slice(at)])).toContain(command[0]);
});
