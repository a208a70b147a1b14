import { equal } from "../../src/bytes/bytes.js";
import { ecbXorMac } from "../../src/crypto/mac.js";
import { decodeIccData } from "../../src/host/iccData.js";
import { Iso8583Error } from "../../src/host/iso8583/iso8583Error.js";
import {
	binaryField,
	decodeMessage,
	type Fields,
	type IsoMessage,
	responseType,
	textField,
} from "../../src/host/iso8583/message.js";
import { encodeWithMac, hasMac, type MessageKeys, macIsRight } from "../../src/host/messageMac.js";
import type { MessageValues } from "../../src/host/messageValues.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { operationOf, readValues } from "../../src/host/readValues.js";
import type { Clock, Crypto } from "../../src/ports.js";
import type { Accounts, TransactionKey } from "./accounts.js";
import { Issuer, type IssuerDecision, type IssuerKeys } from "./issuer.js";
import type { ScriptOrder } from "./issuerScript.js";

export interface AcquirerKeys extends IssuerKeys {
	/** MAC key, 8 or 16 bytes. */
	readonly mak: Uint8Array;
}

/** The one merchant that the bank has signed up. */
export interface Merchant {
	readonly merchantId: string;
	readonly terminalIds: readonly string[];
}

export interface Answer {
	readonly request: IsoMessage;
	/** The answer's message as it goes into a frame. */
	readonly bytes: Uint8Array;
}

/** The acquirer's message logic, without a line: the same code answers over TLS and inside a test. */
export class Acquirer {
	readonly #profile: HostProfile;
	readonly #merchant: Merchant;
	readonly #accounts: Accounts;
	readonly #issuer: Issuer;
	readonly #clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	/** The bank's half of the MAC. */
	readonly keys: MessageKeys;

	constructor(
		profile: HostProfile,
		merchant: Merchant,
		keys: AcquirerKeys,
		accounts: Accounts,
		crypto: Crypto,
		clock: Pick<Clock, "now" | "utcOffsetMinutes">,
	) {
		this.#profile = profile;
		this.#merchant = merchant;
		this.#accounts = accounts;
		this.#issuer = new Issuer(crypto, keys, accounts);
		this.#clock = clock;
		const mac = (data: Uint8Array) => ecbXorMac(crypto, keys.mak, data);
		this.keys = { keySerialNumber: undefined, mac, macIsRight: (data, received) => equal(mac(data), received) };
	}

	/** The issuer's next answer to a card that proves itself brings this script. @throws {Error} without keys for scripts */
	orderScript(order: ScriptOrder): void {
		this.#issuer.orderScript(order);
	}

