import { createCipheriv } from "node:crypto";
import { beforeAll, describe, expect, test } from "vitest";
import type { CardState } from "../../../sim/card/cardMemory.js";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import { formatHex } from "../../../src/bytes/hex.js";
import {
	activeSlot,
	Bench,
	CDOL1_DATA,
	cdol2Data,
	DEBIT,
	exchange,
	findObject,
	makeCards,
	SECOND,
} from "./testCards.js";

// The issuer's part is written here anew, with Node's own triple DES, from the card's master keys alone.

let debit: Personalisation;
let limited: Personalisation;
beforeAll(async () => {
	({
		cards: { "unionpay-debit": debit },
	} = await makeCards("unionpay-debit"));
	const [first, ...others] = debit.applications;
	limited = {
		...debit,
		applications: [{ ...first!, cumulativeOfflineLimits: { lower: 100, upper: 100 } }, ...others],
	};
});

const hexOf = (bytes: Buffer) => bytes.toString("hex").toUpperCase();

function tdes(key: string, data: string, cbc = false): string {
	const cipher = createCipheriv(
		cbc ? "des-ede3-cbc" : "des-ede3",
		Buffer.from(key + key.slice(0, 16), "hex"),
		cbc ? Buffer.alloc(8) : null,
	);
	return hexOf(Buffer.concat([cipher.setAutoPadding(false).update(Buffer.from(data, "hex")), cipher.final()]));
}

/** EMV 4.4 Book 2, A1.3.1. Parity does not matter to the cipher. */
function sessionKey(masterKey: string, cryptogram: string): string {
	return tdes(
		masterKey,
		`${cryptogram.slice(0, 4)}F0${cryptogram.slice(6)}${cryptogram.slice(0, 4)}0F${cryptogram.slice(6)}`,
	);
}

const pad = (data: string) => {
	const padded = `${data}80`;
	return padded.padEnd(Math.ceil(padded.length / 16) * 16, "0");
};

/** ISO/IEC 9797-1, algorithm 3, in its other form: the last block alone under the whole key. */
function mac(key: string, padded: string): string {
	const left = key.slice(0, 16);
	const chained = padded.length > 16 ? tdes(left + left, padded.slice(0, -16), true).slice(-16) : "0".repeat(16);
	const last = BigInt(`0x${chained}`) ^ BigInt(`0x${padded.slice(-16)}`);
	return tdes(key, last.toString(16).padStart(16, "0"));
}

/** An online transaction up to its ARQC, and the issuer that answers it. */
class Script {
	readonly bench: Bench;
	readonly cryptogram: string;
	readonly #keys = debit.applications[0]!.iccMasterKeys;

	constructor(state?: CardState, personalisation = debit) {
		this.bench = new Bench(personalisation, state);
		this.bench.begin();
		const response = this.bench.send("80AE8000", CDOL1_DATA);
		this.cryptogram = findObject(response.slice(0, -4), "80")!.slice(6, 22);
	}

	get atc(): string {
		return (this.bench.state?.[DEBIT]?.atc ?? 0).toString(16).toUpperCase().padStart(4, "0");
	}

