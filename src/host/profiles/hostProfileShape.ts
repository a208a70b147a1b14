import { choice, either, integer, list, map, object, type Shape, text } from "../../bytes/shape.js";
import { OPERATIONS } from "../../operation.js";

const NAME = text("[A-Za-z][A-Za-z0-9]*", "a name of letters and digits");
const CODE = text("[ -~]*", "a code of printable ASCII");
const ONE_CODE = text("[ -~]+", "a code of printable ASCII");
const CODES = map("[A-Za-z][A-Za-z0-9]*", "a name of letters and digits", CODE);
const RESPONSE_CODE = text("[0-9A-Z]{2}", "a response code of 2 digits or upper-case letters");
const MESSAGE_TYPE = text("[0-9]{2}[02468][0-9]", "the message type of a request: 4 digits, the third even");
const CARRIED = text("[A-Za-z][A-Za-z0-9]*(?::[A-Za-z][A-Za-z0-9]*)?\\??", 'a field, "name", "name?" or "name:layout"');
const TAG = text("(?:[0-9A-F]{2}){1,3}", "a tag in upper-case hexadecimal");
const MILLISECONDS = integer(1, 3_600_000);

const NAMED_PART = object({ name: NAME, length: integer(1, 9999) });
const PART = either(
	"a part: name and length, name alone for the rest, fixed, or name, countLength and each",
	NAMED_PART,
	object({ name: NAME }),
	object({ fixed: text("[ -~]+", "printable ASCII") }),
	object({ name: NAME, countLength: integer(1, 4), each: list(NAMED_PART, 1) }),
);

const PREFIX = object({ encoding: choice("ascii", "ebcdic", "bcd", "binary"), bytes: integer(1, 4) });

const FIELD = object(
	{ name: NAME, encoding: choice("ascii", "ebcdic", "bcd", "nibbles", "binary"), length: integer(1, 9999) },
	{
		prefix: PREFIX,
		padding: choice("left 0", "right 0", "right F"),
		layouts: map("[A-Za-z][A-Za-z0-9]*", "a name of letters and digits", list(PART, 1)),
	},
);

const UPLOAD_CLASSES = ["stripe", "chip", "chipFailed", "contactless", "contactlessFailed"];
const POS_ENTRY_MODES = ["chip", "contactless", "magneticStripe", "fallback", "manual"];

const CHOSEN_CODE = either(
	"a code, or by uploadClass, posEntryMode or original",
	CODE,
	object({ by: choice("uploadClass"), codes: map(UPLOAD_CLASSES.join("|"), "a kind of upload", ONE_CODE) }),
	object({ by: choice("posEntryMode"), codes: map(POS_ENTRY_MODES.join("|"), "an entry mode", ONE_CODE) }),
	object({ by: choice("original") }),
);

const OPERATION = object(
	{
		messageType: MESSAGE_TYPE,
		codes: map("[A-Za-z][A-Za-z0-9]*", "a name of letters and digits", CHOSEN_CODE),
		carries: list(CARRIED, 1),
		answers: list(CARRIED, 1),
	},
	{
		reverses: Object.freeze({ kind: "boolean" }),
		advice: Object.freeze({ kind: "boolean" }),
		mac: Object.freeze({ kind: "boolean" }),
	},
);

/** The shape of a host profile. What the shape cannot say, `lintHostProfile` looks for. */
export const HOST_PROFILE_SHAPE: Shape = object({
	name: NAME,
	frame: object(
		{
			length: object({ encoding: choice("binary", "bcd", "ascii"), bytes: integer(1, 4) }),
			maximumLength: integer(64, 65_535),
		},
		{
			tpdu: object({ host: integer(0, 65_535), terminal: integer(0, 65_535) }),
			header: text("(?:[0-9A-F]{2})+", "whole bytes in upper-case hexadecimal"),
		},
	),
	connection: object(
		{ connectTimeoutMs: MILLISECONDS, rounds: integer(1, 10), backOffMs: MILLISECONDS, backOffMaximumMs: MILLISECONDS },
		{ keepAlive: object({ echoAfterMs: MILLISECONDS, echoTimeoutMs: MILLISECONDS }) },
	),
	security: object(
		{
			keyScheme: choice("masterSession", "dukptTdes", "dukptAes"),
			mac: object({ algorithm: choice("ecbXor", "cbc", "retail", "cmac"), fields: list(choice(64, 128), 1) }),
			pinBlockFormat: choice(0, 3, 4),
		},
		{ dataEncryption: object({ values: list(choice("pan", "track2", "iccData"), 1) }) },
	),
	message: object({
		messageType: choice("ascii", "ebcdic", "bcd"),
		bitmap: choice("binary", "hexText"),
		fields: map("[2-9]|[1-9][0-9]|1[0-8][0-9]|19[0-2]", "a field number from 2 to 192", FIELD),
	}),
	constants: CODES,
	pinConstants: CODES,
	posEntryModes: map(
		POS_ENTRY_MODES.join("|"),
		"an entry mode",
		object({ code: text("[0-9A-Z]{2}", "2 digits or letters") }, { iccCondition: ONE_CODE }),
	),
	pinEntered: text("[0-9]", "a digit"),
	pinNotEntered: text("[0-9]", "a digit"),
	additionalAmounts: object({
		balance: text("[0-9]{2}", "2 digits"),
		cashback: text("[0-9]{2}", "2 digits"),
		tip: text("[0-9]{2}", "2 digits"),
	}),
	originalStates: object({
		approved: ONE_CODE,
		declined: ONE_CODE,
		reversed: ONE_CODE,
		voided: ONE_CODE,
		unknown: ONE_CODE,
	}),
	settlementVerdicts: object({ open: ONE_CODE, equal: ONE_CODE, unequal: ONE_CODE }),
	cardClasses: object({ local: ONE_CODE, foreign: ONE_CODE }),
	approvals: list(RESPONSE_CODE, 1),
	signInAgain: list(RESPONSE_CODE),
	tryLater: list(RESPONSE_CODE),
	iccTags: list(TAG, 1),
	reversalIccTags: list(TAG),
	matching: object({ identify: list(NAME, 1), echo: list(NAME), repeat: list(NAME) }),
	operations: map(OPERATIONS.join("|"), "an operation", OPERATION),
	reversal: object({
		messageType: MESSAGE_TYPE,
		carries: list(CARRIED, 1),
		answers: list(CARRIED, 1),
		reasons: object({ noResponse: RESPONSE_CODE, macError: RESPONSE_CODE, other: RESPONSE_CODE }),
		accepted: list(RESPONSE_CODE, 1),
	}),
});
