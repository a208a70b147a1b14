import { operationProfile } from "../../src/host/buildMessage.js";

import { Iso8583Error } from "../../src/host/iso8583/iso8583Error.js";
import {
	binaryField,
	decodeMessage,
	encodeMessage,
	type IsoMessage,
	textField,
} from "../../src/host/iso8583/message.js";
import { encodeWithMac, hasMac, type MacKeys, macIsRight } from "../../src/host/messageMac.js";

import { findField } from "../../src/host/profiles/carried.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { openValues } from "../../src/host/protectedCardData.js";
import { type MessageKind, operationOf, readValues } from "../../src/host/readValues.js";
import { replyMessage } from "../../src/host/replyMessage.js";
import type { Operation } from "../../src/operation.js";
import { type RequestKeys, requestKeys, type SharedKeys } from "../../src/training/requestKeys.js";
import type { Bank } from "./bank.js";
import { bankTime, type Merchant, type Reply } from "./desk.js";
import type { ScriptOrder } from "./issuerScript.js";
import { RULES } from "./operations/rules.js";
import { RESPONSE } from "./responseCode.js";

const DOUBLE_LENGTH_KEY = 16;

export interface AcquirerOptions {
	readonly profile: HostProfile;
	readonly merchants: readonly Merchant[];
	/** Of every terminal that `terminalKeys` does not name. */
	readonly keys: SharedKeys;
	readonly terminalKeys?: ReadonlyMap<string, SharedKeys>;
	readonly bank: Bank;
	/** The binding by which a terminal may send messages; absent: every binding number will do. */
	readonly bindingNumberOf?: (terminalId: string) => string | undefined;
}

export interface Answer {
	readonly request: IsoMessage;
	readonly terminalId: string;
	/** What the request was; undefined when the profile does not know it. */
	readonly operation: Operation | undefined;
	/** The answer's message as it goes into a frame. */
	readonly bytes: Uint8Array;
	/** Of the answer's MAC; undefined when it has none. */
	readonly keys: MacKeys | undefined;
}

/** The acquirer's messages, without a line: the same code answers over TLS and inside a test, in any profile. */
export class Acquirer {
	readonly profile: HostProfile;
	readonly bank: Bank;
	readonly #keys: SharedKeys;
	readonly #terminalKeys: ReadonlyMap<string, SharedKeys>;
	readonly #namesBatches: boolean;
	readonly #groupsAreOne: boolean;
	readonly #macKeyBytes: number;
	readonly #bindingNumberOf: AcquirerOptions["bindingNumberOf"];
	/** Whose terminal it is. */
	readonly #merchantOf = new Map<string, string>();

	constructor({ profile, merchants, keys, terminalKeys, bank, bindingNumberOf }: AcquirerOptions) {
		this.#bindingNumberOf = bindingNumberOf;
		this.profile = profile;
		this.bank = bank;
		this.#namesBatches = placeOf(profile, "batch") !== undefined;
		this.#groupsAreOne = placeOf(profile, "debitSum") !== undefined;
		this.#macKeyBytes = placeOf(profile, "macKey")?.length ?? DOUBLE_LENGTH_KEY;
		this.#keys = keys;
		this.#terminalKeys = terminalKeys ?? new Map();
		for (const { merchantId, terminalIds } of merchants)
			for (const terminalId of terminalIds) this.#merchantOf.set(terminalId, merchantId);
	}

	/** The issuer's next answer to a card that proves itself brings this script. @throws {Error} without keys for scripts */
	orderScript(order: ScriptOrder): void {
		this.bank.issuer.orderScript(order);
	}

