import { constants, createPrivateKey, generateKeyPairSync, privateDecrypt } from "node:crypto";
import { afterEach, describe, expect, test, vi } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { MasterSession } from "../../src/keys/masterSession.js";
import { PinEntry, type PinEntryProgress } from "../../src/keys/pinEntry.js";
import { PinEntryLimit } from "../../src/keys/pinEntryLimit.js";
import type { PinRequest } from "../../src/keys/pinPad.js";
import type { Digit, Key, Keypad } from "../../src/ports.js";
import { noon } from "../emv/scriptedCard.js";
import { openSlots, tdesKey } from "./testKeys.js";

const ASK: PinRequest = { triesLeft: undefined, retry: false };
const PAN = "5555555551234567";
const PIN_KEY = parseHex("0123456789ABCDEFFEDCBA9876543210");

function make({ bypassAllowed = true } = {}) {
	const random = new SeededRandom(3);
	const { slots } = openSlots();
	slots.load({ pin: tdesKey("P0", "E", PIN_KEY) });
	const keypad: Keypad = { onKey: undefined };
	const others: Key[] = [];
	keypad.onKey = key => others.push(key);
	const clock = noon();
	const seen: PinEntryProgress[] = [];
	const keys = new MasterSession(
		slots,
		{ crypto: nodeCrypto, random },
		{ pinBlockFormat: 0, mac: { algorithm: "ecbXor" } },
	);
	let tones = 0;
	const pinEntry = new PinEntry({
		keypad,
		clock,
		random,
		keys,
		limit: new PinEntryLimit(clock, new MemoryDisk()),
		bypassAllowed,
		keyTone: (...told: unknown[]) => {
			expect(told).toEqual([]);
			tones++;
		},
		onProgress: progress => seen.push(progress),
	});
	const press = (...pressed: Key[]) => {
		for (const key of pressed) keypad.onKey?.(key);
	};
	return { pinEntry, press, others, clock, seen, tones: () => tones };
}

function digits(text: string): Digit[] {
	return [...text] as Digit[];
}

