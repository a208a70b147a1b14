import { Acquirer } from "../../sim/bank/acquirer.js";
import { Bank } from "../../sim/bank/bank.js";
import type { CardOpening } from "../../sim/bank/books.js";
import type { Downloads } from "../../sim/bank/downloads.js";
import { MemoryBooks } from "../../sim/bank/memoryBooks.js";
import type { CardFault } from "../../sim/card/cardFault.js";
import { CardInterface } from "../../sim/card/cardInterface.js";
import type { CardState } from "../../sim/card/cardMemory.js";
import type { CommandCard } from "../../sim/card/command.js";
import type { ContactCard } from "../../sim/card/contactCard.js";
import { FaultyContact } from "../../sim/card/faultyContact.js";
import type { Personalisation } from "../../sim/card/personalisation.js";
import { VirtualCard } from "../../sim/card/virtualCard.js";
import { VirtualSlot } from "../../sim/card/virtualSlot.js";
import { Cardholder } from "../../sim/world/cardholder.js";
import { type BankSide, LocalBank } from "../../sim/world/localBank.js";
import { ManualClock } from "../../sim/world/manualClock.js";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { MemoryDisplay } from "../../sim/world/memoryDisplay.js";
import { TEST_MERCHANT, TEST_TERMINAL_IDS, testMerchant } from "../../sim/world/merchant.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { TamperSwitch } from "../../sim/world/tamperSwitch.js";
import { keptBinding, testAcquirerClaims, testBindingClaims, testSigner } from "../../sim/world/testBinding.js";
import type { BindingCertificate } from "../../src/binding/certificates.js";
import { BindingFile, type KeptBinding } from "../../src/binding/keptBinding.js";
import { asciiBytes } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { ContactReader, type ContactReaderOptions } from "../../src/card/contactReader.js";
import { x25519PublicKey } from "../../src/crypto/x25519.js";
import type { Screen, ScreenName } from "../../src/display/screen.js";
import type { Decision } from "../../src/emv/decision.js";
import { decodeConfiguration } from "../../src/emv/decodeConfiguration.js";
import type { Merchant } from "../../src/flows/flowContext.js";
import type { Order } from "../../src/flows/order.js";
import type { Training } from "../../src/flows/trainingHall.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import type { JournalEntry } from "../../src/journal/entries.js";
import type { JournalPorts } from "../../src/journal/journalStore.js";
import type { CertificateSubject } from "../../src/keys/certificateRequest.js";
import { deriveAesInitialKey } from "../../src/keys/dukptAes.js";
import { loadDukptKey } from "../../src/keys/dukptKeys.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { KeySlots } from "../../src/keys/keySlots.js";
import { Seal } from "../../src/keys/seal.js";
import { IncidentLog } from "../../src/monitor/incidentLog.js";
import type { RuleSet } from "../../src/monitor/rule.js";
import { AccessTrail } from "../../src/operators/accessTrail.js";
import { Passcodes } from "../../src/operators/passcodes.js";
import type {
	CardReader,
	Crypto,
	Entropy,
	Firmware,
	HostSocket,
	Key,
	Keypad,
	ManagementLink,
	Printer,
	Storage,
	Supply,
} from "../../src/ports.js";
import { Terminal } from "../../src/terminal.js";
import type { UpdateSettings } from "../../src/update/update.js";

export interface BenchOptions {
	readonly personalisation: Personalisation;
	/** JSON for `decodeConfiguration`. */
	readonly configuration: unknown;
	readonly issuerMasterKeyAc: string;
	/** Hexadecimal, for issuer scripts. */
	readonly secureMessaging: { readonly integrity: string; readonly confidentiality: string };
	readonly crypto: Crypto;
	/** For the terminal alone, where it is to differ from what card and bank compute with. */
	readonly terminalCrypto?: Crypto;
	/** The terminal's noise source, where it is not to be a seeded one. */
	readonly entropy?: Entropy;
	readonly pins?: readonly string[];
	/** How the terminal's reader agrees with the card. */
	readonly reader?: ContactReaderOptions;
	/** Of its own unless given: many terminals can call one bank. */
	readonly acquirer?: BankSide;
	readonly merchant?: Merchant;
	readonly certificateSubject?: CertificateSubject;
	/** As from manufacture: bound to nobody, without the bank's keys. */
	readonly isUnbound?: boolean;
	/** What the binding certificate says otherwise. */
	readonly binding?: Partial<BindingCertificate>;
	readonly serial?: string;
	readonly managementLink?: ManagementLink;
	/** Where its firmware lies, asked at each start, and whose it takes. */
	readonly firmware?: { readonly open: () => Firmware; readonly settings: UpdateSettings };
	/** A battery. */
	readonly supply?: Supply;
	/** 2026 when absent. */
	readonly seed?: number;
	/** unionPay when absent. */
	readonly profile?: HostProfile;
	/** Only the terminal master key is loaded: the work keys come with a sign-in. */
	readonly signsIn?: boolean;
	readonly downloads?: Downloads;
	/** 8 bytes: each terminal with DUKPT keys has one of its own. */
	readonly initialKeyId?: Uint8Array;
	readonly printer?: Printer;
	/** Puts something between the bank's line and its messages. */
	readonly wrapBank?: (bank: BankSide, books: MemoryBooks) => BankSide;
	/** What the terminal watches for; nothing when absent. */
	readonly monitoring?: RuleSet;
	readonly training?: Training | undefined;
	readonly account: CardOpening;
	/** Other cards that the bank knows. */
	readonly otherAccounts?: readonly CardOpening[];
	/** What the card does wrong besides what it is made to do wrong. */
	readonly faults?: readonly CardFault[];
}

