import {
	bytes,
	code,
	decodeNumber,
	type Element,
	element,
	encodeNumber,
	exact,
	number,
	put,
	refusal,
	text,
	zeroFilled,
} from "./element.js";
import type { MessageValues, PosEntryMode, SettlementTotals } from "./messageValues.js";
import type { AdditionalAmount } from "./profiles/hostProfile.js";

/** Every name that a profile may give to a field or part, besides those of codes and constants. */
export const ELEMENTS: Readonly<Record<string, Element>> = Object.freeze({
	stan: number("stan"),
	batch: number("batch"),
	invoice: number("invoice"),
	terminalId: text("terminalId"),
	merchantId: text("merchantId"),
	bindingNumber: exact("bindingNumber"),
	operator: text("operator"),
	amount: number("amountMinor"),
	currency: number("currency"),
	pan: zeroFilled("pan"),
	expiry: exact("expiryYymm"),
	panSequence: number("panSequence"),
	track2: track2(),
	posEntryMode: posEntryMode(),
	iccCondition: iccCondition(),
	pinData: bytes("pinBlock"),
	keySerialNumber: bytes("keySerialNumber"),
	iccData: bytes("iccData"),
	protectedCardData: bytes("protectedCardData"),
	authorisationCode: text("authorisationCode"),
	retrievalReference: text("retrievalReference"),
	responseCode: responseCode(),
	localTime: exact("localTime"),
	localDate: exact("localDate"),
	transmissionDateTime: exact("transmissionDateTime"),
	settlementDate: exact("settlementDate"),
	originalAmount: number("original", "amountMinor"),
	originalBatch: number("original", "batch"),
	originalStan: number("original", "stan"),
	originalDate: exact("original", "date"),
	originalTime: exact("original", "time"),
	originalTransmissionDateTime: exact("original", "transmissionDateTime"),
	originalMessageType: originalMessageType(),
	originalState: code(profile => profile.originalStates, "originalState"),
	additionalAmounts: additionalAmounts(),
	pinKey: bytes("workKeys", "pin", "key"),
	pinKeyCheckValue: bytes("workKeys", "pin", "checkValue"),
	macKey: bytes("workKeys", "mac", "key"),
	macKeyCheckValue: bytes("workKeys", "mac", "checkValue"),
	dataKey: bytes("workKeys", "data", "key"),
	dataKeyCheckValue: bytes("workKeys", "data", "checkValue"),
	debitLocalSum: number("totals", "local", "debit", "sumMinor"),
	debitLocalCount: number("totals", "local", "debit", "count"),
	creditLocalSum: number("totals", "local", "credit", "sumMinor"),
	creditLocalCount: number("totals", "local", "credit", "count"),
	debitForeignSum: number("totals", "foreign", "debit", "sumMinor"),
	debitForeignCount: number("totals", "foreign", "debit", "count"),
	creditForeignSum: number("totals", "foreign", "credit", "sumMinor"),
	creditForeignCount: number("totals", "foreign", "credit", "count"),
	debitSum: wholeTotal("debit", "sumMinor"),
	debitCount: wholeTotal("debit", "count"),
	creditSum: wholeTotal("credit", "sumMinor"),
	creditCount: wholeTotal("credit", "count"),
	settlementVerdictLocal: verdict("local"),
	settlementVerdictForeign: verdict("foreign"),
	settlementVerdict: verdict("local", "foreign"),
	cardClass: cardClass(),
	uploadCount: number("uploadCount"),
	recordKey: bytes("recordKey"),
	recordsState: exact("recordsState"),
	records: bytes("records"),
	text: exact("text"),
});

/** Parts that repeat: by their name in the values, an array of values. */
export const GROUPS = Object.freeze(["uploads"] as const);

/** Packed tracks have D for the separator (ISO/IEC 7813 "="), tracks as text have "=". */
function track2(): Element {
	return element(
		({ track2: track }, _profile, { encoding }) =>
			track ? track.replace(/[D=]/, encoding === "nibbles" ? "D" : "=") : undefined,
		(content, _profile, _place, draft) => put(draft, ["track2"], content.replace("=", "D")),
	);
}

/** Field 22: how the card was read, and whether a PIN for the host was entered. */
function posEntryMode(): Element {
	return element(
		(values, profile, place) => {
			const mode = values.posEntryMode;
			if (mode === undefined) return undefined;
			const known = profile.posEntryModes[mode];
			if (!known) throw refusal(place, `the profile has no code for the entry mode ${mode}`);
			const pinEntered = values.pinEntered ?? values.pinBlock !== undefined;
			return known.code + (pinEntered ? profile.pinEntered : profile.pinNotEntered);
		},
		(content, profile, place, draft) => {
			const known = Object.entries(profile.posEntryModes).find(([, each]) => each.code === content.slice(0, -1));
			if (!known) throw refusal(place, `${place.name} has an unknown code`);
			draft.posEntryMode = known[0];
			if (profile.pinEntered !== profile.pinNotEntered) draft.pinEntered = content.slice(-1) === profile.pinEntered;
		},
	);
}