describe("entry", () => {
	// [PIN-BLK-05]
	test.each<[string, readonly Key[], string]>([
		["4 digits", [...digits("1234"), "enter"], "041261AAAAEDCBA9"],
		["too few digits do not end it", [...digits("123"), "enter", "4", "enter"], "041261AAAAEDCBA9"],
		["clear starts anew", [...digits("99"), "clear", ...digits("1234"), "enter"], "041261AAAAEDCBA9"],
		["the arrows are no digits", ["1", "up", "2", "down", "3", "4", "enter"], "041261AAAAEDCBA9"],
		["after 12 digits no more are taken", [...digits("1234567890129"), "enter"], "0C1261032D8226A9"],
		["a key after enter is no digit of it", [...digits("1234"), "enter", "5"], "041261AAAAEDCBA9"],
	])("%s", async (_name, keys, block) => {
		const { pinEntry, press } = make();
		const result = pinEntry.enter(ASK);
		press(...keys);
		expect(await result).toBe("entered");
		const clear = nodeCrypto.desEcb(PIN_KEY, pinEntry.onlineBlock(PAN), "decipher");
		expect(formatHex(clear)).toBe(block);
	});

	test.each<[string, (made: ReturnType<typeof make>) => void]>([
		["the card is pulled", ({ pinEntry }) => pinEntry.cardRemoved()],
		["the time runs out", ({ clock }) => clock.advance(120_000)],
	])("%s as Enter is pressed: the digits are there for the block that follows", async (_what, happens) => {
		const made = make();
		const result = made.pinEntry.enter(ASK);
		made.press(...digits("1234"), "enter");
		happens(made);
		expect(await result).toBe("entered");
		const clear = nodeCrypto.desEcb(PIN_KEY, made.pinEntry.onlineBlock(PAN), "decipher");
		expect(formatHex(clear)).toBe("041261AAAAEDCBA9");
	});

	// [PIN-ENT-07]
	test.each<[string, readonly Key[], string]>([
		["bypassed with enter alone", ["enter"], "bypassed"],
		["bypassed after clear", ["1", "2", "3", "4", "clear", "enter"], "bypassed"],
		["cancelled", ["1", "2", "3", "4", "cancel"], "cancelled"],
	])("%s", async (_name, keys, expected) => {
		const { pinEntry, press } = make();
		const result = pinEntry.enter(ASK);
		press(...keys);
		expect(await result).toBe(expected);
		expect(() => pinEntry.plaintextBlock()).toThrow(RangeError);
	});

	// [PIN-ENT-03]
	test("each key buys 30 seconds more, then it times out and nothing stays", async () => {
		const { pinEntry, press, clock } = make();
		const result = pinEntry.enter(ASK);
		for (const digit of digits("1234")) {
			clock.advance(29_999);
			press(digit);
		}
		clock.advance(30_000);
		expect(await result).toBe("timedOut");
		expect(() => pinEntry.plaintextBlock()).toThrow(RangeError);
	});

	// [PIN-ENT-03]
	test("after 3 minutes it times out however many keys come", async () => {
		const { pinEntry, press, clock } = make();
		const result = pinEntry.enter(ASK);
		for (let n = 0; n < 8; n++) {
			clock.advance(22_000);
			press("1", "clear");
		}
		clock.advance(4_000);
		expect(await result).toBe("timedOut");
	});

	test("where no bypass is allowed enter alone does nothing", async () => {
		const { pinEntry, press } = make({ bypassAllowed: false });
		const result = pinEntry.enter(ASK);
		press("enter", "1", "clear", "enter", ...digits("1234"), "enter");
		expect(await result).toBe("entered");
	});

	// [PIN-ENT-02]
	test("each key is heard, and all sound alike", async () => {
		const { pinEntry, press, tones } = make();
		press("7");
		const result = pinEntry.enter(ASK);
		press("9", "0", "up", "clear", ...digits("1234567890123"), "enter");
		await result;
		expect(tones()).toBe(18);
	});

	// [PIN-ENT-05]
	test("one entry makes one block", async () => {
		const { pinEntry, press } = make();
		const key = { modulus: new Uint8Array(96).fill(0xff), exponent: 3 };
		for (const block of [
			() => pinEntry.onlineBlock(PAN),
			() => pinEntry.plaintextBlock(),
			() => pinEntry.encipheredBlock(key, new Uint8Array(8)),
		]) {
			const result = pinEntry.enter(ASK);
			press(...digits("1234"), "enter");
			await result;
			block();
			expect(() => pinEntry.onlineBlock(PAN)).toThrow("a PIN has 4 to 12 digits");
			expect(() => pinEntry.plaintextBlock()).toThrow(RangeError);
			expect(() => pinEntry.encipheredBlock(key, new Uint8Array(8))).toThrow(RangeError);
		}
	});

	// [PIN-ENT-07]
	test("a terminal that was tampered with takes no PIN: not the one under way, and none after it", async () => {
		const { pinEntry, press, others } = make();
		const result = pinEntry.enter(ASK);
		press(...digits("1234"));
		pinEntry.shut();
		expect(await result).toBe("notWorking");
		expect(() => pinEntry.plaintextBlock()).toThrow(RangeError);
		expect(await pinEntry.enter(ASK)).toBe("notWorking");
		press("5");
		expect(others).toEqual(["5"]);
	});

	// [PIN-ENT-06]
	test("more PINs than one in 30 seconds on average are not taken", async () => {
		const { pinEntry, press, clock } = make();
		const enter = () => {
			const result = pinEntry.enter(ASK);
			press("cancel");
			return result;
		};
		for (let n = 0; n < 120; n++) expect(await enter()).toBe("cancelled");
		expect(await enter()).toBe("notWorking");
		clock.advance(30_000);
		expect([await enter(), await enter()]).toEqual(["cancelled", "notWorking"]);
	});

	// [PIN-ENT-07]
	test("removing the card ends it; without an entry it does nothing", async () => {
		const { pinEntry, press } = make();
		pinEntry.cardRemoved();
		const result = pinEntry.enter(ASK);
		press(...digits("1234"));
		pinEntry.cardRemoved();
		expect(await result).toBe("cardRemoved");
		expect(() => pinEntry.plaintextBlock()).toThrow(RangeError);
		pinEntry.cardRemoved();
	});

	// [PIN-ENT-04]
	test("while it runs nobody else sees a key, afterwards the keys go where they went", async () => {
		const { pinEntry, press, others, clock } = make();
		const result = pinEntry.enter(ASK);
		press(...digits("1234"), "enter");
		await result;
		press("7");
		clock.advance(60_000);
		expect(others).toEqual(["7"]);
	});

	// [PIN-ENT-01]
	test("the display learns how many digits there are, never which", async () => {
		const { pinEntry, press, seen } = make();
		const result = pinEntry.enter({ triesLeft: 2, retry: true });
		press("9", "8", "clear", ...digits("1234"), "enter");
		await result;
		expect(seen.map(({ digitCount }) => digitCount)).toEqual([0, 1, 2, 0, 1, 2, 3, 4]);
		expect(seen[0]).toEqual({ triesLeft: 2, retry: true, digitCount: 0 });
	});
});

