import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cardProfile } from "../../sim/card/cardProfiles.js";
import { asciiBytes, concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { keptDataOf } from "../../src/privacy/keptData.js";
import { makeSaleWorldOf } from "../flows/saleWorld.js";
import { kassaHere } from "../sim/cli/kassaHere.js";
import { BUSY_CARD, type BusyDay, busyCard, busyDay, bytesIn, fileOf, openedFile, textOf } from "./busyDay.js";

/** One person's card. */
interface Person {
	readonly pan: string;
	readonly name: string;
	readonly pin: string;
}

const LENGTHS = [13, 14, 15, 16, 17, 18, 19];
const NAMES = [
	"LIU/NANA",
	"O'BRIEN-SMITH/ANNE.MRS",
	"WANG/XIAOMING",
	"DE LA CRUZ/JUAN",
	"NGUYEN/AN",
	"MUELLER/K.",
	"ZHANG/WEI",
];

/** Numbers that do not come about by chance, with their check digit (ISO/IEC 7812-1, Annex B). */
function numbered(n: number, length: number): string {
	let digits = "622126";
	for (let state = 7_919 * (n + 1); digits.length < length - 1; digits += String(state % 10))
		state = (state * 48_271 + 11) % 2_147_483_647;
	for (let check = 0; check < 10; check++) if (luhn(`${digits}${check}`) % 10 === 0) return `${digits}${check}`;
	throw new Error("no check digit");
}

function luhn(digits: string): number {
	const doubled = (digit: number) => (digit > 4 ? 2 * digit - 9 : 2 * digit);
	return [...digits].reverse().reduce((sum, digit, i) => sum + (i % 2 ? doubled(Number(digit)) : Number(digit)), 0);
}

const PEOPLE: readonly Person[] = LENGTHS.map((length, n) => ({
	pan: numbered(n, length),
	name: NAMES[n]!,
	pin: numbered(n + 50, 13).slice(1),
}));

/** In base64 bytes look another way behind each number of bytes before them: the characters that no neighbour has a part in. */
function base64Forms(bytes: Uint8Array): string[] {
	return [0, 1, 2].map(before => {
		const text = Buffer.from(concat(new Uint8Array(before), bytes)).toString("base64");
		return text.slice(Math.ceil((8 * before) / 6), Math.floor((8 * (before + bytes.length)) / 6));
	});
}

/** What a secret can look like in text, and in bytes written as hexadecimal. */
function formsOf(secret: string, isNumber: boolean): { readonly text: string[]; readonly hex: string[] } {
	const ascii = asciiBytes(secret);
	const utf16 = new Uint8Array(Buffer.from(secret, "utf16le"));
	const packed = isNumber ? [parseHex(secret.length % 2 ? `${secret}F` : secret)] : [];
	const digits = isNumber ? [Uint8Array.from(secret, Number)] : [];
	const binary = [ascii, utf16, ...digits];
	return {
		text: [
			...[secret, ...[...binary, ...packed].map(formatHex)],
			...[...binary, ...packed].flatMap(base64Forms),
			...digits.map(each => [...each].join(",")),
		],
		// Packed digits are their own hexadecimal, whichever half of a byte they begin in.
		hex: [...binary.map(formatHex), ...(isNumber ? [secret] : [])],
	};
}

/** Whether the secret is in there, in any form. */
function holds(haystack: string | Uint8Array, secret: string, isNumber: boolean): boolean {
	const forms = formsOf(secret, isNumber);
	const text = typeof haystack === "string" ? haystack : Buffer.from(haystack).toString("latin1");
	const bare = text.replaceAll(/[\s:-]/g, "");
	const hex = typeof haystack === "string" ? "" : formatHex(haystack);
	const isIn = (where: string, form: string) => where.includes(form) || where.toUpperCase().includes(form);
	return forms.text.some(form => isIn(text, form) || isIn(bare, form)) || forms.hex.some(form => hex.includes(form));
}

/** Everything of a person that is in there. */
function found(haystack: string | Uint8Array, { pan, name, pin }: Person): string[] {
	return [
		...(holds(haystack, pan, true) ? ["PAN"] : []),
		...(holds(haystack, name, false) ? ["name"] : []),
		...(holds(haystack, pin, true) ? ["PIN"] : []),
	];
}

describe("the scan itself", () => {
	const [person] = PEOPLE as [Person];
	const { pan, name, pin } = person;
	test.each([
		["in a sentence", `card ${pan} declined`, "PAN"],
		["in groups", `${pan.slice(0, 4)} ${pan.slice(4, 8)}-${pan.slice(8)}`, "PAN"],
		["as packed digits", parseHex(`00${pan}F`), "PAN"],
		["as packed digits from the middle of a byte", parseHex(`5${pan}`), "PAN"],
		["as characters", concat(asciiBytes("xx"), asciiBytes(pan)), "PAN"],
		["as UTF-16", new Uint8Array(Buffer.from(` ${pan}`, "utf16le")), "PAN"],
		["as one digit a byte", Uint8Array.from(pan, Number), "PAN"],
		["as a list", JSON.stringify([...pan].map(Number)), "PAN"],
		["as hexadecimal of characters", formatHex(asciiBytes(`z${pan}`)).toLowerCase(), "PAN"],
		["in base64", Buffer.from(`"a":"${pan}"}`).toString("base64"), "PAN"],
		["packed in base64", Buffer.from(parseHex(`01${pan}F`)).toString("base64"), "PAN"],
		["the name in a log", `5F20 ${formatHex(asciiBytes(name))}`, "name"],
		["the PIN in base64", Buffer.from(`pin:${pin}`).toString("base64"), "PIN"],
	])("finds what is there %s", (_, haystack, what) => {
		expect(found(haystack, person)).toContain(what);
		expect(PEOPLE.slice(1).flatMap(other => found(haystack, other))).toEqual([]);
	});
});

describe("after a busy day with cards of 13 to 19 digits", () => {
	const days: (readonly [Person, BusyDay])[] = [];

	beforeAll(async () => {
		for (const person of PEOPLE) {
			const made = await makeSaleWorldOf([busyCard(person.pan, person.name, person.pin)]);
			days.push([person, await busyDay(made[BUSY_CARD]!, false)]);
		}
	}, 480_000);

	test("there was something to find: sales with PIN, and the card told its name and number", () => {
		for (const [, { approved, bench, told }] of days) {
			expect(approved.length).toBeGreaterThan(8);
			expect(bench.screenNames()).toContain("enterPin");
			const recording = told.find(([where]) => where === "recording")![1] as string;
			expect(recording.split("\n").length).toBeGreaterThan(200);
		}
	});

	// [SEC-01]
	test("no log, screen, result, receipt, decision, recording, export, report or message of the management link holds number, name or PIN", () => {
		for (const [person, { told, bench }] of days) {
			expect(found(bench.log.join("\n"), person)).toEqual([]);
			const leaks = told.flatMap(([where, what]) => found(what, person).map(each => `${each} in ${where}`));
			expect([...new Set(leaks)]).toEqual([]);
		}
	});

	// [SEC-01]
	test("no file holds them as it lies there, nor opened; the card number is in what is sealed once more, where the table says so", () => {
		let sealedNumbers = 0;
		for (const [person, { bench }] of days) {
			const { seal } = bench.journalPorts;
			for (const name of bench.disk.list()) {
				expect(found(fileOf(bench.disk, name), person), name).toEqual([]);
				const contents = openedFile(bench.disk, seal, name);
				for (const content of contents) expect(found(textOf(content), person), `${name}, opened`).toEqual([]);
				for (const bytes of contents.flatMap(bytesIn)) {
					const plain = seal.open(bytes);
					if (!plain) continue;
					const what = found(plain, person);
					expect(what, `${name}, opened twice`).toEqual(what.length ? ["PAN"] : []);
					if (what.length) expect(keptDataOf(name)!.holdsPan, name).toBe(true);
					sealedNumbers += what.length;
					// Track 2: the number, then D or =, then expiry and service code.
					for (const track of [`${person.pan}D`, `${person.pan}=`])
						expect(formatHex(plain).includes(track) || Buffer.from(plain).includes(track), name).toBe(false);
				}
			}
		}
		expect(sealedNumbers).toBeGreaterThan(7 * 6);
	});

	test("the acquirer's hot cards lie in their own file only, sealed", () => {
		for (const [, { bench, hotPans }] of days)
			for (const name of bench.disk.list())
				for (const pan of hotPans) {
					expect(holds(fileOf(bench.disk, name), pan, true), name).toBe(false);
					const opened = openedFile(bench.disk, bench.journalPorts.seal, name).map(textOf).join();
					expect(holds(opened, pan, true), name).toBe(name === "download-hotCards");
				}
	});
});

describe("over real files and the command line", () => {
	const folder = mkdtempSync(join(tmpdir(), "kassa-names-"));
	afterAll(() => rmSync(folder, { recursive: true, force: true }));

	// [SEC-01]
	test("the number is in the files of card and bank only, and nothing that is printed has it", async () => {
		const state = join(folder, "state");
		const name = "unionpay-credit";
		const { pan, cardholderName } = cardProfile(name)!.account;
		const person = { pan, name: cardholderName, pin: numbered(99, 13).slice(1) };
		const orders = [
			["sale", "--amount", "12.34", "--card", name, "--why"],
			["sale", "--amount", "5", "--card", name, "--json"],
			["refund", "--amount", "1", "--invoice", "2", "--json"],
			["settle"],
			["journal", "export", "--json"],
			["receipt", "--invoice", "1"],
			["export"],
			["export", "--format", "csv"],
			["report", "--json"],
			["incidents", "export"],
		];
		for (const words of orders) {
			const { stdout, stderr } = await kassaHere([...words, "--state", state]);
			expect(stdout.length, `${words.join(" ")}: ${stderr}`).toBeGreaterThan(0);
			expect(found(stdout + stderr, person), words.join(" ")).toEqual([]);
		}
		const files = readdirSync(state, { recursive: true, withFileTypes: true })
			.filter(each => each.isFile())
			.map(each => relative(state, join(each.parentPath, each.name)));
		expect(files).toEqual(expect.arrayContaining(["commandLine/journal.000001", "commandLine/journal.000002"]));
		for (const file of files.filter(each => each.startsWith("commandLine/")))
			expect(keptDataOf(file.slice("commandLine/".length)), file).toBeDefined();
		const holding = files.filter(file => found(readFileSync(join(state, file)), person).length > 0);
		expect(holding.filter(file => !/^(?:bank|cards)\//.test(file))).toEqual([]);
		expect(holding).toContain("bank/config.json"); // the scan finds it where it has to be
	}, 240_000);
});
