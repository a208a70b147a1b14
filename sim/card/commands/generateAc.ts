import { latin1Text, uintBytes, wipe } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import type { Crypto } from "../../../src/ports.js";
import type { ApplicationSession } from "../applicationSession.js";
import {
	type CryptogramType,
	countOfflineAmount,
	firstCryptogramType,
	secondCryptogramType,
} from "../cardRiskManagement.js";
import { issuerApplicationData } from "../cardVerificationResults.js";
import { answer, type CardCommand, type CardResponse, refusal } from "../command.js";
import { versionedCryptogram } from "../cryptogramVersion.js";
import { dolLength, splitDolData } from "../dol.js";
import { type Signer, signedResponse } from "../dynamicSignature.js";
import {
	applicationCryptogramKey,
	authenticateIssuer,
	obeyCardStatusUpdate,
	updateOfflineCounters,
} from "../issuerAuthentication.js";
import { responseTemplate } from "../responseTemplate.js";
import { SW_6A86_INCORRECT_P1_P2, SW_6700_WRONG_LENGTH, SW_6985_CONDITIONS_NOT_SATISFIED } from "../statusWord.js";
import { logTransaction } from "../transactionLog.js";

/** GENERATE AC, first and second (EMV 4.4 Book 3, 6.5.5 and 9). */
export const generateAc = Object.freeze<CardCommand>({
	cla: 0x80,
	ins: 0xae,
	body: "incoming",
	slow: true,
	run(card, { p1, p2 }, data) {
		const { application } = card;
		const type = REQUESTED_TYPES[p1 & ~CDA_REQUESTED];
		const signed = (p1 & CDA_REQUESTED) !== 0;
		const cannotSign = signed && application && !application.personalisation.dataAuthentication?.includes("CDA");
		if (!type || p2 || cannotSign) return refusal(SW_6A86_INCORRECT_P1_P2);
		switch (application?.phase) {
			case "initiated":
				return first(card, application, { type, signed }, data);
			case "online":
				return second(card, application, { type, signed }, data);
			default:
				return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		}
	},
});

/** P1 (EMV 4.4 Book 3, 6.5.5.2, table 12). */
const REQUESTED_TYPES: Readonly<Record<number, CryptogramType>> = Object.freeze({
	0: "AAC",
	64: "TC",
	128: "ARQC",
});

/** b5 of P1: the terminal wants the answer signed. */
const CDA_REQUESTED = 0x10;

/** What the terminal asks for. */
interface CryptogramRequest {
	readonly type: CryptogramType;
	readonly signed: boolean;
}

/** 9F27 (EMV 4.4 Book 3, 6.5.5.4, table 15): the type, with an AAC perhaps the wish for an advice and its reason. */
function cryptogramInformation(type: CryptogramType, application: ApplicationSession): number {
	if (type !== "AAC" || !application.personalisation.cardAction?.advice) return CRYPTOGRAM_TYPE_BITS[type];
	const reason =
		application.issuerAuthentication === "failed"
			? REASON_ISSUER_AUTHENTICATION_FAILED
			: application.state.pinTryCounter === 0
				? REASON_PIN_TRY_LIMIT_EXCEEDED
				: REASON_NONE;
	return CRYPTOGRAM_TYPE_BITS.AAC | ADVICE_REQUIRED | reason;
}

const CRYPTOGRAM_TYPE_BITS = Object.freeze({ AAC: 0x00, TC: 0x40, ARQC: 0x80 } as const);
const ADVICE_REQUIRED = 0x08;
const REASON_NONE = 0x00;
const REASON_PIN_TRY_LIMIT_EXCEEDED = 0x02;
const REASON_ISSUER_AUTHENTICATION_FAILED = 0x03;

type DolData = ReadonlyMap<string, Uint8Array>;

function first(
	card: Signer,
	application: ApplicationSession,
	requested: CryptogramRequest,
	data: Uint8Array,
): CardResponse {
	const cdol1 = application.dol("cdol1");
	if (data.length !== dolLength(cdol1)) return refusal(SW_6700_WRONG_LENGTH);
	const cdol1Data = splitDolData(cdol1, data);
	application.addDolData(data);
	const type = firstCryptogramType(requested.type, application, cdol1Data);
	const signed = requested.signed && type !== "AAC"; // Book 2, 6.6.1: an AAC is never signed
	const iad = issuerApplicationData(application, { first: type, signed, transaction: cdol1Data });
	const cryptogram = makeCryptogram(card.crypto, application, cdol1Data, iad);
	application.beginScripts(cryptogram);
	if (type === "ARQC") application.onlineRequest = { arqc: cryptogram, cdol1Data };
	if (type === "TC") countOfflineAmount(application, cdol1Data);
	application.phase = type === "ARQC" ? "online" : "completed";
	return respond(card, application, { type, signed }, cryptogram, iad, cdol1Data);
}