// EMV 4.4 Book 2, 7.2: 7F, PIN block, the card's unpredictable number, random filler
// [EMV-PIN-08 EMV-PIN-10]
test("the enciphered PIN block of the card", async () => {
	const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 1152, publicExponent: 3 });
	const modulus = new Uint8Array(Buffer.from(publicKey.export({ format: "jwk" }).n!, "base64url"));
	const { pinEntry, press } = make();
	const enter = async () => {
		const result = pinEntry.enter(ASK);
		press(...digits("1234"), "enter");
		await result;
	};
	const challenge = parseHex("A1A2A3A4A5A6A7A8");
	const decipher = async () => {
		await enter();
		const enciphered = pinEntry.encipheredBlock({ modulus, exponent: 3 }, challenge);
		const key = createPrivateKey(privateKey.export({ type: "pkcs8", format: "pem" }));
		return formatHex(new Uint8Array(privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, enciphered)));
	};
	const [first, second] = [await decipher(), await decipher()];
	expect(first.slice(0, 34)).toBe("7F241234FFFFFFFFFFA1A2A3A4A5A6A7A8");
	expect(first).toHaveLength(2 * modulus.length);
	expect(second.slice(0, 34)).toBe(first.slice(0, 34));
	expect(second).not.toBe(first);
	await enter();
	expect(formatHex(pinEntry.plaintextBlock())).toBe("241234FFFFFFFFFF");
});

// [PIN-ENT-05]
describe("after forget", () => {
	const made: Uint8Array[] = [];
	afterEach(() => {
		vi.unstubAllGlobals();
		made.length = 0;
	});

	/** Keeps every Uint8Array that the code under test makes. */
	function watch(): void {
		const construct = (target: Uint8ArrayConstructor, args: unknown[]) => {
			const array: Uint8Array = Reflect.construct(target, args);
			made.push(array);
			return array;
		};
		vi.stubGlobal("Uint8Array", new Proxy(Uint8Array, { construct }));
	}

	test("no array that was made holds the digits", async () => {
		watch();
		const { pinEntry, press } = make();
		const result = pinEntry.enter(ASK);
		press(...digits("9753"), "enter");
		await result;
		const holders = () => made.map(array => formatHex(array)).filter(hex => /09070503|9753/.test(hex));
		expect(holders(), "the test sees the digits while they are there").not.toEqual([]);
		pinEntry.onlineBlock("5500005551230007");
		const again = pinEntry.enter(ASK);
		press(...digits("9753"), "enter");
		await again;
		pinEntry.encipheredBlock({ modulus: new Uint8Array(96).fill(0xff), exponent: 3 }, parseHex("A1A2A3A4A5A6A7A8"));
		pinEntry.forget();
		expect(holders()).toEqual([]);
	});
});
