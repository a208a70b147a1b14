import { equal } from "../bytes/bytes.js";
import type { SealedStorage } from "../journal/sealedFile.js";
import type { Clock, Crypto, Firmware, Supply } from "../ports.js";
import { chunkCount, openManifest, type UpdateManifest } from "./manifest.js";
import { Transfer, type WantedChunk } from "./transfer.js";
import { Trial } from "./trial.js";
import { UpdateError } from "./updateError.js";
import { powerOf, UPDATE_RULES, type UpdateRules, type Urgency, urgencyOf } from "./updateRules.js";
import { type InstalledImage, UpdateState } from "./updateState.js";
import { whyNotInstalled } from "./whyNotInstalled.js";

export interface UpdatePorts extends SealedStorage {
	readonly firmware: Firmware;
	readonly crypto: Crypto;
	readonly clock: Pick<Clock, "now" | "monotonicMs">;
	/** Absent on a board without a battery. */
	readonly supply?: Supply | undefined;
}

export interface UpdateSettings {
	/** Ed25519, 32 bytes each: the bank's, the vendor's; pinned at manufacture. */
	readonly keys: readonly Uint8Array[];
	readonly product: string;
	/** The kind of board that this one is. */
	readonly target: string;
	/** The image from manufacture; absent: nobody has said how it must be. */
	readonly image?: InstalledImage;
}

export interface UpdateAnswer {
	readonly done: boolean;
	readonly reason: string;
}

/** A medium that spoils the image so often is not tried again. */
const MOST_DAMAGES = 3;

/** Fetches, judges, installs and tries new firmware (docs/update.md). It restarts the terminal only when told to. */
export class Update {
	readonly #ports: UpdatePorts;
	readonly #settings: UpdateSettings;
	readonly #report: (text: string) => void;
	readonly #state: UpdateState;
	/** Of what is offered, on trial included. */
	#transfer: Transfer | undefined;
	/** Of what runs, when it is the image of the offer and has not proved itself. */
	#trial: Trial | undefined;

