import { ManualClock } from "../../sim/world/manualClock.js";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { MemoryDisplay } from "../../sim/world/memoryDisplay.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { soon } from "../../sim/world/soon.js";
import type { Screen } from "../../src/display/screen.js";
import { decodeConfiguration } from "../../src/emv/decodeConfiguration.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import type { Crypto, Digit, Key } from "../../src/ports.js";
import type { TrainingCardKind } from "../../src/training/trainingCard.js";
import { TrainingTerminal } from "../../src/training/trainingTerminal.js";

/** 22 November 2026, 12:00 in Shanghai. */
export const NOON = Date.UTC(2026, 10, 22, 4);

/** As a terminal in a shop has it, without cards or CA keys: a training brings its own. */
export const LIVE_CONFIGURATION = Object.freeze({
	terminalType: "22",
	terminalCapabilities: "20F8C8",
	additionalTerminalCapabilities: "6000B03001",
	countryCode: 156,
	currencyCode: 156,
	currencyExponent: 2,
	ifdSerialNumber: "KASSA001",
	applications: [
		{
			aid: "A000000333010101",
			partialSelection: true,
			applicationVersion: "0030",
			tacDenial: "0010000000",
			tacOnline: "D84004F800",
			tacDefault: "D84000A800",
			floorLimitMinor: 0,
			randomSelection: { thresholdMinor: 0, targetPercent: 0, maximumTargetPercent: 0 },
			defaultDdol: "9F3704",
		},
	],
	caPublicKeys: [],
});

/** A training terminal on ports without a live terminal, and a trainee who does what the display asks. */
export class TrainingBench {
	readonly disk = new MemoryDisk();
	readonly clock = new ManualClock(NOON);
	readonly display = new MemoryDisplay();
	readonly log: string[] = [];
	readonly screens: Screen[] = [];
	readonly printed: Uint8Array[] = [];
	readonly training: TrainingTerminal;
	/** Which card the trainee puts in; undefined: none. */
	card: TrainingCardKind | undefined = "genuine";
	/** Keyed in one after the other; the last again and again. */
	pins: string[] = ["1234"];
	onScreen: ((screen: Screen) => void) | undefined;

	constructor(crypto: Crypto, profile: HostProfile = unionPay) {
		const random = new SeededRandom(7);
		this.training = new TrainingTerminal(
			{
				...{ display: this.display, clock: this.clock, entropy: random, crypto, storage: this.disk },
				log: { line: (source, text) => this.log.push(`${source} ${text}`) },
				printer: {
					print: async bytes => {
						this.printed.push(bytes.slice());
						return "printed";
					},
				},
			},
			{
				configuration: decodeConfiguration(LIVE_CONFIGURATION, crypto),
				profile,
				language: "en",
				onScreen: screen => {
					this.screens.push(screen);
					this.#see(screen);
					this.onScreen?.(screen);
				},
			},
		);
		this.training.show();
	}

	get names(): string[] {
		return this.screens.map(({ name }) => name);
	}

	press(...keys: readonly Key[]): void {
		for (const key of keys) this.training.pressKey(key);
	}

	#see(screen: Screen): void {
		const { name } = screen;
		const isEmpty = !screen.items.some(item => item.kind === "dots" && item.count > 0);
		if (name === "insertCard" && this.card) soon(() => this.training.insertCard(this.card!));
		else if (name === "pinIncorrect" || (name === "enterPin" && isEmpty)) soon(() => this.#type(this.#nextPin()));
		else if (name === "enterPasscode" && isEmpty) soon(() => this.#type("1234"));
		else if (name === "confirm" || name === "warning") soon(() => this.press("enter"));
	}

	#nextPin(): string {
		return this.pins.length > 1 ? this.pins.shift()! : this.pins[0]!;
	}

	#type(digits: string): void {
		this.press(...([...digits] as Digit[]), "enter");
	}
}
