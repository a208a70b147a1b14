import { expect, test } from "vitest";
import { decodeHostProfile, lintHostProfile } from "../../../src/host/profiles/lintHostProfile.js";
import { PROFILES } from "../../../src/host/profiles/profiles.js";

type Json = { [name: string]: Json } & Json[] & string & number;
const copy = (name = "unionPay") => JSON.parse(JSON.stringify(PROFILES[name])) as Json;
type Change = (profile: Json) => void;

test.each(Object.keys(PROFILES))("nothing is wrong with %s", name => {
	expect(lintHostProfile(copy(name))).toEqual([]);
	expect(decodeHostProfile(copy(name))).toEqual(PROFILES[name]);
});

const set =
	(path: string, value: unknown): Change =>
	profile => {
		const names = path.split("/");
		const last = names.pop()!;
		let inner = profile;
		for (const name of names) inner = inner[name]!;
		if (value === undefined) delete inner[last];
		else inner[last] = value as Json;
	};
const carry =
	(path: string, change: (entries: string[]) => string[]): Change =>
	profile => {
		const names = path.split("/");
		let inner = profile;
		for (const name of names.slice(0, -1)) inner = inner[name]!;
		const last = names.at(-1)!;
		inner[last] = change(inner[last] as unknown as string[]) as unknown as Json;
	};
const without = (name: string) => (entries: string[]) => entries.filter(entry => entry.replace(/[:?].*/, "") !== name);
const plus = (entry: string) => (entries: string[]) => [...entries, entry];

const ONE_OF = "must be one of pan, track2, iccData";

const SHAPE: readonly (readonly [string, Change, string, string])[] = [
	["missing member", set("approvals", undefined), "approvals", "is missing"],
	["unknown member", set("aprovals", []), "aprovals", "is not known"],
	["unknown operation", set("operations/pay", {}), "operations.pay", "the name must be an operation"],
	[
		"field number",
		set("message/fields/193", {}),
		"message.fields.193",
		"the name must be a field number from 2 to 192",
	],
	["field 1", set("message/fields/1", {}), "message.fields.1", "the name must be a field number from 2 to 192"],
	[
		"encoding",
		set("message/fields/4/encoding", "hex"),
		"message.fields.4.encoding",
		"must be one of ascii, ebcdic, bcd, nibbles, binary",
	],
	[
		"text for a number",
		set("message/fields/4/length", "12"),
		"message.fields.4.length",
		"must be a whole number from 1 to 9999",
	],
	[
		"reply type",
		set("operations/sale/messageType", "0210"),
		"operations.sale.messageType",
		"must be the message type of a request: 4 digits, the third even",
	],
	[
		"entry",
		carry("operations/sale/carries", () => ["pan??"]),
		"operations.sale.carries[0]",
		'must be a field, "name", "name?" or "name:layout"',
	],
	["flag", set("operations/sale/reverses", "yes"), "operations.sale.reverses", "must be true or false"],
	["empty list", set("approvals", []), "approvals", "must be a list of at least 1"],
	["no object", set("frame", 7), "frame", "must be an object"],
	[
		"part",
		set("message/fields/60/layouts/management/0", { length: 2 }),
		"message.fields.60.layouts.management[0]",
		"must be a part: name and length, name alone for the rest, fixed, or name, countLength and each",
	],
];

const TABLE: readonly (readonly [string, Change, string, string])[] = [
	[
		"one name twice",
		set("message/fields/13/name", "localTime"),
		"message.fields.13.name",
		"field 12 is called localTime, too",
	],
	[
		"too small",
		set("message/fields/2/length", 16),
		"message.fields.2.length",
		"is too small for pan, which may have length 19",
	],
	["wrong length", set("message/fields/41/length", 9), "message.fields.41.length", "terminalId has length 8"],
	[
		"prefix too small",
		set("message/fields/55/prefix/bytes", 1),
		"message.fields.55.length",
		"does not fit into a length of 1 bytes bcd",
	],
	[
		"padding of text",
		set("message/fields/38/padding", "left 0"),
		"message.fields.38.padding",
		"is for packed digits only",
	],
	[
		"parts too long",
		set("message/fields/60/length", 16),
		"message.fields.60.layouts.financial",
		"has 17 in parts, the field only 16",
	],
	[
		"part too small",
		set("message/fields/61/layouts/original/1/length", 5),
		"message.fields.61.layouts.original[1].length",
		"is too small for originalStan, which may have length 6",
	],
	[
		"fixed part",
		set("message/fields/62/layouts/workKeys/3/fixed", "0Z"),
		"message.fields.62.layouts.workKeys[3].fixed",
		"must be whole bytes in hexadecimal in a binary field",
	],
	[
		"behind the rest",
		set("message/fields/62/layouts/records/0", { name: "records" }),
		"message.fields.62.layouts.records[1]",
		"follows a part that takes the rest of the field",
	],
	[
		"frame",
		set("frame/length", { encoding: "ascii", bytes: 3 }),
		"frame.maximumLength",
		"does not fit into a length of 3 bytes ascii",
	],
	["no STAN", set("message/fields/11/name", "trace"), "message.fields", "has no field called stan"],
	[
		"third bitmap",
		profile => {
			set("message/fields/65", { name: "x", encoding: "ascii", length: 1 })(profile);
			set("message/fields/130", { name: "y", encoding: "ascii", length: 1 })(profile);
		},
		"message.fields.65",
		"is the place of the third bitmap, which fields from 129 on need",
	],
];