	/** @param report told in one sentence what the bank must hear of */
	constructor(ports: UpdatePorts, settings: UpdateSettings, report: (text: string) => void) {
		this.#ports = ports;
		this.#settings = settings;
		this.#report = report;
		this.#state = new UpdateState(ports);
		if (this.#state.isDamaged) report("the state of updates is damaged: no update is installed");
		this.#open();
		if (this.#state.stored.phase === "trial") this.#afterRestart();
	}

	get version(): string {
		return this.#ports.firmware.version;
	}

	get isOnTrial(): boolean {
		return this.#trial !== undefined;
	}

	/** What is offered and not installed. */
	get offer(): UpdateManifest | undefined {
		return this.isOnTrial ? undefined : this.#transfer?.offer;
	}

	get isReady(): boolean {
		return this.#state.stored.phase === "ready";
	}

	/** Bytes of the offered image that are here. */
	get held(): number {
		const { phase } = this.#state.stored;
		if (!this.#transfer) return 0;
		return phase === "fetching" ? this.#transfer.held : this.#transfer.offer.size;
	}

	/** Version whose image has failed last. */
	get failedVersion(): string | undefined {
		return this.#state.stored.failedVersion;
	}

	get urgency(): Urgency {
		return urgencyOf(this.offer, this.#seconds());
	}

	get rules(): UpdateRules {
		return UPDATE_RULES[this.urgency][powerOf(this.#ports.supply)];
	}

	/** For the self-check: SHA-256 of what runs, and as it was signed; undefined when nobody has said how it must be. */
	integrity(): { readonly actual: Uint8Array; readonly expected: Uint8Array } | undefined {
		const { phase, installed } = this.#state.stored;
		const image = phase === "trial" ? this.#transfer?.offer : (installed ?? this.#settings.image);
		return image && { expected: image.digest, actual: this.#ports.firmware.runningDigest(image.size) };
	}

	/** @param manifest signed; undefined: nothing is offered any more */
	takeOffer(manifest: Uint8Array | undefined): UpdateAnswer {
		if (this.#state.stored.phase === "trial")
			return { done: false, reason: "an update is on trial: offer it again afterwards" };
		if (!manifest) {
			this.#drop();
			return { done: true, reason: "no update is offered" };
		}
		const { offer: before } = this.#state.stored;
		if (before && equal(before, manifest)) return { done: true, reason: this.says() };
		const offer = this.#opened(manifest);
		const why = typeof offer === "string" ? offer : this.#whyNot(offer, manifest);
		if (typeof offer === "string" || why !== undefined) return { done: false, reason: why! };
		this.#drop();
		this.#state.change({ offer: manifest, phase: "fetching", isAsked: false, damages: 0 });
		this.#transfer = this.#transferOf(offer);
		return { done: true, reason: this.says() };
	}

	/** The piece that is to be fetched next; undefined when none is. */
	wanted(): WantedChunk | undefined {
		if (this.#state.stored.phase !== "fetching" || !this.rules.fetches) return undefined;
		const transfer = this.#transfer!;
		if (transfer.isComplete) this.#finish(transfer); // the power went before it was read back
		return this.#state.stored.phase === "fetching"
			? { digest: transfer.offer.digest, chunk: transfer.next }
			: undefined;
	}

	/** @param bytes undefined: whoever has the image cannot give it @returns why it was not taken */
	takeChunk({ digest, chunk }: WantedChunk, bytes: Uint8Array | undefined): string | undefined {
		const wanted = this.wanted();
		if (!wanted || !equal(digest, wanted.digest) || chunk !== wanted.chunk) return undefined; // asked for twice
		if (!bytes) return "the bank does not have the image that it offers";
		const transfer = this.#transfer!;
		if (!transfer.take(bytes)) return `chunk ${chunk} of the update is not what was signed`;
		if (transfer.isComplete) this.#finish(transfer);
		return undefined;
	}

	/** Somebody wants it installed now. @param version the one that is meant; "": whichever is offered */
	ask(version: string): UpdateAnswer {
		const refuse = (reason: string) => ({ done: false, reason });
		const { offer } = this;
		if (!offer) return refuse(this.isOnTrial ? `version ${this.version} is on trial` : "no update is offered");
		if (version && version !== offer.version) return refuse(`version ${version} is not offered, ${offer.version} is`);
		this.#state.change({ isAsked: true });
		return {
			done: true,
			reason: `version ${offer.version} is installed once all of it is here, the batch is settled and the terminal idle`,
		};
	}

	/** Whether the terminal is to see to it that the update can be installed. */
	get isDue(): boolean {
		if (this.#state.stored.phase !== "ready") return false;
		const { installs } = this.rules;
		return installs === "byItself" || (installs === "whenAsked" && this.#state.stored.isAsked);
	}

	/**
	 * Restarts with the new image, on trial; the terminal is idle.
	 * @returns why not; on a board it does not return otherwise
	 */
	install(): UpdateAnswer | undefined {
		if (!this.isDue) return { done: false, reason: "no update is due" };
		const why = this.#whyNot(this.#transfer!.offer, this.#state.stored.offer!); // time has passed since it was taken
		if (why !== undefined) {
			this.#drop();
			return { done: false, reason: why };
		}
		// First that it is tried: a start with another image than the one expected has fallen back.
		this.#state.change({ phase: "trial" });
		this.#ports.firmware.tryNext();
		return undefined;
	}

	/** @param passed nothing was found that blocks sales */
	selfChecked(passed: boolean): void {
		this.#trial?.selfChecked(passed);
	}

	/** The bank has answered: with a self-check that passed, that confirms a trial. */
	bankReached(): void {
		this.#trial?.bankReached();
	}

	/** The terminal is idle, and nothing was wrong since its start. */
	idle(): void {
		this.#trial?.idle();
	}

	/** In one sentence, for whoever asks. */
	says(): string {
		const { offer } = this;
		if (this.isOnTrial) return `version ${this.version} is on trial`;
		if (!offer) return `version ${this.version} is up to date`;
		const { chunkSize, version } = offer;
		if (!this.isReady)
			return `version ${version} is being fetched: ${Math.floor(this.held / chunkSize)} of ${chunkCount(offer)} chunks`;
		return `version ${version} is ready to be installed`;
	}

	#seconds(): number {
		return Math.floor(this.#ports.clock.now() / 1000);
	}

	#transferOf(offer: UpdateManifest): Transfer {
		return new Transfer(offer, this.#ports.firmware, this.#ports.crypto);
	}

	#whyNot(offer: UpdateManifest, manifest: Uint8Array): string | undefined {
		const { version, capacity } = this.#ports.firmware;
		const { product, target } = this.#settings;
		const { failed, counter } = this.#state.stored;
		const installed = {
			...{ product, target, version, capacity, failed },
			counter: this.#state.isDamaged ? undefined : counter,
		};
		return whyNotInstalled(offer, this.#ports.crypto.sha256(manifest), installed, this.#seconds());
	}

	/** All of it is here: is it what was signed, read back? */
	#finish(transfer: Transfer): void {
		if (transfer.isSound()) {
			this.#state.change({ phase: "ready" });
			return;
		}
		transfer.discard();
		const damages = this.#state.stored.damages + 1;
		if (damages < MOST_DAMAGES) this.#state.change({ damages });
		else this.#fail(`version ${transfer.offer.version} could not be kept: the medium spoils it`);
	}

	#drop(): void {
		this.#transfer?.discard();
		if (this.#state.stored.offer) this.#state.clear();
		this.#transfer = undefined;
	}

	#fail(text: string): void {
		const { offer: manifest } = this.#state.stored;
		this.#state.fail(this.#ports.crypto.sha256(manifest!), this.#transfer!.offer.version);
		this.#transfer?.discard();
		this.#transfer = undefined;
		this.#report(text);
	}

	/** What an earlier start has kept. An offer whose signer is no longer believed is none. */
	#open(): void {
		const { offer: manifest } = this.#state.stored;
		if (!manifest) return;
		const offer = this.#opened(manifest);
		if (typeof offer !== "string") {
			this.#transfer = this.#transferOf(offer);
			return;
		}
		this.#state.clear();
		this.#report(offer);
	}

	/** @returns one sentence when nobody whom this terminal believes has signed it */
	#opened(manifest: Uint8Array): UpdateManifest | string {
		try {
			return openManifest(this.#ports.crypto, manifest, this.#settings.keys);
		} catch (error) {
			if (error instanceof UpdateError) return error.message;
			throw error;
		}
	}

	/** A trial was begun: does the new image run, has it failed, or was it never started? */
	#afterRestart(): void {
		const { firmware, clock } = this.#ports;
		const { digest, size, version } = this.#transfer!.offer;
		if (equal(firmware.runningDigest(size), digest)) {
			if (firmware.isOnTrial) this.#trial = new Trial(firmware, clock, () => this.#confirmed());
			else this.#confirmed(); // the power went between the two halves of a confirmation
		} else if (firmware.hasFallenBack)
			this.#fail(`version ${version} did not prove itself: version ${firmware.version} runs again`);
		else if (firmware.isOnTrial)
			firmware.revert(); // what runs is not what was signed
		else this.#state.change({ phase: "ready" });
	}

	#confirmed(): void {
		const { digest, size, rollbackCounter } = this.#transfer!.offer;
		this.#state.clear({ counter: Math.max(this.#state.stored.counter, rollbackCounter), installed: { digest, size } });
		this.#trial = undefined;
		this.#transfer = undefined;
	}
}
