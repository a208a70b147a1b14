import { concat, uintBytes, wipe } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { ApplicationState, CardMemory } from "./cardMemory.js";
import { CRYPTOGRAM_VERSIONS, type CryptogramVersion } from "./cryptogramVersion.js";
import { type DolEntry, decodeDol } from "./dol.js";
import type { ApplicationPersonalisation, OfflineLimits } from "./personalisation.js";
import type { ScriptTransaction } from "./secureMessaging.js";

/**
 * Where the transaction stands (EMV 4.4 Book 3, 6.3 and 9):
 * `selected` until GET PROCESSING OPTIONS, `initiated` until the first GENERATE AC, `online` while the terminal asks the
 * issuer, `completed` after a TC or an AAC.
 */
export type TransactionPhase = "selected" | "initiated" | "online" | "completed";

/** What the card must remember of its ARQC until the transaction is completed. */
export interface OnlineRequest {
	readonly arqc: Uint8Array;
	/** Values by tag, as the terminal sent them for CDOL1. */
	readonly cdol1Data: ReadonlyMap<string, Uint8Array>;
}

/** One transaction with one application: volatile, made by SELECT, gone with the next SELECT or a reset. */
export class ApplicationSession {
	readonly personalisation: ApplicationPersonalisation;
	readonly #memory: CardMemory;
	/** The try counter stood at zero before this transaction. */
	readonly pinBlockedBefore: boolean;
	phase: TransactionPhase = "selected";
	onlineRequest: OnlineRequest | undefined;
	/** From the first GENERATE AC on: what issuer scripts are bound to. */
	scriptTransaction: ScriptTransaction | undefined;
	#dolData: Uint8Array = new Uint8Array(0);
	dynamicDataAuthenticationPerformed = false;
	offlinePin: "not performed" | "passed" | "failed" = "not performed";
	issuerAuthentication: "not performed" | "passed" | "failed" = "not performed";
	/** From a right ARPC of method 2 (cryptogramVersion.ts). */
	cardStatusUpdate: Uint8Array = new Uint8Array(0);

	constructor(personalisation: ApplicationPersonalisation, memory: CardMemory) {
		this.personalisation = personalisation;
		this.#memory = memory;
		this.pinBlockedBefore = this.state.pinTryCounter === 0;
	}

	get state(): ApplicationState {
		return this.#memory.read(this.personalisation.name);
	}

	/** An issuer has blocked the application or the card, or it was made so. */
	get blocked(): boolean {
		return this.personalisation.blocked || this.state.blocked === true || this.#memory.cardBlocked;
	}

	/** Digits of the reference PIN. */
	get pin(): string {
		return this.state.pin ?? this.personalisation.pin;
	}

	/** In transactions. */
	get consecutiveOfflineLimits(): OfflineLimits | null {
		return this.state.consecutiveOfflineLimits ?? this.personalisation.consecutiveOfflineLimits;
	}

	/** In minor units of the card's currency. */
	get cumulativeOfflineLimits(): OfflineLimits | null {
		return this.state.cumulativeOfflineLimits ?? this.personalisation.cumulativeOfflineLimits ?? null;
	}

	get cryptogramVersion(): CryptogramVersion {
		return CRYPTOGRAM_VERSIONS[this.personalisation.cryptogramVersion ?? "CVN 01"];
	}

	/** The data that the terminal sent for PDOL, CDOL1 and CDOL2, one behind the other as they came. */
	get dolData(): Uint8Array {
		return this.#dolData;
	}

	addDolData(data: Uint8Array): void {
		this.#dolData = concat(this.#dolData, data);
	}

	/** The first cryptogram of the transaction is made. */
	beginScripts(cryptogram: Uint8Array): void {
		this.scriptTransaction = { atc: uintBytes(this.state.atc, 2), cryptogram: cryptogram.slice() };
	}

	update(changes: Partial<ApplicationState>): void {
		this.#memory.update(this.personalisation.name, changes);
	}

	/** The entries of one of the application's data object lists. */
	dol(name: "pdol" | "cdol1" | "cdol2" | "ddol"): DolEntry[] {
		return decodeDol(parseHex(this.personalisation[name]));
	}

	close(): void {
		wipe(this.onlineRequest?.arqc);
		this.onlineRequest = undefined;
	}
}