const MEANING: readonly (readonly [string, Change, string, string])[] = [
	[
		"unknown field",
		carry("operations/sale/carries", plus("amuont")),
		"operations.sale.carries[18]",
		"no field of the message table is called amuont",
	],
	["twice", carry("operations/echo/carries", plus("stan")), "operations.echo.carries[5]", "stan is there twice"],
	[
		"layout",
		carry("operations/echo/carries", entries => [...without("transactionData")(entries), "transactionData:short"]),
		"operations.echo.carries[4]",
		"transactionData has no layout short",
	],
	[
		"which layout",
		carry("operations/echo/carries", entries => [...without("transactionData")(entries), "transactionData"]),
		"operations.echo.carries[4]",
		"transactionData has several layouts: one must be named (financial, management)",
	],
	[
		"no value",
		carry("operations/echo/carries", plus("merchantName")),
		"operations.echo.carries[5]",
		"merchantName is neither a value that Kassa knows nor a code or constant",
	],
	[
		"code without a place",
		set("operations/echo/codes/processingCode", "000000"),
		"operations.echo.codes.processingCode",
		"no field that is carried has a place for it",
	],
	[
		"code too short",
		set("operations/sale/codes/processingCode", "00"),
		"operations.sale.codes.processingCode",
		'"00" does not have the length 6 of its place',
	],
	[
		"code no digits",
		set("operations/sale/codes/transactionType", "2X"),
		"operations.sale.codes.transactionType",
		'"2X" is not all digits, as its place wants',
	],
	[
		"same codes",
		set("operations/adjust/codes/transactionType", "34"),
		"operations.tip",
		"a host cannot tell it from adjust",
	],
	[
		"no answer recognised",
		carry("operations/sale/carries", without("stan")),
		"operations.sale.carries",
		"lacks stan, by which its answer is recognised",
	],
	[
		"no response code",
		carry("operations/sale/answers", without("responseCode")),
		"operations.sale.answers",
		"lacks responseCode",
	],
	[
		"reversed advice",
		set("operations/sale/advice", true),
		"operations.sale",
		"an advice is repeated, not reversed: it cannot be both",
	],
	[
		"reversal of what",
		carry("reversal/carries", without("originalData")),
		"reversal.carries",
		"has no data of the original: originalStan is needed",
	],
	[
		"reversal's codes",
		carry("reversal/carries", without("posConditionCode")),
		"reversal.carries",
		"lacks posConditionCode, which says what it takes back",
	],
	["track in reversal", carry("reversal/carries", plus("track2?")), "reversal.carries", "must not carry track2"],
	["reversal's type", set("reversal/messageType", "0600"), "operations.query", "has the message type of the reversal"],
	["refusal approves", set("approvals/0", "05"), "approvals[0]", "05 is a refusal"],
	[
		"part approves",
		set("approvals/0", "10"),
		"approvals[0]",
		"10 approves only a part of the amount: nobody would collect the rest",
	],
	["approval signs in", set("signInAgain/0", "A2"), "approvals[2]", "A2 also asks for a new sign-in"],
	["approval asks to try later", set("tryLater/0", "A2"), "approvals[2]", "A2 also asks to try later"],
	["a sign-in asks to try later", set("tryLater/0", "99"), "tryLater[0]", "99 also asks for a new sign-in"],
	[
		"one code twice",
		set("originalStates/voided", "A"),
		"originalStates",
		"A is there twice: one could not be told from the other",
	],
	[
		"entry modes",
		set("posEntryModes/fallback/iccCondition", "0"),
		"posEntryModes",
		"02 0 is there twice: one could not be told from the other",
	],
	["no tag", set("iccTags/0", "9F"), "iccTags[0]", "9F is no tag"],
	[
		"identify",
		set("matching/identify", ["terminalId"]),
		"matching.identify",
		"lacks stan: another's answer would be taken",
	],
	[
		"echo",
		set("matching/echo", ["currency"]),
		"matching.echo",
		"lacks amount: an answer about another amount would be taken",
	],
	["back-off", set("connection/backOffMs", 5000), "connection.backOffMs", "is longer than backOffMaximumMs"],
	[
		"echo test",
		profile => {
			set("connection/keepAlive", { echoAfterMs: 1, echoTimeoutMs: 1 })(profile);
			set("operations/echo", undefined)(profile);
		},
		"connection.keepAlive",
		"needs the operation echo",
	],
	[
		"PIN block",
		set("security/pinBlockFormat", 4),
		"message.fields.52",
		"a PIN block of format 4 is binary and fixed with 16 bytes",
	],
	["scheme", set("security/keyScheme", "dukptAes"), "security.pinBlockFormat", "0 does not go with dukptAes"],
	[
		"MAC and scheme",
		set("security/keyScheme", "dukptAes"),
		"security.mac.algorithm",
		"ecbXor is made with triple DES, not with dukptAes",
	],
	[
		"serial number",
		set("security/keyScheme", "dukptTdes"),
		"operations.sale.carries",
		"lacks keySerialNumber: the host would not know the key of dukptTdes",
	],
	[
		"a message that does not say for which merchant it is",
		carry("operations/echo/carries", without("bindingNumber")),
		"operations.echo.carries",
		"lacks bindingNumber, which every message to the bank carries",
	],
	[
		"one that says so only at times",
		carry("operations/sale/carries", entries => [...without("bindingNumber")(entries), "bindingNumber?"]),
		"operations.sale.carries",
		"lacks bindingNumber, which every message to the bank carries",
	],
	[
		"a reversal without it",
		carry("reversal/carries", without("bindingNumber")),
		"reversal.carries",
		"lacks bindingNumber, which every message to the bank carries",
	],
	[
		"a message without a MAC",
		set("operations/echo/mac", false),
		"operations.echo.mac",
		"must not be false: the binding number would not be protected",
	],
	[
		"MAC field",
		set("message/fields/64/encoding", "ascii"),
		"security.mac.fields[0]",
		"field 64 must be binary and fixed with 4 to 8 bytes",
	],
	[
		"MAC not last",
		profile => {
			set("message/fields/70", { name: "text", encoding: "ascii", length: 3 })(profile);
			carry("operations/echo/carries", plus("text"))(profile);
		},
		"operations.echo.carries",
		"carries field 70, but the MAC stands in 64: it would not be last",
	],
	[
		"MAC by hand",
		carry("operations/echo/carries", plus("mac")),
		"operations.echo.carries[5]",
		"the MAC is put in by itself",
	],
	[
		"sign-in under a MAC",
		set("operations/signIn/mac", true),
		"operations.signIn.mac",
		"must be false: the MAC key comes with the answer",
	],
	[
		"sign-in without keys",
		carry("operations/signIn/answers", without("privateContent")),
		"operations.signIn.answers",
		"brings no macKey",
	],
];