/** Tells apart two entry modes with one code in field 22, which stands before it. */
function iccCondition(): Element {
	return element(
		(values, profile) => values.posEntryMode && profile.posEntryModes[values.posEntryMode]?.iccCondition,
		(content, profile, _place, draft) => {
			const read = profile.posEntryModes[draft.posEntryMode as PosEntryMode];
			const known = Object.entries(profile.posEntryModes).find(
				([, each]) => each.code === read?.code && each.iccCondition === content,
			);
			if (known) draft.posEntryMode = known[0];
		},
	);
}

/** Field 39: in a reversal its reason. */
function responseCode(): Element {
	return element(
		(values, profile) =>
			values.responseCode ?? (values.reversalReason && profile.reversal.reasons[values.reversalReason]),
		(content, _profile, _place, draft) => put(draft, ["responseCode"], content),
	);
}

function originalMessageType(): Element {
	return element(
		({ original }, profile) =>
			original?.messageType ?? (original?.operation && profile.operations[original.operation]?.messageType),
		(content, _profile, _place, draft) => put(draft, ["original", "messageType"], content),
	);
}

const ADDITIONAL_AMOUNT_LENGTH = 20;

/** Field 54 (ISO 8583:1987): account type 2, amount type 2, currency 3, sign 1, amount 12; as often as there are amounts. */
function additionalAmounts(): Element {
	const keys: readonly (readonly [AdditionalAmount, keyof MessageValues])[] = Object.freeze([
		Object.freeze(["cashback", "cashbackMinor"] as const),
		Object.freeze(["tip", "tipMinor"] as const),
		Object.freeze(["balance", "balanceMinor"] as const),
	]);
	return element(
		(values, profile, place) => {
			let content = "";
			for (const [name, key] of keys) {
				const amount = values[key] as number | undefined;
				if (amount === undefined) continue;
				if (values.currency === undefined) throw refusal(place, "currency is missing");
				const sign = name === "balance" && amount >= 0 ? "C" : "D";
				const currency = encodeNumber(values.currency, { ...place, length: 3 });
				const magnitude = encodeNumber(Math.abs(amount), { ...place, length: 12 });
				content += `00${profile.additionalAmounts[name]}${currency}${sign}${magnitude}`;
			}
			return content || undefined;
		},
		(content, profile, place, draft) => {
			for (let at = 0; at < content.length; at += ADDITIONAL_AMOUNT_LENGTH) {
				const parts = /^[0-9]{2}([0-9]{2})[0-9]{3}([CD])([0-9]{12})$/.exec(
					content.slice(at, at + ADDITIONAL_AMOUNT_LENGTH),
				);
				if (!parts) throw refusal(place, "is no list of additional amounts");
				const known = keys.find(([name]) => profile.additionalAmounts[name] === parts[1]);
				if (!known) continue; // a host may tell of more amounts than were asked for
				const amount = decodeNumber(parts[3]!, place);
				draft[known[1]] = known[0] === "balance" && parts[2] === "D" ? -amount : amount;
			}
		},
	);
}

/** For hosts that do not tell local from foreign cards: both together; read, all are local. */
function wholeTotal(kind: "debit" | "credit", what: "count" | "sumMinor"): Element {
	return element(
		({ totals }: { readonly totals?: SettlementTotals | undefined }, _profile, place) =>
			totals && encodeNumber(totals.local[kind][what] + totals.foreign[kind][what], place),
		(digits, _profile, place, draft) => {
			put(draft, ["totals", "local", kind, what], decodeNumber(digits, place));
			put(draft, ["totals", "foreign", kind, what], 0);
		},
	);
}

/** In the request nobody has said anything yet. */
function verdict(...groups: readonly ("local" | "foreign")[]): Element {
	return element(
		({ settlementVerdict }, profile) => profile.settlementVerdicts[settlementVerdict?.[groups[0]!] ?? "open"],
		(content, profile, place, draft) => {
			const known = Object.entries(profile.settlementVerdicts).find(([, each]) => each === content);
			if (!known) throw refusal(place, `${place.name} has an unknown code`);
			if (known[0] === "open") return;
			for (const group of groups) put(draft, ["settlementVerdict", group], known[0]);
		},
	);
}

function cardClass(): Element {
	return element(
		(values, profile) => profile.cardClasses[values.foreignCard ? "foreign" : "local"],
		(content, profile, place, draft) => {
			const { local, foreign } = profile.cardClasses;
			if (content !== local && content !== foreign) throw refusal(place, `${place.name} has an unknown code`);
			draft.foreignCard = content === foreign;
		},
	);
}