	/**
	 * Answers one message.
	 * @throws {Iso8583Error} when the bytes are no message of the profile, so that there is nobody to answer
	 */
	handle(bytes: Uint8Array): Answer {
		const request = decodeMessage(this.#profile.message, bytes);
		return { request, bytes: this.#answerTo(request, bytes) };
	}

	#answerTo(request: IsoMessage, bytes: Uint8Array): Uint8Array {
		const management = NETWORK_MANAGEMENT.includes(request.messageType);
		// Before anything that the message says is believed. Network management may come without a MAC.
		const needsMac = !management || hasMac(this.#profile, request);
		if (needsMac && !macIsRight(this.#profile, request, bytes, this.keys)) return this.#encode(request, "A0");
		if (!this.#merchant.terminalIds.includes(textField(request, 41) ?? "")) return this.#encode(request, "97");
		if (management) return this.#encode(request, "00");
		if (textField(request, 42) !== this.#merchant.merchantId) return this.#encode(request, "03");
		try {
			const kind = operationOf(this.#profile, request);
			if (kind?.isReversal) return this.#reverse(request, readValues(this.#profile, kind, request));
			if (kind?.operation === "sale") return this.#authorise(request, readValues(this.#profile, kind, request));
			return this.#encode(request, "12");
		} catch (error) {
			if (error instanceof Iso8583Error) return this.#encode(request, "30");
			throw error;
		}
	}

	#authorise(request: IsoMessage, { batch }: MessageValues): Uint8Array {
		const pan = required(request, 2);
		const amountMinor = Number(required(request, 4));
		const key = this.#key(request, 60, batch, Number(required(request, 11)));
		const earlier = this.#accounts.transaction(key);
		if (earlier) {
			if (earlier.state === "reversed") return this.#encode(request, "12");
			const same = earlier.pan === pan && earlier.amountMinor === amountMinor;
			return same && earlier.answer ? earlier.answer : this.#encode(request, "94");
		}
		const { responseCode, iccData } = this.#decide(request, pan, amountMinor);
		const approved = responseCode === "00";
		const reference = this.#accounts.nextReference();
		const answer = this.#encode(request, responseCode, {
			37: String(reference).padStart(12, "0"),
			38: approved ? String(reference % 1_000_000).padStart(6, "0") : undefined,
			55: iccData,
		});
		this.#accounts.record(key, { state: approved ? "approved" : "declined", pan, amountMinor, answer });
		return answer;
	}

	#decide(request: IsoMessage, pan: string, amountMinor: number): IssuerDecision {
		const track2 = textField(request, 35);
		if (track2 !== undefined && track2.split("D")[0] !== pan) return { responseCode: "30", iccData: undefined };
		if (amountMinor === 0) return { responseCode: "13", iccData: undefined };
		return this.#issuer.decide({
			pan,
			panSequence: Number(textField(request, 23) ?? "0"),
			amountMinor,
			expiry: required(request, 14),
			today: this.#localTime().slice(2, 7).replace("-", ""),
			currency: Number(required(request, 49)),
			pinData: binaryField(request, 52),
			iccData: decodeIccData(binaryField(request, 55) ?? new Uint8Array(0)),
		});
	}

	/** Acknowledged whatever became of the original, so that the terminal can stop repeating it. */
	#reverse(request: IsoMessage, { original: taken }: MessageValues): Uint8Array {
		const pan = required(request, 2);
		const amountMinor = Number(required(request, 4));
		const key = this.#key(request, 61, taken?.batch, taken?.stan);
		const original = this.#accounts.transaction(key);
		if (original && (original.pan !== pan || original.amountMinor !== amountMinor)) return this.#encode(request, "12");
		this.#accounts.reverse(key, pan, amountMinor);
		return this.#encode(request, this.#profile.reversal.accepted[0]!);
	}

	#key(request: IsoMessage, number: number, batch: number | undefined, stan: number | undefined): TransactionKey {
		if (batch === undefined || stan === undefined) throw new Iso8583Error(`field ${number}: it names no transaction`);
		const digits = (value: number) => String(value).padStart(6, "0");
		return { terminalId: required(request, 41), batch: digits(batch), stan: digits(stan) };
	}

	/** As ISO 8601, e.g. 2026-11-22T10:11:12.000Z. */
	#localTime(): string {
		return new Date(this.#clock.now() + this.#clock.utcOffsetMinutes * 60_000).toISOString();
	}

	#encode(request: IsoMessage, responseCode: string, more: Fields = {}): Uint8Array {
		const fields: Record<number, Fields[number]> = {};
		for (const number of ECHOED) fields[number] = request.fields[number];
		const local = this.#localTime();
		const date = local.slice(5, 7) + local.slice(8, 10);
		return encodeWithMac(
			this.#profile,
			{
				messageType: responseType(request.messageType),
				fields: {
					...fields,
					12: local.slice(11, 19).replaceAll(":", ""),
					13: date,
					15: date,
					39: responseCode,
					...more,
				},
			},
			this.keys,
		);
	}
}

/** Sign-in, parameters, echo test: no money. */
const NETWORK_MANAGEMENT = Object.freeze(["0800", "0820"]);

/** What an answer repeats of its request. The card number and the PIN are not among them. */
const ECHOED = Object.freeze([3, 4, 11, 25, 41, 42, 49, 60]);

function required(request: IsoMessage, number: number): string {
	const text = textField(request, number);
	if (text === undefined) throw new Iso8583Error(`field ${number}: missing`);
	return text;
}