	/** All terminals that the bank has signed up. */
	get terminalIds(): string[] {
		return [...this.#merchantOf.keys()];
	}

	/**
	 * Answers one message. What it books is in the books when this returns.
	 * @throws {Iso8583Error} when the bytes are no message of the profile, so that there is nobody to answer
	 */
	handle(bytes: Uint8Array): Answer {
		const { profile } = this;
		const request = decodeMessage(profile.message, bytes);
		const terminalId = this.#text(request, "terminalId");
		const kind = operationOf(profile, request);
		const { keys, refuse } = this.#check(request, bytes, terminalId, kind);
		const reply = refuse === undefined ? this.#reply(request, terminalId, kind!, keys) : { responseCode: refuse };
		const message = this.#answerMessage(request, terminalId, kind, reply);
		return {
			request,
			terminalId,
			operation: kind?.operation,
			bytes: keys ? encodeWithMac(profile, message, keys.message) : encodeMessage(profile.message, message),
			keys: keys?.message,
		};
	}

	/** Before anything that the message says is believed: who sends it, under which keys. */
	#check(
		request: IsoMessage,
		bytes: Uint8Array,
		terminalId: string,
		kind: MessageKind | undefined,
	): { readonly keys?: RequestKeys; readonly refuse?: string } {
		const { profile, bank } = this;
		const merchantId = this.#merchantOf.get(terminalId);
		const mayLackMac = kind && (kind.operation === "echo" || operationProfile(profile, kind.operation).mac === false);
		const isOpen = mayLackMac && !hasMac(profile, request);
		const state = bank.books.terminal(terminalId);
		const shared = this.#terminalKeys.get(terminalId) ?? this.#keys;
		const keys = isOpen ? undefined : requestKeys(bank.crypto, profile.security, shared, state, this.#ksn(request));
		const refused = (refuse: string) => ({ ...(keys && { keys }), refuse });
		if (!isOpen) {
			if (!keys) return { refuse: this.#signInAgain() };
			const isRight = macIsRight(profile, request, bytes, keys.message);
			// DUKPT, X9.24-3, 6.2: a key that was used is not used again.
			const isFresh = !keys.ksn || (isRight && bank.books.useKsn(keys.ksn.initialKeyId, keys.ksn.counter));
			if (!isRight || !isFresh) return refused(profile.reversal.reasons.macError);
		}
		if (merchantId === undefined) return refused(RESPONSE.unknownTerminal);
		if (this.#text(request, "merchantId") !== merchantId) return refused(RESPONSE.unknownMerchant);
		// What a merchant that was bound once still sends under an earlier binding is not its own any more.
		if (this.#bindingNumberOf && this.#bindingNumberOf(terminalId) !== this.#text(request, "bindingNumber"))
			return refused(RESPONSE.unknownMerchant);
		if (!kind || kind.isReply) return refused(RESPONSE.invalidTransaction);
		// A reversal is owed whoever is signed in.
		if (state.signedOff && RULES[kind.operation] && !kind.isReversal) return refused(this.#signInAgain());
		return keys ? { keys } : {};
	}

	#reply(request: IsoMessage, terminalId: string, kind: MessageKind, keys: RequestKeys | undefined): Reply {
		const { bank, profile } = this;
		try {
			const read = readValues(profile, kind, request);
			const values = openValues(read, data => keys?.decipherData(data));
			const { pinBlock, pan, track2, stan } = values;
			if (stan === undefined) throw new Iso8583Error("stan is missing");
			const batch = values.batch ?? this.#batchWithoutOne(terminalId);
			const shared = this.#terminalKeys.get(terminalId) ?? this.#keys;
			const card = pan ?? track2?.split("D")[0];
			return bank.answer(
				{
					operation: kind.operation,
					values,
					key: { terminalId, batch, stan },
					merchantId: this.#merchantOf.get(terminalId)!,
					pinIsRight: pinBlock && keys && card ? pin => keys.pinIsRight(pinBlock, card, pin) : undefined,
					groupsAreOne: this.#groupsAreOne,
					macKeyBytes: this.#macKeyBytes,
					terminalMasterKey: profile.security.keyScheme === "masterSession" ? shared.tmk : undefined,
				},
				kind.isReversal,
			);
		} catch (error) {
			if (error instanceof Iso8583Error) return { responseCode: RESPONSE.formatError };
			throw error;
		}
	}

	/** Where the profile's messages name no batch, it is the one that the bank has open for the terminal. */
	#batchWithoutOne(terminalId: string): number {
		if (this.#namesBatches) throw new Iso8583Error("the batch is missing");
		return this.bank.books.terminal(terminalId).batch;
	}

	/** A message that the profile does not know is answered with what any answer has. */
	#answerMessage(request: IsoMessage, terminalId: string, kind: MessageKind | undefined, reply: Reply): IsoMessage {
		const { date, time } = bankTime(this.bank);
		const known = kind ?? { operation: "echo", isReversal: false, isReply: false };
		// A sign-in's answer has a batch whatever it says beside it.
		const batch = known.operation === "signIn" ? this.bank.books.terminal(terminalId).batch : undefined;
		const values = { localTime: time, localDate: date, settlementDate: date, batch, ...reply };
		return replyMessage(this.profile, known, request, values);
	}

	#signInAgain(): string {
		const { signInAgain } = this.profile;
		return signInAgain[signInAgain.length - 1] ?? RESPONSE.systemMalfunction;
	}

	#ksn(request: IsoMessage): Uint8Array | undefined {
		const { fields } = this.profile.message;
		const number = Object.keys(fields).find(each => fields[Number(each)]!.name === "keySerialNumber");
		return number === undefined ? undefined : binaryField(request, Number(number));
	}

	#text(request: IsoMessage, name: string): string {
		return (textField(request, findField(this.profile, name).number) ?? "").trimEnd();
	}
}

/** The field, or part of one, that the profile's messages have for this value; undefined when they have none. */
function placeOf(profile: HostProfile, name: string): { readonly length?: number } | undefined {
	const places = Object.values(profile.message.fields).flatMap(spec => [
		spec!,
		...Object.values(spec!.layouts ?? {}).flat(),
	]);
	const place = places.find(each => "name" in each && each.name === name);
	return place && ("length" in place ? place : {});
}