function second(
	card: Signer,
	application: ApplicationSession,
	requested: CryptogramRequest,
	data: Uint8Array,
): CardResponse {
	// EMV 4.4 Book 3, 9.3: the second time the terminal asks for TC or AAC only.
	if (requested.type === "ARQC") return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
	const cdol2 = application.dol("cdol2");
	if (data.length !== dolLength(cdol2)) return refusal(SW_6700_WRONG_LENGTH);
	const cdol2Data = splitDolData(cdol2, data);
	const issuerAuthenticationData = cdol2Data.get("91");
	// EMV 4.4 Book 3, 5.4: zeros stand for a data object that the terminal does not have.
	if (application.personalisation.issuerAuthentication === "GENERATE AC" && issuerAuthenticationData?.some(Boolean))
		authenticateIssuer(card.crypto, application, issuerAuthenticationData);
	if (application.personalisation.issuerAuthentication === "GENERATE AC") obeyCardStatusUpdate(application);
	application.addDolData(data);
	// EMV 4.4 Book 4, A6: Y3 and Z3 mean that there was no answer from the issuer.
	const unableToGoOnline = ["Y3", "Z3"].includes(latin1Text(cdol2Data.get("8A")!));
	// What CDOL2 does not ask for again is as it was for CDOL1.
	const transaction = new Map([...application.onlineRequest!.cdol1Data, ...cdol2Data]);
	const type = secondCryptogramType(requested.type, application, transaction, unableToGoOnline);
	const signed = requested.signed && type !== "AAC";
	const decision = { first: "ARQC", second: type, unableToGoOnline, signed, transaction } as const;
	const iad = issuerApplicationData(application, decision);
	const cryptogram = makeCryptogram(card.crypto, application, transaction, iad);
	if (type === "TC") {
		if (unableToGoOnline) countOfflineAmount(application, transaction);
		else updateOfflineCounters(application, transaction);
	}
	// What the issuer has now read of its earlier scripts need not be told again.
	if (application.state.scripts && application.issuerAuthentication === "passed")
		application.update({ scripts: { processed: 0, failed: false } });
	application.phase = "completed";
	application.close();
	return respond(card, application, { type, signed }, cryptogram, iad, transaction);
}

function makeCryptogram(
	crypto: Crypto,
	application: ApplicationSession,
	transaction: DolData,
	iad: Uint8Array,
): Uint8Array {
	const value = (tag: string) => transaction.get(tag)!;
	const input = {
		amountAuthorised: value("9F02"),
		amountOther: value("9F03"),
		terminalCountryCode: value("9F1A"),
		tvr: value("95"),
		transactionCurrencyCode: value("5F2A"),
		transactionDate: value("9A"),
		transactionType: value("9C"),
		unpredictableNumber: value("9F37"),
		aip: parseHex(application.personalisation.aip),
		atc: uintBytes(application.state.atc, 2),
		iad,
	};
	const key = applicationCryptogramKey(crypto, application);
	try {
		return versionedCryptogram(crypto, application.cryptogramVersion, key, input);
	} finally {
		wipe(key);
	}
}

function respond(
	card: Signer,
	application: ApplicationSession,
	{ type, signed }: CryptogramRequest,
	cryptogram: Uint8Array,
	iad: Uint8Array,
	transaction: DolData,
): CardResponse {
	const { personalisation, state } = application;
	const cid = Uint8Array.of(cryptogramInformation(type, application));
	const atc = uintBytes(state.atc, 2);
	if (type === "TC") logTransaction(application, new Map([...transaction, ["9F27", cid], ["9F36", atc]]));
	if (signed)
		return answer(
			signedResponse(card, application, {
				cryptogramInformation: cid,
				cryptogram,
				issuerApplicationData: iad,
				unpredictableNumber: transaction.get("9F37")!,
			}),
		);
	return answer(
		responseTemplate(personalisation.responseFormat, ["9F27", cid], ["9F36", atc], ["9F26", cryptogram], ["9F10", iad]),
	);
}
