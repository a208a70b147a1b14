import { compressedNumericText } from "../bytes/bcd.js";
import { tlvValue } from "../bytes/tlv.js";
import type { CommandApdu, ResponseApdu } from "../card/apdu.js";
import type { RsaPublicKey } from "../crypto/rsa.js";
import type { PinPad } from "../keys/pinPad.js";
import type { Crypto, Random } from "../ports.js";
import type { ApplicationChoice, Candidate } from "./candidate.js";
import type { ApplicationConfiguration, TerminalConfiguration } from "./configuration.js";
import type { Why } from "./decision.js";
import type { Outcome } from "./outcome.js";
import { TAG_5A_APPLICATION_PAN, TAG_9B_TSI, TAG_95_TVR } from "./tags.js";
import type { TerminalData } from "./terminalData.js";

/** What a step needs of the world; the flow supplies it. */
export interface KernelPorts {
	readonly card: { transmit(command: CommandApdu): Promise<ResponseApdu> };
	readonly crypto: Crypto;
	readonly random: Random;
	readonly pinPad: PinPad;
	/** The card has found a PIN wrong, or has no try left for one. */
	readonly pinFailed: (pan: string) => void;
	/** What this terminal took from the same card lately, for the floor limit (Book 3, 10.6.1). */
	readonly recentAmountMinor: (pan: string) => number;
	/** Offers more than one application, or one that wants confirmation. */
	readonly chooseApplication: (candidates: readonly Candidate[]) => Promise<ApplicationChoice>;
}

/**
 * The data objects of one transaction. What terminal and transaction say comes before what the card says, so that
 * a card cannot replace an amount; unknown tags of the card are kept.
 */
export class DataObjects {
	/** Tag 95, live. */
	readonly tvr = new Uint8Array(5);
	/** Tag 9B, live. */
	readonly tsi = new Uint8Array(2);
	readonly #terminal = new Map<number, Uint8Array>();
	readonly #fixed: TerminalData;
	readonly #card = new Map<number, Uint8Array>();
	/** Tag 5A as it was when `#pan` was told from it. */
	#panBytes: Uint8Array | undefined;
	#pan = "";

	/** @param fixed what terminal and merchant say in every transaction */
	constructor(fixed: TerminalData = new Map()) {
		this.#fixed = fixed;
		this.#terminal.set(TAG_95_TVR, this.tvr);
		this.#terminal.set(TAG_9B_TSI, this.tsi);
	}

	get(tag: number): Uint8Array | undefined {
		return this.#terminal.get(tag) ?? this.#fixed.get(tag) ?? this.#card.get(tag);
	}

	card(tag: number): Uint8Array | undefined {
		return this.#card.get(tag);
	}

	/** The digits of tag 5A; empty as long as the card has not given it. */
	get pan(): string {
		const value = this.#card.get(TAG_5A_APPLICATION_PAN);
		if (value !== this.#panBytes) {
			this.#panBytes = value;
			this.#pan = value ? compressedNumericText(value) : "";
		}
		return this.#pan;
	}

	/** What terminal, transaction or issuer said; never the card's. */
	terminal(tag: number): Uint8Array | undefined {
		return this.#terminal.get(tag) ?? this.#fixed.get(tag);
	}

	set(tag: number, value: Uint8Array): void {
		this.#terminal.set(tag, value);
	}

	setCard(tag: number, value: Uint8Array): void {
		this.#card.set(tag, value);
	}

	/**
	 * Takes data objects that the card gave, as views into `bytes`, also in the place of what it gave before.
	 * @param objects what `tlvObjects` says of `bytes`; the first `count` numbers of it
	 * @returns how many of the tags are new
	 */
	takeCard(bytes: Uint8Array, objects: readonly number[], count = objects.length): number {
		const card = this.#card;
		const before = card.size;
		const { buffer, byteOffset } = bytes;
		for (let i = 0; i < count; i += 3)
			card.set(objects[i]!, new Uint8Array(buffer, byteOffset + objects[i + 1]!, objects[i + 2]!));
		return card.size - before;
	}

	/** As `takeCard`, but what the card gave before stands. */
	addCard(bytes: Uint8Array, objects: readonly number[]): void {
		const card = this.#card;
		for (let i = 0; i < objects.length; i += 3)
			if (!card.has(objects[i]!)) card.set(objects[i]!, tlvValue(bytes, objects, i));
	}

	/** Forgets what an earlier response gave. */
	dropCard(tags: readonly number[]): void {
		for (let i = 0; i < tags.length; i++) this.#card.delete(tags[i]!);
	}

	/** Back to before the application was selected (Book 3, 10.1; Book 4, 6.3.1). */
	clearCard(): void {
		this.#card.clear();
		this.tvr.fill(0);
		this.tsi.fill(0);
	}
}

export type CryptogramType = "AAC" | "TC" | "ARQC";

/** One transaction on its way through the steps of Book 3, chapter 10. */
export interface Transaction extends KernelPorts {
	readonly configuration: TerminalConfiguration;
	readonly data: DataObjects;
	/** Of tag 9A (`dayNumber`). */
	readonly today: number;
	/** What tags 9F02 and 9F03 say, as numbers. */
	readonly amountMinor: number;
	readonly cashbackMinor: number;
	readonly merchantForcedOnline: boolean;
	/**
	 * Whether the terminal may say yes without the issuer. A terminal that cannot tell the acquirer of it later must not:
	 * it asks for an ARQC where it would have asked for a TC, and for an AAC when no issuer can be reached.
	 */
	readonly offlineApprovals: (transaction: Transaction) => boolean;
	/** Takes note of each decision; undefined when nobody asks. */
	readonly why: Why | undefined;
	/** Still to be tried, best first; undefined until the list is built. */
	candidates: Candidate[] | undefined;
	application: ApplicationConfiguration | undefined;
	/** Records marked for offline data authentication, in reading order; undefined when one cannot be used (Book 3, 10.3). */
	staticData: readonly Uint8Array[] | undefined;
	/** Recovered during offline data authentication. */
	issuerPublicKey: RsaPublicKey | undefined;
	/** The card's key when CDA was chosen and the key could be recovered. */
	cdaKey: RsaPublicKey | undefined;
	onlinePinBlock: Uint8Array | undefined;
	/** What terminal action analysis asked for, then what the card gave. */
	requestedCryptogram: CryptogramType | undefined;
	cryptogram: CryptogramType | undefined;
	/** Issuer Script Results (Book 4, Annex A5), 5 bytes for each script so far; the host hears of them later. */
	scriptResults: Uint8Array;
	/** The exact bytes sent as command data. */
	readonly sent: { pdol: Uint8Array | undefined; cdol1: Uint8Array | undefined; cdol2: Uint8Array | undefined };
}

/** A step ends the transaction with an outcome, or returns undefined and the next step follows. */
export type Step = (transaction: Transaction) => Promise<Outcome | undefined> | Outcome | undefined;