/** 22 November 2026, 12:00 in Shanghai. */
const NOON = Date.UTC(2026, 10, 22, 4);
export const PIK = parseHex("1A2B3C4D5E6F708192A3B4C5D6E7F801");
export const MAK = parseHex("0F1E2D3C4B5A69788796A5B4C3D2E1F0");
export const TMK = parseHex("00112233445566778899AABBCCDDEEFF");
export const BDK = parseHex("FEDCBA9876543210F1F1F1F1F1F1F1F1");
export const INITIAL_KEY_ID = parseHex("1234567890ABCDEF");
/** What the supervisor's passcode is. */
/** Long enough that it is in no cryptogram of a log by chance. */
export const PASSCODE = "25801469";
export const DEVICE_KEY = new Uint8Array(32).fill(0x5a);

const ROOT_SEED = 1;
const TERMINAL_SEED = 3;
/** Whom the terminal of a bench is bound to, for what the bank signs. */
export const ACQUIRER_SEED = 2;

function identityOf(crypto: Crypto, serial: string) {
	const agreementSecret = new Uint8Array(32).fill(5);
	const agreementKey = x25519PublicKey(agreementSecret);
	const signingKey = testSigner(crypto, TERMINAL_SEED).publicKey;
	return { terminal: { serial, signingKey, agreementKey }, agreementSecret };
}

/** Signing takes long on a small engine: the same binding is made once. */
const bindings = new Map<string, KeptBinding>();

function benchBinding(
	crypto: Crypto,
	terminal: BindingCertificate["terminal"],
	{ language: _, ...merchant }: Merchant,
	changes: Partial<BindingCertificate> = {},
): KeptBinding {
	const name = JSON.stringify([terminal.serial, merchant, changes]);
	let kept = bindings.get(name);
	if (!kept) {
		const signers = { root: testSigner(crypto, ROOT_SEED), acquirer: testSigner(crypto, ACQUIRER_SEED) };
		const claims = testBindingClaims(terminal, NOON / 1000);
		const certificate = { ...claims, merchant: { ...claims.merchant, ...merchant }, ...changes };
		kept = keptBinding(signers, testAcquirerClaims(signers.acquirer.publicKey, NOON / 1000), certificate);
		bindings.set(name, kept);
	}
	return kept;
}

/** A terminal, its card, its cardholder and its bank in one process and without real time, for tests on any engine. */
export class SaleBench {
	readonly disk = new MemoryDisk();
	readonly clock = new ManualClock(NOON);
	/** The bank's goes with the terminal's unless it is set. */
	readonly bankClock = { utcOffsetMinutes: 480, offsetMs: 0, now: () => this.clock.now() + this.bankClock.offsetMs };
	readonly display = new MemoryDisplay();
	readonly books: MemoryBooks;
	readonly acquirer: BankSide;
	readonly bank: LocalBank;
	/** Its own bank behind the messages, unless the acquirer was given. */
	readonly desk: Bank;
	readonly entries: JournalEntry[] = [];
	readonly screens: Screen[] = [];
	readonly log: string[] = [];
	slot = new VirtualSlot();
	readonly decisions: Decision[] = [];
	readonly tamper = new TamperSwitch();
	/** Keys that were heard. */
	tones = 0;
	/** Puts something between the card and the contacts. */
	wrapCard: (card: ContactCard) => ContactCard = card => card;
	/** Puts something between the terminal and its reader. */
	wrapReader: (reader: CardReader) => CardReader = reader => reader;
	/** Puts something between the card and its transmission protocol. */
	wrapCommands: (card: CommandCard) => CommandCard = card => card;
	/** What the terminal watches for, from its next start on. */
	monitoring: RuleSet | undefined;
	/** Puts something between the terminal and its medium, from its next start on. */
	wrapStorage: (disk: MemoryDisk) => Storage = disk => disk;
	/** Puts something between the terminal and its line, from its next start on. */
	wrapSocket: (socket: HostSocket) => HostSocket = socket => socket;
	/** The line to a binding desk, from the terminal's next start on. */
	bindingDesk: HostSocket | undefined;
	/** Sees each screen after the cardholder has. */
	onScreen: ((screen: Screen) => void) | undefined;
	/** What the next card that is inserted does wrong besides what it is made to do wrong. */
	faults: readonly CardFault[];
	onJournalEntry: ((entry: JournalEntry) => void) | undefined;
	readonly #options: BenchOptions;
	readonly #random: SeededRandom;
	/** What the card keeps without power; undefined before its first use. */
	cardState: CardState | undefined;
	#keypad: Keypad = { onKey: undefined };
	#terminal: Terminal | undefined;

