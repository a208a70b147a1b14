import { describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { equal } from "../../src/bytes/bytes.js";
import { requestMessage, reversalMessage } from "../../src/host/buildMessage.js";
import { formatMessage } from "../../src/host/iso8583/formatMessage.js";
import { decodeMessage, encodeMessage, type IsoMessage } from "../../src/host/iso8583/message.js";
import { encodeWithMac, type MacKeys, macIsRight } from "../../src/host/messageMac.js";
import type { MessageValues } from "../../src/host/messageValues.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { PROFILES } from "../../src/host/profiles/profiles.js";
import { operationOf, readValues } from "../../src/host/readValues.js";
import { replyMessage } from "../../src/host/replyMessage.js";
import { reversalOf } from "../../src/host/reverse.js";
import { OPERATIONS, type Operation } from "../../src/operation.js";
import { ALL_VALUES, ANSWER_VALUES, operationsOf, valuesFor } from "./operationValues.js";

/** Every value that was read is the one that was given. */
function expectGiven(read: MessageValues, given: MessageValues): void {
	expect(given).toMatchObject(withoutDerived(read));
}

/** What follows from other values: that there was a PIN, from field 22. */
function withoutDerived({ pinEntered: _, ...values }: MessageValues): MessageValues {
	return values;
}

const without = (values: MessageValues, name: keyof MessageValues): MessageValues => ({ ...values, [name]: undefined });

describe.each(Object.values(PROFILES))("$name", (profile: HostProfile) => {
	const values = valuesFor(profile);
	const onTheWire = (message: Parameters<typeof encodeMessage>[1]) =>
		decodeMessage(profile.message, encodeMessage(profile.message, message));

	test("has every operation", () => {
		expect(operationsOf(profile).sort()).toEqual([...OPERATIONS].sort());
	});

	// [HST-FLD-04]
	test.each(operationsOf(profile))("%s: the request says on the wire what was given", operation => {
		const message = onTheWire(requestMessage(profile, operation, values));
		const kind = operationOf(profile, message);
		expect(kind).toEqual({ operation, isReversal: false, isReply: false });
		const read = readValues(profile, kind!, message);
		expect(read).toMatchObject({ stan: 17, batch: 7, terminalId: "TERM0001", merchantId: "MERCHANT0000001" });
		expectGiven(read, values);
		// Nothing is lost: what was read makes the same message.
		const again = { ...read, original: read.original && { ...read.original, operation: "sale" as const } };
		expect(requestMessage(profile, operation, again)).toEqual(message);
	});

	test.each(operationsOf(profile))("%s: the answer says on the wire what was given", operation => {
		const request = requestMessage(profile, operation, values);
		const answer = { ...ANSWER_VALUES, pinBlock: undefined };
		const kind = { operation, isReversal: false, isReply: false };
		const message = onTheWire(replyMessage(profile, kind, request, answer));
		expect(operationOf(profile, message)).toMatchObject({ isReply: true, isReversal: false });
		const read = readValues(profile, { ...kind, isReply: true }, message);
		expect(read).toMatchObject({ stan: 17, responseCode: "00" });
		expectGiven(read, answer);
	});

	const reversing = operationsOf(profile).filter(operation => profile.operations[operation]!.reverses);

	// [MNY-REV-09]
	test.each(reversing)("%s can be taken back", operation => {
		const data = reversalOf(profile, operation, values, values.iccData!);
		const message = onTheWire(
			reversalMessage(profile, operation, {
				...data.values,
				terminalId: values.terminalId,
				merchantId: values.merchantId,
				keySerialNumber: values.keySerialNumber,
				reversalReason: "macError",
			}),
		);
		const kind = operationOf(profile, message);
		expect(kind).toEqual({ operation, isReversal: true, isReply: false });
		const read = readValues(profile, kind!, message);
		expect(read).toMatchObject({ stan: 17, amountMinor: 1050, reversalReason: "macError", original: { stan: 17 } });
		expect(read.track2 ?? read.pinBlock ?? read.responseCode).toBeUndefined();
		expect(JSON.stringify(data)).not.toContain(values.track2!.slice(17));
	});

	test.each(operationsOf(profile))("%s: a missing value is named, an optional one is left out", operation => {
		for (const name of Object.keys(values) as (keyof MessageValues)[]) {
			try {
				requestMessage(profile, operation, without(values, name));
			} catch (error) {
				expect((error as Error).message, name).toMatch(/^field [0-9]+: [A-Za-z0-9]+ is missing/);
			}
		}
		expect(() => requestMessage(profile, operation, without(values, "stan"))).toThrow("field 11: stan is missing");
	});

	const keys: MacKeys = {
		keySerialNumber: undefined,
		mac: bytes => nodeCrypto.sha256(bytes).slice(0, 8),
		macIsRight: (bytes, mac) => equal(nodeCrypto.sha256(bytes).subarray(0, mac.length), mac),
	};
	const bindingNumber = "700000000017";
	const bindingField = Number(
		Object.keys(profile.message.fields).find(
			number => profile.message.fields[Number(number)]!.name === "bindingNumber",
		),
	);

	/** The message as it goes out says the number, and another number is noticed. */
	function expectProtected(built: IsoMessage): void {
		const bytes = encodeWithMac(profile, built, keys);
		const message = decodeMessage(profile.message, bytes);
		expect(message.fields[bindingField]).toBe(bindingNumber);
		expect(macIsRight(profile, message, bytes, keys)).toBe(true);
		const digits = [...bindingNumber].map(digit => digit.charCodeAt(0));
		const at = bytes.findIndex((_, i) => digits.every((digit, n) => bytes[i + n] === digit));
		for (let i = at; i < at + digits.length; i++) {
			const altered = bytes.slice();
			altered[i]! ^= 1;
			expect(macIsRight(profile, decodeMessage(profile.message, altered), altered, keys)).toBe(false);
		}
	}

	test.each(operationsOf(profile))(
		"%s: carries the binding number under its MAC, and so does its reversal",
		operation => {
			const bound = { ...values, bindingNumber };
			const { mac, reverses } = profile.operations[operation]!;
			const isWithoutKeys = operation === "signIn" && profile.security.keyScheme === "masterSession";
			expect(mac === false).toBe(isWithoutKeys);
			const request = requestMessage(profile, operation, bound);
			if (isWithoutKeys) expect(request.fields[bindingField]).toBe(bindingNumber);
			else expectProtected(request);
			if (reverses) expectProtected(reversalMessage(profile, operation, { ...bound, reversalReason: "macError" }));
			expect(() => requestMessage(profile, operation, without(bound, "bindingNumber"))).toThrow(
				"bindingNumber is missing",
			);
		},
	);

	// [SEC-02]
	test.each(operationsOf(profile))("%s: a log of it shows no card number, track, PIN block or key", operation => {
		const request = requestMessage(profile, operation, values);
		const kind = { operation, isReversal: false, isReply: false };
		const lines = [request, replyMessage(profile, kind, request, ANSWER_VALUES)].map(message =>
			formatMessage(profile.message, onTheWire(message)),
		);
		for (const secret of ["6222021234560007", "4000001234567899", "30122010", "A5A5A5A5", "1011121314", "5051525354"])
			expect(lines.join("\n")).not.toContain(secret);
	});
});

test("an operation that the profile lacks is named", () => {
	const { echo: _, ...operations } = PROFILES.unionPay!.operations;
	const profile = { ...PROFILES.unionPay!, operations };
	expect(() => requestMessage(profile, "echo", ALL_VALUES)).toThrow("the profile unionPay has no echo");
});

const UNIONPAY_ROWS: readonly (readonly [Operation, string, string | undefined, string | undefined, string, string])[] =
	[
		// MTI, field 3, field 25, 60.1, 60.3
		["signIn", "0800", undefined, undefined, "00", "004"],
		["signOff", "0820", undefined, undefined, "00", "002"],
		["echo", "0820", undefined, undefined, "00", "301"],
		["balance", "0200", "310000", "00", "01", "000"],
		["sale", "0200", "000000", "00", "22", "000"],
		["saleVoid", "0200", "200000", "00", "23", "000"],
		["refund", "0220", "200000", "00", "25", "000"],
		["preAuthorisation", "0100", "030000", "06", "10", "000"],
		["preAuthorisationVoid", "0100", "200000", "06", "11", "000"],
		["completion", "0200", "000000", "06", "20", "000"],
		["completionVoid", "0200", "200000", "06", "21", "000"],
		["completionAdvice", "0220", "000000", "06", "24", "000"],
		["voiceAuthorisedSale", "0220", "000000", "00", "30", "000"],
		["adjust", "0220", "000000", "00", "32", "000"],
		["tip", "0220", "000000", "00", "34", "000"],
		["offlineSale", "0200", "000000", "00", "36", "000"],
		["settlement", "0500", undefined, undefined, "00", "201"],
		["batchUpload", "0320", "000000", undefined, "00", "201"],
		["batchUploadEnd", "0320", undefined, undefined, "00", "207"],
		["scriptResult", "0620", "000000", undefined, "00", "951"],
		["caKeysQuery", "0820", undefined, undefined, "00", "372"],
		["caKeys", "0800", undefined, undefined, "00", "370"],
		["caKeysEnd", "0800", undefined, undefined, "00", "371"],
		["aidsQuery", "0820", undefined, undefined, "00", "382"],
		["aids", "0800", undefined, undefined, "00", "380"],
		["aidsEnd", "0800", undefined, undefined, "00", "381"],
		["parameters", "0800", undefined, undefined, "00", "360"],
		["statusUpload", "0820", undefined, undefined, "00", "362"],
		["hotCards", "0800", undefined, undefined, "00", "390"],
		["hotCardsEnd", "0800", undefined, undefined, "00", "391"],
	];

test.each(UNIONPAY_ROWS)(
	"UnionPay style: %s is %s %s %s %s %s",
	(operation, messageType, code, condition, kind, network) => {
		const profile = PROFILES.unionPay!;
		const message = requestMessage(profile, operation, valuesFor(profile));
		expect(message.messageType).toBe(messageType);
		expect(message.fields[3]).toBe(code);
		expect(message.fields[25]).toBe(condition);
		expect((message.fields[60] as string).slice(0, 11)).toBe(`${kind}000007${network}`);
		expect(profile.operations[operation]!.reverses ?? false).toBe(
			["0100", "0200"].includes(messageType) && !["balance", "offlineSale"].includes(operation),
		);
	},
);

test("UnionPay style: what kind of transactions are uploaded", () => {
	const profile = PROFILES.unionPay!;
	const values = without(valuesFor(profile), "uploads");
	for (const [uploadClass, network] of [
		["stripe", "201"],
		["chip", "203"],
		["chipFailed", "204"],
		["contactless", "205"],
		["contactlessFailed", "206"],
	] as const) {
		const message = requestMessage(profile, "batchUpload", { ...values, uploadClass });
		expect(message.fields[60]).toBe(`00000007${network}`);
		expect(readValues(profile, operationOf(profile, message)!, message).uploadClass).toBe(uploadClass);
	}
});
