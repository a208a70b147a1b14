import { ManualClock } from "../../sim/world/manualClock.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { encodeCommand } from "../../src/card/apdu.js";
import type { ApplicationConfiguration, TerminalConfiguration } from "../../src/emv/configuration.js";
import { openTransaction } from "../../src/emv/kernel.js";
import { type KernelMerchant, terminalData } from "../../src/emv/terminalData.js";
import type { KernelPorts, Transaction } from "../../src/emv/transaction.js";
import type { PinEntryResult, PinPad, PinRequest } from "../../src/keys/pinPad.js";

/** Exact C-APDU expected, R-APDU returned, both in hexadecimal; spaces are for the reader. */
export type Exchange = readonly [command: string, response: string];

/** A card that is a list of pairs: any other command ends the test. */
export class ScriptedCard {
	readonly #left: Exchange[];

	constructor(exchanges: readonly Exchange[]) {
		this.#left = [...exchanges];
	}

	/** Pairs that nobody asked for. */
	get left(): readonly Exchange[] {
		return this.#left;
	}

	readonly transmit: KernelPorts["card"]["transmit"] = async command => {
		const sent = formatHex(encodeCommand(command));
		const next = this.#left.shift();
		if (!next || hex(next[0]) !== sent) throw new Error(`the card got ${sent}, the script has ${next?.[0] ?? "ended"}`);
		const response = bytes(next[1]);
		return { data: response.slice(0, -2), sw: (response.at(-2)! << 8) | response.at(-1)! };
	};
}

/** A PIN pad at which a script of results is typed; its blocks are recognisable. */
export class ScriptedPinPad implements PinPad {
	readonly requests: PinRequest[] = [];
	forgotten = 0;
	readonly #results: PinEntryResult[];

	constructor(...results: PinEntryResult[]) {
		this.#results = results;
	}

	async enter(request: PinRequest): Promise<PinEntryResult> {
		this.requests.push(request);
		const result = this.#results.shift();
		if (!result) throw new Error("a PIN was asked for that the script does not have");
		return result;
	}

	plaintextBlock = () => bytes("241234FFFFFFFFFF");
	encipheredBlock = (_key: unknown, challenge: Uint8Array) => challenge.slice();
	onlineBlock = () => bytes("0011223344556677");
	forget(): void {
		this.forgotten++;
	}
}

export const APPLICATION: ApplicationConfiguration = {
	aid: bytes("A0000003330101"),
	partialSelection: true,
	applicationVersion: bytes("0030"),
	tacDenial: new Uint8Array(5),
	tacOnline: new Uint8Array(5),
	tacDefault: new Uint8Array(5),
	floorLimitMinor: 10_000,
	randomSelection: { thresholdMinor: 0, targetPercent: 0, maximumTargetPercent: 0 },
	defaultDdol: bytes("9F3704"),
	defaultTdol: undefined,
};

export const CONFIGURATION: TerminalConfiguration = {
	terminalType: 0x22,
	terminalCapabilities: bytes("E0F8C8"),
	additionalTerminalCapabilities: bytes("6000F0A001"),
	countryCode: 156,
	currencyCode: 156,
	currencyExponent: 2,
	ifdSerialNumber: "KASSA001",
	applications: [APPLICATION],
	caPublicKeys: [],
	revokedCertificates: [],
	exceptionList: [],
	cdaMode: 1,
	pinBypass: true,
	storeAndForward: undefined,
	journalRetentionDays: 90,
	operatorIdleMinutes: 30,
};

export const MERCHANT: KernelMerchant = {
	terminalId: "10000001",
	merchantId: "123456789012345",
	categoryCode: "5411",
	name: "KASSA TEST",
};

export interface TransactionOptions {
	readonly exchanges?: readonly Exchange[];
	readonly ports?: Partial<KernelPorts>;
	readonly configuration?: Partial<TerminalConfiguration>;
	readonly application?: Partial<ApplicationConfiguration>;
	readonly amountMinor?: number;
	readonly cashbackMinor?: number;
	readonly transactionType?: number;
	readonly date?: string;
	/** Data objects of the card by tag, and more of the terminal's. */
	readonly card?: Readonly<Record<string, string>>;
	readonly terminal?: Readonly<Record<string, string>>;
}

/** A transaction of 1.00 yuan on 2026-11-22 whose application is selected already. */
export function openScripted(options: TransactionOptions = {}): { t: Transaction; card: ScriptedCard } {
	const card = new ScriptedCard(options.exchanges ?? []);
	const application = { ...APPLICATION, ...options.application };
	const configuration = { ...CONFIGURATION, applications: [application], ...options.configuration };
	const t = openTransaction(
		{
			card,
			crypto: nodeCrypto,
			random: new SeededRandom(1),
			pinPad: new ScriptedPinPad(),
			pinFailed() {},
			recentAmountMinor: () => 0,
			chooseApplication: async () => {
				throw new Error("nobody was to be asked");
			},
			...options.ports,
		},
		configuration,
		{
			transactionType: options.transactionType ?? 0,
			amountMinor: options.amountMinor ?? 100,
			cashbackMinor: options.cashbackMinor ?? 0,
			date: options.date ?? "261122",
			time: "120000",
			sequenceCounter: 1,
			merchantForcedOnline: false,
			terminalData: terminalData(configuration, MERCHANT),
		},
	);
	t.application = application;
	t.data.set(0x9f06, application.aid);
	t.data.set(0x9f09, application.applicationVersion);
	for (const [tag, value] of Object.entries(options.card ?? {})) t.data.setCard(Number.parseInt(tag, 16), bytes(value));
	for (const [tag, value] of Object.entries(options.terminal ?? {})) t.data.set(Number.parseInt(tag, 16), bytes(value));
	return { t, card };
}

export function tvr(t: Transaction): string {
	return formatHex(t.data.tvr);
}

export function tsi(t: Transaction): string {
	return formatHex(t.data.tsi);
}

/** 2026-11-22 12:00 UTC. */
export function noon(): ManualClock {
	return new ManualClock(Date.UTC(2026, 10, 22, 12));
}

export function bytes(text: string): Uint8Array {
	return parseHex(hex(text));
}

export function hex(text: string): string {
	return text.replace(/ /g, "");
}

/** A TLV object of known content. */
export function tlv(tag: string, ...values: readonly string[]): string {
	const value = hex(values.join(""));
	const length = value.length / 2;
	return hex(tag) + (length > 127 ? "81" : "") + length.toString(16).toUpperCase().padStart(2, "0") + value;
}