test.each([...SHAPE, ...TABLE, ...MEANING])("named with its place: %s", (_name, change, path, problem) => {
	const profile = copy();
	change(profile);
	expect(lintHostProfile(profile)).toContainEqual({ path, problem });
	expect(() => decodeHostProfile(profile)).toThrow(expect.objectContaining({ name: "HostProfileError" }));
});

test.each([
	[
		"the number still in the clear",
		(profile: Json) => {
			set("message/fields/2", { name: "pan", encoding: "ascii", length: 19 })(profile);
			carry("operations/sale/carries", plus("pan?"))(profile);
		},
		"operations.sale.carries",
		"carries pan in the clear, which security.dataEncryption enciphers",
	],
	[
		"the number of an upload in the clear",
		set("message/fields/48/layouts/uploads/0/each/1", { name: "pan", length: 19 }),
		"operations.batchUpload.carries",
		"carries pan in the clear, which security.dataEncryption enciphers",
	],
	[
		"no room",
		carry("reversal/carries", without("protectedCardData")),
		"reversal.carries",
		"lacks protectedCardData, where what names the card in iccData has to go",
	],
	[
		"no such field",
		set("message/fields/61/encoding", "ascii"),
		"message.fields",
		"needs a binary field of variable length called protectedCardData, for security.dataEncryption",
	],
	[
		"a field for nothing",
		set("security/dataEncryption", undefined),
		"operations.sale.carries",
		"carries protectedCardData, but security.dataEncryption is missing",
	],
	["an unknown value", set("security/dataEncryption/values/0", "pin"), "security.dataEncryption.values[0]", ONE_OF],
] as const)("enciphered card data, %s", (_name, change, path, problem) => {
	const profile = copy("generic87");
	change(profile);
	expect(lintHostProfile(profile)).toContainEqual({ path, problem });
});

test("every problem is named, not only the first", () => {
	const profile = copy();
	set("approvals/0", "05")(profile);
	set("iccTags/0", "9F")(profile);
	carry("operations/sale/carries", plus("amuont"))(profile);
	expect(lintHostProfile(profile).map(({ path }) => path)).toEqual([
		"operations.sale.carries[18]",
		"approvals[0]",
		"iccTags[0]",
	]);
	expect(() => decodeHostProfile(profile)).toThrow(
		"operations.sale.carries[18]: no field of the message table is called amuont (and 2 more)",
	);
});

test.each([null, 7, "x", [], {}, { operations: { __proto__: null } }])("%j is no profile", json => {
	expect(lintHostProfile(json).length).toBeGreaterThan(0);
});
