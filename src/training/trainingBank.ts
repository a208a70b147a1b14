import { asciiBytes, concat, equal } from "../bytes/bytes.js";
import { encodeTlv } from "../bytes/tlv.js";
import { TAG_91_ISSUER_AUTHENTICATION_DATA } from "../emv/tags.js";
import { operationProfile } from "../host/buildMessage.js";
import { answerFrame, encodeFrame, FrameReader } from "../host/frame.js";
import { decodeIccData } from "../host/iccData.js";
import { binaryField, decodeMessage, encodeMessage, type IsoMessage } from "../host/iso8583/message.js";
import { encodeWithMac, hasMac, macIsRight } from "../host/messageMac.js";
import type { MessageValues, TravellingKey } from "../host/messageValues.js";
import type { HostProfile } from "../host/profiles/hostProfile.js";
import { openValues } from "../host/protectedCardData.js";
import { type MessageKind, operationOf, readValues } from "../host/readValues.js";
import { replyMessage } from "../host/replyMessage.js";
import type { Operation } from "../operation.js";
import type { Clock, Crypto, HostConnection, HostSocket } from "../ports.js";
import { type RequestKeys, requestKeys, type SharedKeys } from "./requestKeys.js";
import { TrainingBook } from "./trainingBook.js";
import {
	CRYPTOGRAM_TAGS,
	TRAINING_PIN,
	type TrainingAccount,
	trainingAnswer,
	trainingCryptogram,
} from "./trainingCard.js";

/** Everything that the training terminal's line leads to: functions of this process. */
export interface TrainingBankOptions {
	readonly profile: HostProfile;
	readonly crypto: Crypto;
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	/** What the bank and the training terminal share. */
	readonly keys: SharedKeys;
	readonly accounts: readonly TrainingAccount[];
}

/** Above it a training card has no money: 10,000.00 in most currencies. */
const TRAINING_FUNDS_MINOR = 1_000_000;

const APPROVED = "00";
const DO_NOT_HONOUR = "05";
const STOLEN = "43";
const INSUFFICIENT_FUNDS = "51";
const INCORRECT_PIN = "55";
const NOT_OFFERED = "40";
const FORMAT_ERROR = "30";

/** Operations in which the chip must prove itself. */
const BY_CARD: readonly Operation[] = Object.freeze([
	"sale",
	"saleWithCashback",
	"cash",
	"preAuthorisation",
	"balance",
]);

/**
 * A bank that is there for training alone: it answers the messages of any profile, with a right MAC and after it has looked at
 * MAC, cryptogram, PIN and amount, and it is nowhere but in this object.
 */
export class TrainingBank implements HostSocket {
	/** "silent": it hears, does what it is told, and does not answer. */
	behaviour: "answers" | "silent" = "answers";
	/** Called with each request that has arrived, before it is answered. */
	onRequest: ((operation: Operation, isReversal: boolean) => void) | undefined;
	readonly #options: TrainingBankOptions;
	readonly #book = new TrainingBook();
	#reference = 0;
	/** Counts where the profile's messages name no batch. */
	#openBatch = 1;

	constructor(options: TrainingBankOptions) {
		this.#options = options;
	}

	async connect(): Promise<HostConnection> {
		const { frame } = this.#options.profile;
		const requests = new FrameReader(frame);
		const answers: Uint8Array[] = [];
		return {
			send: async bytes => {
				requests.push(bytes);
				const request = requests.next();
				if (!request) return;
				const answer = this.#handle(request.message);
				if (this.behaviour === "answers") answers.push(encodeFrame(frame, answerFrame(request, answer)));
			},
			receive: async () => answers.shift(),
			close: () => {},
		};
	}