	constructor(options: BenchOptions) {
		const { crypto, issuerMasterKeyAc, account, secureMessaging } = options;
		this.#options = options;
		this.monitoring = options.monitoring;
		this.#random = new SeededRandom(options.seed ?? 2026);
		this.faults = options.faults ?? [];
		this.books = new MemoryBooks([TEST_MERCHANT.merchantId], [account, ...(options.otherAccounts ?? [])]);
		const merchant = { merchantId: TEST_MERCHANT.merchantId, terminalIds: Object.values(TEST_TERMINAL_IDS) };
		const issuerKeys = {
			issuerMasterKeyAc: parseHex(issuerMasterKeyAc),
			secureMessaging: {
				integrity: parseHex(secureMessaging.integrity),
				confidentiality: parseHex(secureMessaging.confidentiality),
			},
		};
		const { downloads, signsIn, profile = unionPay } = options;
		this.desk = new Bank({
			...{ issuerKeys, books: this.books, crypto, random: this.#random, clock: this.bankClock },
			...(downloads && { downloads }),
		});
		this.acquirer =
			options.acquirer ??
			new Acquirer({
				profile,
				merchants: [merchant],
				keys: { tmk: TMK, bdk: BDK, ...(!signsIn && { pik: PIK, mak: MAK }) },
				bank: this.desk,
			});
		this.bank = new LocalBank(options.wrapBank?.(this.acquirer, this.books) ?? this.acquirer);
	}

	get account(): CardOpening {
		return this.#options.account;
	}

	/** What the bank has booked to the merchant. */
	get merchantMinor(): number {
		return this.books.balanceMinor(TEST_MERCHANT.merchantId);
	}

	get terminal(): Terminal {
		this.#terminal ??= this.#boot();
		return this.#terminal;
	}

	sale(amountMinor: number, options?: Partial<Order>): Promise<TransactionResult> {
		return this.terminal.sale(amountMinor, options);
	}

	/** The power comes back: a new terminal on what the medium holds, an empty slot. */
	restart(): Terminal {
		this.disk.restart();
		this.slot.remove();
		this.slot = new VirtualSlot();
		this.#terminal = this.#boot();
		return this.#terminal;
	}

	removeCard(): void {
		this.slot.remove();
	}

	insertCard(): void {
		const { personalisation, crypto } = this.#options;
		const card = new VirtualCard({
			personalisation,
			crypto,
			random: this.#random,
			state: this.cardState,
			onStateChange: state => {
				this.cardState = state;
			},
		});
		card.faults = [...card.faults, ...this.faults];
		const contacts = new CardInterface(this.wrapCommands(card));
		this.slot.insert(this.wrapCard(new FaultyContact(contacts, card)));
	}

	/** To read the journal as it is on the medium. */
	get journalPorts(): JournalPorts {
		const slots = new KeySlots({ storage: this.disk, random: this.#random, crypto: this.#options.crypto }, DEVICE_KEY);
		return { storage: this.disk, seal: new Seal(slots, this.#random) };
	}

	pressKey(key: Key): void {
		this.#keypad.onKey?.(key);
	}

	screenNames(): ScreenName[] {
		return this.screens.map(screen => screen.name);
	}

	#manufacture(slots: KeySlots, crypto: Crypto): void {
		if (!this.#options.isUnbound) {
			this.#bind(slots, crypto);
			this.#loadKeys(slots, crypto);
		}
		this.passcodes.set("supervisor", asciiBytes(PASSCODE), NOON);
	}

	#loadKeys(slots: KeySlots, crypto: Crypto): void {
		const attributes = { algorithm: "T", exportability: "N" } as const;
		const kcv = (key: Uint8Array) => keyCheckValue(crypto, "T", key);
		slots.load({
			master: { ...attributes, usage: "K0", modeOfUse: "D", key: TMK, kcv: kcv(TMK) },
			...(!this.#options.signsIn && {
				pin: { ...attributes, usage: "P0", modeOfUse: "E", key: PIK, kcv: kcv(PIK) },
				mac: { ...attributes, usage: "M0", modeOfUse: "C", key: MAK, kcv: kcv(MAK) },
			}),
		});
		const { initialKeyId = INITIAL_KEY_ID } = this.#options;
		const initialKey = deriveAesInitialKey(crypto, BDK, initialKeyId);
		if (this.profile.security.keyScheme === "dukptAes")
			loadDukptKey(slots, crypto, "dukptAes", {
				...{ initialKey, ksn: initialKeyId, exportability: "N" },
				kcv: keyCheckValue(crypto, "A", initialKey),
			});
	}

	/** What the ceremony leaves behind, without the ceremony. */
	#bind(slots: KeySlots, crypto: Crypto): void {
		const { terminal, agreementSecret } = identityOf(crypto, this.#serial);
		const { secretKey } = testSigner(crypto, TERMINAL_SEED);
		const attributes = { algorithm: "E", exportability: "N" } as const;
		slots.install({
			signing: { ...attributes, usage: "S0", modeOfUse: "S", key: secretKey.slice() },
			agreement: { ...attributes, usage: "K3", modeOfUse: "X", key: agreementSecret },
		});
		const { merchant = testMerchant("commandLine", "en"), binding } = this.#options;
		const sealed = { storage: this.disk, seal: new Seal(slots, this.#random) };
		new BindingFile(sealed).write(benchBinding(crypto, terminal, merchant, binding));
		new IncidentLog({ ...sealed, crypto }).keep(); // the terminal that was bound had begun one
	}

	get #serial(): string {
		return this.#options.serial ?? "KASSA-BENCH";
	}

	get profile(): HostProfile {
		return this.#options.profile ?? unionPay;
	}

	get passcodes(): Passcodes {
		const { crypto } = this.#options;
		const ports = { ...this.journalPorts, crypto, random: this.#random };
		return new Passcodes(ports, new AccessTrail(ports, NOON), 2, NOON);
	}

	#boot(): Terminal {
		const { configuration, pins = ["1234"], merchant = testMerchant("commandLine", "en") } = this.#options;
		const crypto = this.#options.terminalCrypto ?? this.#options.crypto;
		const slots = new KeySlots({ storage: this.disk, random: this.#random, crypto }, DEVICE_KEY);
		if (!slots.isZeroised && !slots.has("master")) this.#manufacture(slots, crypto);
		this.#keypad = { onKey: undefined };
		const cardholder = new Cardholder(
			{ pressKey: key => this.pressKey(key), insertCard: () => this.insertCard() },
			pins,
		);
		return new Terminal(
			{
				storage: this.wrapStorage(this.disk),
				entropy: this.#options.entropy ?? this.#random,
				crypto,
				reader: this.wrapReader(new ContactReader(this.slot, this.#options.reader)),
				keypad: this.#keypad,
				display: this.display,
				socket: this.wrapSocket(this.bank),
				...(this.bindingDesk && { desk: this.bindingDesk }),
				clock: this.clock,
				tamper: this.tamper,
				...(this.#options.printer && { printer: this.#options.printer }),
				...(this.#options.managementLink && { managementLink: this.#options.managementLink }),
				...(this.#options.firmware && { firmware: this.#options.firmware.open() }),
				...(this.#options.supply && { supply: this.#options.supply }),
				sounder: {
					keyTone: () => {
						this.tones++;
					},
				},
				log: { line: (source, text) => this.log.push(`${source} ${text}`) },
			},
			{
				configuration: decodeConfiguration(configuration, crypto),
				serial: this.#serial,
				bankRoot: testSigner(crypto, ROOT_SEED).publicKey,
				language: merchant.language,
				profile: this.profile,
				...(this.#options.certificateSubject && { certificateSubject: this.#options.certificateSubject }),
				...(this.monitoring && { monitoring: this.monitoring }),
				...(this.#options.firmware && { update: this.#options.firmware.settings }),
				...(this.#options.training && { training: this.#options.training }),
				passcodeRounds: 2,
				deviceKeySecret: DEVICE_KEY,
				onScreen: screen => {
					this.screens.push(screen);
					cardholder.see(screen);
					this.onScreen?.(screen);
				},
				onJournalEntry: entry => {
					this.entries.push(entry);
					this.onJournalEntry?.(entry);
				},
				why: decision => this.decisions.push(decision),
			},
		);
	}
}
