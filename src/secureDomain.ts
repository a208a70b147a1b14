import { DeviceRandom } from "./crypto/deviceRandom.js";
import { render } from "./display/render.js";
import type { Screen } from "./display/screen.js";
import * as screens from "./display/screens.js";
import type { CheckedDevice } from "./flows/checkTerminal.js";
import { requestCertificate } from "./flows/requestCertificate.js";
import { answerTampering } from "./keys/answerTampering.js";
import { KeyError } from "./keys/keyError.js";
import { formatKeyEvent } from "./keys/keyEvent.js";
import { KEYS_ERASED, KeySlots } from "./keys/keySlots.js";
import { TerminalIdentity } from "./keys/terminalIdentity.js";
import { TlsKey } from "./keys/tlsKey.js";
import { logZeroisation } from "./monitor/logZeroisation.js";
import type { TerminalPorts, TerminalSettings } from "./terminalSettings.js";

/** What stands before anything else, with keys or without: random numbers, key slots, the answer to tampering, the display. */
export class SecureDomain {
	readonly random: DeviceRandom;
	readonly slots: KeySlots;
	/** For the self-check. */
	readonly checked: CheckedDevice;
	readonly #ports: TerminalPorts;
	readonly #settings: TerminalSettings;
	readonly #tlsKey: TlsKey;
	readonly #tamperListeners = new Set<() => void>();
	#identity: TerminalIdentity | undefined;

	/**
	 * @throws {EntropyError} when there are no good random numbers
	 * @throws {KeyError} when the stored keys cannot be used; nothing has been changed then
	 */
	constructor(ports: TerminalPorts, settings: TerminalSettings) {
		const { storage, crypto, log, display, tamper } = ports;
		this.#ports = ports;
		this.#settings = settings;
		const random = new DeviceRandom(ports.entropy, crypto);
		const slots = new KeySlots({ storage, random, crypto }, settings.deviceKeySecret, event =>
			log.line("terminal", formatKeyEvent(event)),
		);
		this.random = random;
		this.slots = slots;
		this.checked = { slots, storage, random, display, tamper };
		this.#tlsKey = new TlsKey(slots, { crypto, random });
		slots.countBoot();
		if (tamper)
			answerTampering(slots, tamper, ports.clock, () => {
				for (const listener of this.#tamperListeners) listener();
				this.show(screens.tampered());
				this.#logErasure();
			});
		random.refresh();
		if (slots.logsAreUnsealed) this.#logErasure(); // an order from outside came by no other way
	}

	/** @throws {KeyError} */
	requireKeys(): void {
		if (this.slots.isZeroised) throw new KeyError(KEYS_ERASED);
	}

	/** Who this terminal is; its key pairs are made at the first call. @throws {KeyError} when the keys were erased */
	identity(): TerminalIdentity {
		this.requireKeys();
		this.#identity ??= new TerminalIdentity(this.slots, { crypto: this.#ports.crypto, random: this.random });
		return this.#identity;
	}

	/** What proves to the bank's TLS server who this terminal is. @throws {KeyError} when the keys were erased */
	tlsKey(): TlsKey {
		this.requireKeys();
		return this.#tlsKey;
	}

	/** Has the TLS key certified, where the line to the bank needs that. */
	async enrol(): Promise<void> {
		const { certificateSubject, language } = this.#settings;
		if (!certificateSubject) return;
		const { storage, clock, log } = this.#ports;
		const onWork = () => this.show(screens.service("makingKeys", language));
		await requestCertificate({ tlsKey: this.#tlsKey, storage, clock, log }, certificateSubject, onWork);
	}

	/** Draws a screen; without keys always the one that says so. */
	show(screen: Screen): void {
		const shown = this.slots.isZeroised ? screens.tampered() : screen;
		render(this.#ports.display, shown);
		this.#settings.onScreen?.(shown);
	}

	/** Calls `listener` as soon as the keys were erased. @returns a function that ends it */
	onTampered(listener: () => void): () => void {
		this.#tamperListeners.add(listener);
		return () => this.#tamperListeners.delete(listener);
	}

	#logErasure(): void {
		const { storage, crypto, log } = this.#ports;
		try {
			if (this.slots.zeroisation) logZeroisation({ storage, crypto }, this.slots.zeroisation);
		} catch (error) {
			log.line("terminal", `incident log: ${error instanceof Error ? error.message : "unknown fault"}`);
		}
	}
}