	#handle(bytes: Uint8Array): Uint8Array {
		const { profile, crypto, keys } = this.#options;
		const request = decodeMessage(profile.message, bytes);
		const kind = operationOf(profile, request) ?? { operation: "echo", isReversal: false, isReply: true };
		this.onRequest?.(kind.operation, kind.isReversal);
		const mayLackMac = kind.operation === "echo" || operationProfile(profile, kind.operation).mac === false;
		const isOpen = mayLackMac && !hasMac(profile, request);
		const key = isOpen ? undefined : requestKeys(crypto, profile.security, keys, {}, this.#keySerialNumber(request));
		const isRight = isOpen || (key !== undefined && macIsRight(profile, request, bytes, key.message));
		const reply = isRight ? this.#reply(kind, request, key) : { responseCode: profile.reversal.reasons.macError };
		const answer = replyMessage(profile, kind, request, { ...this.#today(), ...reply });
		return key ? encodeWithMac(profile, answer, key.message) : encodeMessage(profile.message, answer);
	}

	#reply(kind: MessageKind, request: IsoMessage, key: RequestKeys | undefined): MessageValues {
		const { profile } = this.#options;
		if (kind.isReply) return { responseCode: NOT_OFFERED };
		const values = openValues(readValues(profile, kind, request), data => key?.decipherData(data));
		const batch = values.batch ?? this.#openBatch;
		if (kind.isReversal) {
			this.#book.unbook(values.original?.batch ?? batch, values.original?.stan ?? values.stan ?? 0);
			return { responseCode: APPROVED, batch };
		}
		switch (kind.operation) {
			case "signIn":
				return { responseCode: APPROVED, batch, workKeys: this.#workKeys() };
			case "settlement": {
				const verdict = values.totals && this.#book.agrees(batch, values.totals) ? "equal" : "unequal";
				if (verdict === "equal") this.#openBatch = batch + 1;
				return {
					...{ responseCode: APPROVED, batch, totals: values.totals },
					settlementVerdict: { local: verdict, foreign: verdict },
				};
			}
			case "query": {
				const isKnown = this.#book.has(values.original?.batch ?? batch, values.original?.stan ?? 0);
				return { responseCode: APPROVED, batch, originalState: isKnown ? "approved" : "unknown" };
			}
			case "aidsQuery":
			case "caKeysQuery":
			case "hotCards":
				return { responseCode: APPROVED, batch, recordsState: "0" };
			default:
				return values.pan === undefined && values.track2 === undefined && values.amountMinor === undefined
					? { responseCode: APPROVED, batch }
					: this.#decide(kind.operation, { ...values, batch }, key);
		}
	}

	/** Of money, and of cards. */
	#decide(operation: Operation, values: MessageValues, key: RequestKeys | undefined): MessageValues {
		const { accounts, profile, crypto } = this.#options;
		const pan = values.pan ?? values.track2?.split("D")[0];
		const account = accounts.find(each => each.pan === pan);
		const isTold = operationProfile(profile, operation).advice === true;
		const isByCard = BY_CARD.includes(operation);
		const chip = decodeIccData(values.iccData ?? new Uint8Array(0));
		const arqc = isByCard && account ? provenCryptogram(crypto, account, chip) : undefined;
		const responseCode = isTold ? APPROVED : this.#judge(isByCard && !arqc, account, values, key);
		if (responseCode === APPROVED) this.#book.book(operation, values);
		const reference = ++this.#reference;
		const tag91 = arqc && account && trainingAnswer(crypto, account.key, arqc, asciiBytes(responseCode));
		return {
			...{ responseCode, batch: values.batch },
			retrievalReference: String(reference).padStart(12, "0"),
			...(responseCode === APPROVED && { authorisationCode: String(reference).padStart(6, "0") }),
			...(tag91 && { iccData: encodeTlv(TAG_91_ISSUER_AUTHENTICATION_DATA, tag91) }),
			...(operation === "balance" && { balanceMinor: TRAINING_FUNDS_MINOR, currency: values.currency }),
		};
	}

	#judge(
		isUnproven: boolean,
		account: TrainingAccount | undefined,
		{ pinBlock, amountMinor = 0 }: MessageValues,
		key: RequestKeys | undefined,
	): string {
		if (!account) return FORMAT_ERROR;
		if (isUnproven) return DO_NOT_HONOUR;
		if (account.kind === "stolen") return STOLEN;
		if (pinBlock && !key?.pinIsRight(pinBlock, account.pan, TRAINING_PIN)) return INCORRECT_PIN;
		return amountMinor > TRAINING_FUNDS_MINOR ? INSUFFICIENT_FUNDS : APPROVED;
	}

	/** Those that the terminal has already: under its master key, as any sign-in gives them. */
	#workKeys(): MessageValues["workKeys"] {
		const { crypto, keys, profile } = this.#options;
		const { tmk, pik, mak, tdk } = keys;
		if (profile.security.keyScheme !== "masterSession" || !tmk) return undefined;
		const travelling = (key: Uint8Array | undefined): TravellingKey | undefined =>
			key && {
				key: crypto.desEcb(tmk, key, "encipher"),
				checkValue: crypto.desEcb(key, new Uint8Array(8), "encipher").slice(0, 4),
			};
		return { pin: travelling(pik), mac: travelling(mak), data: travelling(tdk) };
	}

	#today(): Pick<MessageValues, "localTime" | "localDate" | "settlementDate"> {
		const { clock } = this.#options;
		const now = new Date(clock.now() + clock.utcOffsetMinutes * 60_000).toISOString();
		const localDate = now.slice(5, 7) + now.slice(8, 10);
		return { localTime: now.slice(11, 19).replace(/:/g, ""), localDate, settlementDate: localDate };
	}

	#keySerialNumber(request: IsoMessage): Uint8Array | undefined {
		const { fields } = this.#options.profile.message;
		const number = Object.keys(fields).find(each => fields[Number(each)]!.name === "keySerialNumber");
		return number === undefined ? undefined : binaryField(request, Number(number));
	}
}

/** @returns the request cryptogram, when the card has made it of what it says it has */
function provenCryptogram(
	crypto: Crypto,
	{ key }: TrainingAccount,
	chip: ReadonlyMap<string, Uint8Array>,
): Uint8Array | undefined {
	const told = CRYPTOGRAM_TAGS.map(tag => chip.get(tag) ?? new Uint8Array(0));
	const atc = chip.get("9F36");
	const given = chip.get("9F26");
	if (!atc || !given) return undefined;
	return equal(trainingCryptogram(crypto, key, concat(...told), atc), given) ? given : undefined;
}