	/** Format 2. @param header INS P1 P2 */
	field(header: string, data = ""): string {
		const length = formatHex(Uint8Array.of(data.length / 2 + 8));
		const key = sessionKey(this.#keys.secureMessagingIntegrity, this.cryptogram);
		return data + mac(key, pad(`84${header}${length}${this.atc}${this.cryptogram}${data}`));
	}

	send(header: string, data = ""): string {
		return this.bench.send(`84${header}`, this.field(header, data));
	}

	/** Format 1. @param objects 81 or 87 */
	sendFormat1(header: string, objects = ""): string {
		const key = sessionKey(this.#keys.secureMessagingIntegrity, this.cryptogram);
		const input = pad(`8C${header}`) + (objects && pad(objects));
		return this.bench.send(`8C${header}`, `${objects}8E08${mac(key, input)}`);
	}

	/** The data of format 2: length, block, padding. */
	enciphered(block: string): string {
		const plain = formatHex(Uint8Array.of(block.length / 2)) + block;
		return tdes(this.confidentialityKey, plain.length % 16 ? pad(plain) : plain);
	}

	get confidentialityKey(): string {
		return sessionKey(this.#keys.secureMessagingConfidentiality, this.cryptogram);
	}
}

const BLOCK = "1E0000";
const UNBLOCK = "180000";
const CARD_BLOCK = "160000";
const PIN_UNBLOCK = "240000";
const PIN_CHANGE = "240002";
const BLOCKED_PIN: CardState = { [DEBIT]: { atc: 3, lastOnlineAtc: 3, pinTryCounter: 0 } };

/** The same card after a power cut. */
const again = (script: Script) => new Bench(debit, JSON.parse(JSON.stringify(script.bench.state)));

describe("APPLICATION BLOCK", () => {
	test("outlives the card's power: SELECT warns, cryptograms are AACs, the other application is free", () => {
		const script = new Script();
		expect(script.send(BLOCK)).toBe("9000");
		expect(script.bench.send("80AE4000", cdol2Data("Y3")).slice(0, 6)).toBe("801300");
		const bench = again(script);
		expect(bench.select().slice(-4)).toBe("6283");
		expect(bench.begin().slice(-4)).toBe("9000");
		expect(bench.send("80AE8000", CDOL1_DATA).slice(0, 6)).toBe("801300");
		expect(bench.select(SECOND).slice(-4)).toBe("9000");
	});

	test("is undone by APPLICATION UNBLOCK, in a later transaction too", () => {
		const script = new Script();
		script.send(BLOCK);
		const later = new Script(script.bench.state);
		expect(later.bench.select().slice(-4)).toBe("6283");
		const unblocking = new Script(later.bench.state);
		expect(unblocking.send(UNBLOCK)).toBe("9000");
		expect(again(unblocking).select().slice(-4)).toBe("9000");
	});
});

test("CARD BLOCK: nothing can be selected any more", () => {
	const script = new Script();
	expect(script.send(CARD_BLOCK)).toBe("9000");
	expect(script.bench.send("80AE4000", cdol2Data("Y3")).slice(0, 6)).toBe("801300");
	const bench = again(script);
	expect(bench.select()).toBe("6A81");
	expect(bench.select(SECOND)).toBe("6A81");
	expect(bench.select("315041592E5359532E4444463031")).toBe("6A81");
});

describe("PIN CHANGE/UNBLOCK", () => {
	const RIGHT = "241234FFFFFFFFFF";
	const NEW = "2598765FFFFFFFFF";

	test("sets the try counter back", () => {
		const script = new Script(BLOCKED_PIN);
		expect(script.send(PIN_UNBLOCK)).toBe("9000");
		const bench = again(script);
		bench.begin();
		expect(bench.send("80CA9F17")).toBe("9F1701039000");
		expect(bench.send("00200080", RIGHT)).toBe("9000");
	});

	test("brings a new PIN, enciphered: format 2 with its length in front", () => {
		const script = new Script(BLOCKED_PIN);
		expect(script.send(PIN_CHANGE, script.enciphered(NEW))).toBe("9000");
		const bench = again(script);
		bench.begin();
		expect(bench.send("00200080", RIGHT)).toBe("63C2");
		expect(bench.send("00200080", NEW)).toBe("9000");
	});

	test("brings a new PIN, enciphered: format 1 in object 87", () => {
		const script = new Script(BLOCKED_PIN);
		const enciphered = tdes(script.confidentialityKey, pad(NEW), true);
		expect(script.sendFormat1(PIN_CHANGE, `871101${enciphered}`)).toBe("9000");
		const bench = again(script);
		bench.begin();
		expect(bench.send("00200080", NEW)).toBe("9000");
	});

	test.each(["341234FFFFFFFFFF", "231234FFFFFFFFFF", "24123AFFFFFFFFFF", "241234FFFFFFFF", "2412345FFFFFFFFF"])(
		"a block %s that is none changes nothing",
		block => {
			const script = new Script(BLOCKED_PIN);
			expect(script.send(PIN_CHANGE, script.enciphered(block))).toBe("6A80");
			expect(script.bench.state?.[DEBIT]).toMatchObject({ pinTryCounter: 0 });
			expect(script.bench.state?.[DEBIT]?.pin).toBeUndefined();
		},
	);
});

describe("PUT DATA", () => {
	test("changes the offline limits that the card obeys", () => {
		const offline: CardState = { [DEBIT]: { atc: 1, lastOnlineAtc: 0, pinTryCounter: 3 } };
		const script = new Script(offline);
		expect(script.send("DA9F14", "00")).toBe("9000");
		expect(script.sendFormat1("DA9F23", "810109")).toBe("9000");
		expect(script.bench.state?.[DEBIT]?.consecutiveOfflineLimits).toEqual({ lower: 0, upper: 9 });
		const bench = again(script);
		bench.begin();
		expect(bench.send("80AE4000", CDOL1_DATA).slice(4, 6)).toBe("80");
	});

	test("changes the limits of amounts, of a card that has some", () => {
		const script = new Script(undefined, limited);
		expect(script.send("DA9F54", "000000000200")).toBe("9000");
		expect(script.send("DA9F5C", "000000000900")).toBe("9000");
		expect(script.bench.state?.[DEBIT]?.cumulativeOfflineLimits).toEqual({ lower: 200, upper: 900 });
		expect(script.send("DA9F54", "00000000020A")).toBe("6A80");
		expect(script.send("DA9F5C", "0900")).toBe("6700");
		expect(new Script().send("DA9F54", "000000000200")).toBe("6A88");
	});

	test("knows no other limits", () => {
		const script = new Script();
		expect(script.send("DA9F36", "0001")).toBe("6A88");
		expect(script.send("DA9F14", "0102")).toBe("6700");
	});
});

describe("UPDATE RECORD", () => {
	const RECORD = "70035F2000";

	test("a record has another content from now on, also after a power cut", () => {
		const script = new Script();
		expect(script.send("DC010C", RECORD)).toBe("9000");
		expect(script.bench.send("00B2010C")).toBe(`${RECORD}9000`);
		const bench = again(script);
		bench.begin();
		expect(bench.send("00B2010C")).toBe(`${RECORD}9000`);
		bench.begin(SECOND);
		expect(bench.send("00B2010C")).not.toBe(`${RECORD}9000`);
	});

	test.each([
		["DC0154", RECORD, "6A82"],
		["DC020C", RECORD, "6A83"],
		["DC000C", RECORD, "6A86"],
		["DC010D", RECORD, "6A86"],
		["DC010C", "5F2000", "6A80"],
		["DC010C", "70045F2000", "6A80"],
		["DC010C", "", "6A80"],
	])("%s with %s: %s, nothing is changed", (header, data, statusWord) => {
		const script = new Script();
		const before = script.bench.state;
		expect(script.send(header, data)).toBe(statusWord);
		expect(script.bench.state).toBe(before);
	});
});

describe("secure messaging", () => {
	test("both formats without data", () => {
		expect(new Script().sendFormat1(BLOCK)).toBe("9000");
		expect(new Script().send(BLOCK)).toBe("9000");
	});

	test.each<[string, (script: Script) => string, string]>([
		["no MAC", script => script.bench.send(`84${BLOCK}`), "6987"],
		["a MAC cut short", script => script.bench.send(`84${BLOCK}`, script.field(BLOCK).slice(2)), "6988"],
		["a MAC of zeros", script => script.bench.send(`84${BLOCK}`, "00".repeat(8)), "6988"],
		["the MAC of another command", script => script.bench.send(`84${BLOCK}`, script.field(UNBLOCK)), "6988"],
		[
			"the MAC of format 2 in format 1",
			script => script.bench.send(`8C${BLOCK}`, `8E08${script.field(BLOCK)}`),
			"6988",
		],
		["another length of the MAC", script => script.bench.send(`8C${BLOCK}`, `8E07${script.field(BLOCK)}`), "6988"],
		["a secret that is not enciphered", script => script.sendFormat1(PIN_CHANGE, "8108241234FFFFFFFFFF"), "6988"],
		["a cryptogram that is no whole block", script => script.send(PIN_CHANGE, "AA".repeat(7)), "6988"],
		["data that have no place", script => script.send(BLOCK, "00"), "6700"],
		["parameters that mean nothing", script => script.send("1E0001"), "6A86"],
		["PIN CHANGE with the old PIN", script => script.send("240001", script.enciphered("241234FFFFFFFFFF")), "6A86"],
	])("%s is refused and changes nothing", (_, send, statusWord) => {
		const script = new Script();
		const before = script.bench.state;
		expect(send(script)).toBe(statusWord);
		expect(script.bench.state).toBe(before);
	});

	test("a script of an earlier transaction is worth nothing in the next", () => {
		const earlier = new Script();
		const field = earlier.field(BLOCK);
		const later = new Script(earlier.bench.state);
		expect(later.bench.send(`84${BLOCK}`, field)).toBe("6988");
	});

	test("no script before the first cryptogram, none in the clear", () => {
		const bench = new Bench(debit);
		bench.begin();
		expect(bench.send(`84${BLOCK}`, "00".repeat(8))).toBe("6985");
		expect(bench.send("801E0000")).toBe("6E00");
		expect(bench.send("001E0000")).toBe("6E00");
	});

	test("after the second cryptogram the session goes on: scripts of template 72", () => {
		const script = new Script();
		script.bench.send("80AE0000", cdol2Data("05"));
		expect(script.send(PIN_UNBLOCK)).toBe("9000");
		script.bench.select();
		expect(script.send(PIN_UNBLOCK)).toBe("6985");
	});
});

test("over T=0 a script command is an ordinary case 3", async () => {
	let state: CardState = {};
	const slot = await activeSlot(debit, changed => {
		state = changed;
	});
	await exchange(slot, "00A4040008");
	await exchange(slot, DEBIT);
	await exchange(slot, "80A8000007");
	await exchange(slot, "83050156E0B0C8");
	await exchange(slot, `80AE8000${formatHex(Uint8Array.of(CDOL1_DATA.length))}`);
	await exchange(slot, formatHex(CDOL1_DATA));
	const response = await exchange(slot, "00C0000015");
	const cryptogram = findObject(response.slice(2, -4), "80")!.slice(6, 22);
	const key = sessionKey(debit.applications[0]!.iccMasterKeys.secureMessagingIntegrity, cryptogram);
	expect(await exchange(slot, "841E000008")).toBe("1E");
	expect(await exchange(slot, mac(key, pad(`841E0000080001${cryptogram}`)))).toBe("609000");
	expect(state[DEBIT]?.blocked).toBe(true);
	await exchange(slot, "00A4040008");
	expect(await exchange(slot, DEBIT)).toBe("6283");
});
