import { asciiBytes } from "../src/bytes/bytes.js";
import { formatHex, parseHex } from "../src/bytes/hex.js";
import { type CommandApdu, encodeCommand, type ResponseApdu } from "../src/card/apdu.js";
import { type RsaPublicKey, rsaRecover } from "../src/crypto/rsa.js";
import type { TerminalConfiguration } from "../src/emv/configuration.js";
import { TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC, TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC } from "../src/emv/fields.js";
import { generateSecondAc } from "../src/emv/generateAc.js";
import { issuerAuthentication } from "../src/emv/issuerAuthentication.js";
import { issuerScripts } from "../src/emv/issuerScripts.js";
import { openTransaction, type TransactionParameters, toFirstCryptogram } from "../src/emv/kernel.js";
import {
	TAG_8A_AUTHORISATION_RESPONSE_CODE,
	TAG_9F2D_ICC_PIN_KEY_CERTIFICATE,
	TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA,
	TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE,
	TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE,
	TAG_91_ISSUER_AUTHENTICATION_DATA,
} from "../src/emv/tags.js";
import { type KernelMerchant, terminalData } from "../src/emv/terminalData.js";
import type { KernelPorts, Transaction } from "../src/emv/transaction.js";
import type { PinPad } from "../src/keys/pinPad.js";
import type { Crypto } from "../src/ports.js";

/** A sale as it once went, hexadecimal; plain JSON. */
export interface RecordedSale {
	/** C-APDU, response data, status word. */
	readonly exchanges: readonly (readonly [command: string, data: string, sw: number])[];
	readonly unpredictableNumber: string;
	readonly responseCode: string;
	readonly parameters: Omit<TransactionParameters, "terminalData">;
	readonly merchant: KernelMerchant;
}

/** One cryptographic operation of the sale with its operands, to be run alone. */
export type CryptographicOperation = () => unknown;

const VERIFY = "0020";
const EXTERNAL_AUTHENTICATE = "0082";

/**
 * The kernel's part of a sale against a recorded card: every answer is the recorded one. Neither
 * card nor bank computes anything, nothing is displayed or stored.
 */
export class ReplayedSale {
	transaction!: Transaction;
	readonly #sale: RecordedSale;
	readonly #responses: readonly Promise<ResponseApdu>[];
	readonly #configuration: TerminalConfiguration;
	readonly #parameters: TransactionParameters;
	readonly #crypto: Crypto;
	readonly #issuerAuthenticationData: Uint8Array;
	readonly #ports: KernelPorts;
	readonly #sent: CommandApdu[] = [];
	readonly #pinData: Uint8Array;
	readonly #encipheredPins: [key: RsaPublicKey, block: Uint8Array][] = [];

	constructor(sale: RecordedSale, configuration: TerminalConfiguration, crypto: Crypto) {
		this.#sale = sale;
		this.#configuration = configuration;
		this.#parameters = { ...sale.parameters, terminalData: terminalData(configuration, sale.merchant) };
		this.#crypto = crypto;
		this.#responses = sale.exchanges.map(([, data, sw]) => Promise.resolve({ data: parseHex(data), sw }));
		const verify = sale.exchanges.find(([command]) => command.startsWith(VERIFY))!;
		this.#pinData = new Uint8Array(parseHex(verify[0]).length - 5).fill(0x55);
		this.#pinData[0] = 0x7f;
		const authenticate = sale.exchanges.find(([command]) => command.startsWith(EXTERNAL_AUTHENTICATE))!;
		this.#issuerAuthenticationData = parseHex(authenticate[0]).slice(5);
		this.#ports = this.#makePorts();
	}

	/** Exchanges that the kernel left out, or in which it sent something else; read after the run. */
	get differences(): string[] {
		const sent = this.#sent.map(command => formatHex(encodeCommand(command)));
		return this.#sale.exchanges.flatMap(([command], i) => {
			// An enciphered PIN block is never the same twice
			const isSame = sent[i] === command || (command.startsWith(VERIFY) && sent[i]?.startsWith(VERIFY));
			return isSame ? [] : [`exchange ${i + 1}: ${sent[i] ?? "nothing"}`];
		});
	}

	/** The whole dialogue, as `src/flows/sale.ts` leads it when the bank approves. */
	async run(): Promise<void> {
		const t = openTransaction(this.#ports, this.#configuration, this.#parameters);
		this.transaction = t;
		const ended = await toFirstCryptogram(t);
		if (ended || t.cryptogram !== "ARQC") throw new Error(`no ARQC: ${ended?.reason ?? t.cryptogram}`);
		t.data.set(TAG_8A_AUTHORISATION_RESPONSE_CODE, asciiBytes(this.#sale.responseCode));
		t.data.set(TAG_91_ISSUER_AUTHENTICATION_DATA, this.#issuerAuthenticationData);
		await issuerAuthentication(t);
		await issuerScripts(t, [], TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC);
		const refused = await generateSecondAc(t, "TC");
		if (refused) throw new Error(`no TC: ${refused.reason}`);
		await issuerScripts(t, [], TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC);
	}

	/** RSA is not a port: after the run, the operations that led to the keys and signatures which the sale ended with. */
	get rsaOperations(): CryptographicOperation[] {
		const operations: CryptographicOperation[] = [];
		const note = (key: RsaPublicKey, input: Uint8Array) => operations.push(() => rsaRecover(key, input));
		const { data, configuration, issuerPublicKey, cdaKey } = this.transaction;
		const caKey = configuration.caPublicKeys.find(
			key => key.modulus.length === data.card(TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE)!.length,
		)!;
		note(caKey, data.card(TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE)!);
		for (const tag of [TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE, TAG_9F2D_ICC_PIN_KEY_CERTIFICATE]) {
			const certificate = data.card(tag);
			if (certificate) note(issuerPublicKey!, certificate);
		}
		for (const [key, block] of this.#encipheredPins) note(key, block);
		// One signature of each GENERATE AC
		for (let i = 0; i < 2; i++) note(cdaKey!, data.card(TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA)!);
		return operations;
	}

	#makePorts(): KernelPorts {
		const sent = this.#sent;
		const responses = this.#responses;
		const unpredictableNumber = parseHex(this.#sale.unpredictableNumber);
		return {
			card: {
				transmit: command => {
					const n = sent.length;
					sent[n] = command;
					return responses[n]!;
				},
			},
			crypto: this.#crypto,
			random: { bytes: length => unpredictableNumber.subarray(0, length) },
			pinPad: this.#pinPad(),
			pinFailed() {},
			recentAmountMinor: () => 0,
			chooseApplication: async () => 0,
		};
	}

	/** Of the PIN pad's work only the encipherment for the card, which is one of the operations. */
	#pinPad(): PinPad {
		const entered = Promise.resolve("entered" as const);
		return {
			enter: () => entered,
			plaintextBlock: () => parseHex("241234FFFFFFFFFF"),
			onlineBlock: () => new Uint8Array(8),
			encipheredBlock: key => {
				this.#encipheredPins.push([key, this.#pinData]);
				return rsaRecover(key, this.#pinData);
			},
			forget: () => {},
		};
	}
}

/** The primitives, and beside them a list of what they were asked for: of a port, the kernel uses SHA-1 alone. */
export function notingCrypto(crypto: Crypto, operations: CryptographicOperation[]): Crypto {
	return {
		...crypto,
		sha1(...parts) {
			operations.push(() => crypto.sha1(...parts));
			return crypto.sha1(...parts);
		},
	};
}
