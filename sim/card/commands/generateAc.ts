import { latin1Text, uintBytes, wipe } from "../../../src/bytes/bytes.js";
import { parseHex } from "../../../src/bytes/hex.js";
import type { Crypto } from "../../../src/ports.js";
import type { ApplicationSession } from "../applicationSession.js";
import { type CryptogramType, firstCryptogramType, secondCryptogramType } from "../cardRiskManagement.js";
import { cardVerificationResults, issuerApplicationData } from "../cardVerificationResults.js";
import { answer, type CardCommand, type CardResponse, refusal } from "../command.js";
import { applicationCryptogram, cryptogramInput } from "../cryptogram.js";
import { dolLength, splitDolData } from "../dol.js";
import { applicationSessionKey, authenticateIssuer } from "../issuerAuthentication.js";
import { responseTemplate } from "../responseTemplate.js";
import { SW_6A86_INCORRECT_P1_P2, SW_6700_WRONG_LENGTH, SW_6985_CONDITIONS_NOT_SATISFIED } from "../statusWord.js";

/** GENERATE AC, first and second (EMV 4.4 Book 3, 6.5.5 and 9). */
export const generateAc = Object.freeze<CardCommand>({
	cla: 0x80,
	ins: 0xae,
	body: "incoming",
	slow: true,
	run({ application, crypto }, { p1, p2 }, data) {
		const requested = REQUESTED_TYPES[p1];
		if (!requested || p2) return refusal(SW_6A86_INCORRECT_P1_P2);
		switch (application?.phase) {
			case "initiated":
				return first(crypto, application, requested, data);
			case "online":
				return second(crypto, application, requested, data);
			default:
				return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
		}
	},
});

/** P1 (EMV 4.4 Book 3, 6.5.5.2, table 12); the bit that asks for a CDA signature is not for a card without CDA. */
const REQUESTED_TYPES: Readonly<Record<number, CryptogramType>> = Object.freeze({
	0: "AAC",
	64: "TC",
	128: "ARQC",
});

/** 9F27 (EMV 4.4 Book 3, 6.5.5.4, table 14): the type alone, no advice. */
const CRYPTOGRAM_INFORMATION = Object.freeze({ AAC: 0x00, TC: 0x40, ARQC: 0x80 } as const);

type DolData = ReadonlyMap<string, Uint8Array>;

function first(
	crypto: Crypto,
	application: ApplicationSession,
	requested: CryptogramType,
	data: Uint8Array,
): CardResponse {
	const cdol1 = application.dol("cdol1");
	if (data.length !== dolLength(cdol1)) return refusal(SW_6700_WRONG_LENGTH);
	const cdol1Data = splitDolData(cdol1, data);
	const type = firstCryptogramType(requested, application);
	const iad = issuerApplicationData(cardVerificationResults(application, type));
	const cryptogram = makeCryptogram(crypto, application, cdol1Data, iad);
	if (type === "ARQC") application.onlineRequest = { arqc: cryptogram, cdol1Data };
	application.phase = type === "ARQC" ? "online" : "completed";
	return respond(application, type, cryptogram, iad);
}

function second(
	crypto: Crypto,
	application: ApplicationSession,
	requested: CryptogramType,
	data: Uint8Array,
): CardResponse {
	// EMV 4.4 Book 3, 9.3: the second time the terminal asks for TC or AAC only.
	if (requested === "ARQC") return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
	const cdol2 = application.dol("cdol2");
	if (data.length !== dolLength(cdol2)) return refusal(SW_6700_WRONG_LENGTH);
	const cdol2Data = splitDolData(cdol2, data);
	const issuerAuthenticationData = cdol2Data.get("91");
	// EMV 4.4 Book 3, 5.4: zeros stand for a data object that the terminal does not have.
	if (application.personalisation.issuerAuthentication === "GENERATE AC" && issuerAuthenticationData?.some(Boolean))
		authenticateIssuer(crypto, application, issuerAuthenticationData);

	// EMV 4.4 Book 4, A6: Y3 and Z3 mean that there was no answer from the issuer.
	const unableToGoOnline = ["Y3", "Z3"].includes(latin1Text(cdol2Data.get("8A")!));
	const type = secondCryptogramType(requested, application, unableToGoOnline);
	const iad = issuerApplicationData(cardVerificationResults(application, "ARQC", type, unableToGoOnline));
	// What CDOL2 does not ask for again is as it was for CDOL1.
	const transaction = new Map([...application.onlineRequest!.cdol1Data, ...cdol2Data]);
	const cryptogram = makeCryptogram(crypto, application, transaction, iad);
	if (type === "TC" && !unableToGoOnline) application.update({ lastOnlineAtc: application.state.atc });
	application.phase = "completed";
	application.close();
	return respond(application, type, cryptogram, iad);
}

function makeCryptogram(
	crypto: Crypto,
	application: ApplicationSession,
	transaction: DolData,
	iad: Uint8Array,
): Uint8Array {
	const value = (tag: string) => transaction.get(tag)!;
	const input = cryptogramInput({
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
	});
	const sessionKey = applicationSessionKey(crypto, application);
	try {
		return applicationCryptogram(crypto, sessionKey, input);
	} finally {
		wipe(sessionKey);
	}
}

function respond(
	{ personalisation, state }: ApplicationSession,
	type: CryptogramType,
	cryptogram: Uint8Array,
	iad: Uint8Array,
): CardResponse {
	return answer(
		responseTemplate(
			personalisation.responseFormat,
			["9F27", Uint8Array.of(CRYPTOGRAM_INFORMATION[type])],
			["9F36", uintBytes(state.atc, 2)],
			["9F26", cryptogram],
			["9F10", iad],
		),
	);
}
