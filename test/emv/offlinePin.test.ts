import { beforeAll, expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { cardholderVerification } from "../../src/emv/cardholderVerification.js";
import type { PinEntryResult } from "../../src/keys/pinPad.js";
import { type Exchange, openScripted, ScriptedPinPad, tvr } from "./scriptedCard.js";
import { caKey, makeTestChain, PAN, STATIC_DATA, type TestChain } from "./testChain.js";

let chain: TestChain;
beforeAll(async () => {
	chain = await makeTestChain();
});

const COUNTER: Exchange = ["80CA9F1700", "9F1701039000"];
const GET_CHALLENGE = "0084000000";
const FIRST = "A1A2A3A4A5A6A7A8";
const SECOND = "B1B2B3B4B5B6B7B8";
const NONE_LEFT: Exchange = ["80CA9F1700", "9F1701009000"];
const PLAIN = "0020008008 241234FFFFFFFFFF";
/** The scripted PIN pad enciphers nothing: its block is the challenge that it was given. */
const verify = (challenge: string) => `0020008808 ${challenge}`;

// EMV 4.4 Book 2, 7.1 and 7.2; Book 3, 10.5.1
// [EMV-PIN-01 EMV-PIN-07]
test.each<[string, readonly Exchange[], readonly PinEntryResult[], string, string]>([
	["right", [COUNTER, [GET_CHALLENGE, `${FIRST}9000`], [verify(FIRST), "9000"]], ["entered"], "040002", "0000000000"],
	[
		"wrong, then right: a fresh challenge for each",
		[
			COUNTER,
			[GET_CHALLENGE, `${FIRST}9000`],
			[verify(FIRST), "63C2"],
			[GET_CHALLENGE, `${SECOND}9000`],
			[verify(SECOND), "9000"],
		],
		["entered", "entered"],
		"040002",
		"0000000000",
	],
	["no challenge", [COUNTER, [GET_CHALLENGE, "6D00"]], ["entered"], "040001", "0000800000"],
	["a challenge of 7 bytes", [COUNTER, [GET_CHALLENGE, `${FIRST.slice(2)}9000`]], ["entered"], "040001", "0000800000"],
	["a challenge of 9 bytes", [COUNTER, [GET_CHALLENGE, `${FIRST}009000`]], ["entered"], "040001", "0000800000"],
	["no tries left: the key is not needed", [["80CA9F1700", "9F1701009000"]], [], "040001", "0000A00000"],
])("enciphered PIN: %s", async (_name, exchanges, pin, results, expected) => {
	const { iccCertificate, issuerCertificate } = chain;
	const pinPad = new ScriptedPinPad(...pin);
	const { t, card } = openScripted({
		exchanges,
		ports: { pinPad },
		configuration: { caPublicKeys: [caKey(chain)] },
		card: {
			"82": "1000",
			"5A": PAN,
			"8E": "00000000000000000400",
			"8F": "F1",
			"90": formatHex(issuerCertificate.certificate),
			"92": formatHex(issuerCertificate.remainder),
			"9F32": formatHex(issuerCertificate.exponent),
			"9F46": formatHex(iccCertificate.certificate),
			"9F47": formatHex(iccCertificate.exponent),
			"9F48": formatHex(iccCertificate.remainder),
		},
	});
	t.staticData = [STATIC_DATA];
	expect(await cardholderVerification(t)).toBeUndefined();
	expect(formatHex(t.data.get(0x9f34)!)).toBe(results);
	expect(tvr(t)).toBe(expected);
	expect(card.left).toEqual([]);
	expect(pinPad.forgotten).toBe(1);
});

// EMV 4.4 Book 3, 10.5.1
test.each<[string, readonly Exchange[], readonly PinEntryResult[], number]>([
	["right at once", [COUNTER, [PLAIN, "9000"]], ["entered"], 0],
	["wrong, then right", [COUNTER, [PLAIN, "63C2"], [PLAIN, "9000"]], ["entered", "entered"], 1],
	["wrong, then cancelled", [COUNTER, [PLAIN, "63C2"]], ["entered", "cancelled"], 1],
	["wrong until no try is left", [COUNTER, [PLAIN, "63C1"], [PLAIN, "63C0"], NONE_LEFT], ["entered", "entered"], 2],
	["blocked by the command", [COUNTER, [PLAIN, "6983"], NONE_LEFT], ["entered"], 1],
	["no try left to begin with", [NONE_LEFT, NONE_LEFT], [], 1],
	["not entered", [COUNTER], ["bypassed"], 0],
	["an answer that is about no PIN", [COUNTER, [PLAIN, "6F00"]], ["entered"], 0],
])("told of each PIN that failed: %s", async (_name, exchanges, pin, times) => {
	const failed: string[] = [];
	const { t, card } = openScripted({
		exchanges,
		ports: { pinPad: new ScriptedPinPad(...pin), pinFailed: pan => failed.push(pan) },
		// plaintext PIN, and once more where it was not successful
		card: { "82": "1000", "5A": PAN, "8E": "000000000000000041000100" },
	});
	await cardholderVerification(t);
	expect(failed).toEqual(Array(times).fill(PAN.replace(/F$/, "")));
	expect(card.left).toEqual([]);
});
