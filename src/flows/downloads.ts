import { wipe } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type {
	ApplicationConfiguration,
	CaPublicKey,
	ExceptionCard,
	TerminalConfiguration,
} from "../emv/configuration.js";
import { decodeAidRecord, decodeCaKeyRecord, decodeHotCards } from "../emv/downloadedRecords.js";
import { SealedFile } from "../journal/sealedFile.js";
import type { Seal } from "../keys/seal.js";
import type { Crypto, Log, Storage } from "../ports.js";
import { type AcquirerLimits, decodeParameters, narrowed, OWN_LIMITS } from "./acquirerLimits.js";

const NAMES = Object.freeze(["parameters", "aids", "caKeys", "hotCards"] as const);
export type DownloadName = (typeof NAMES)[number];

export interface DownloadPorts {
	readonly storage: Storage;
	readonly seal: Seal;
	readonly crypto: Crypto;
	readonly log: Log;
}

interface Effects {
	readonly applications: readonly ApplicationConfiguration[];
	readonly caPublicKeys: readonly CaPublicKey[];
	readonly hotCards: readonly ExceptionCard[];
	readonly limits: AcquirerLimits;
}

/**
 * What the acquirer has given the terminal beyond its configuration file, sealed on the medium: a list of hot cards holds card
 * numbers, and a key that somebody else put there would open the terminal to forged cards.
 */
export class Downloads {
	readonly #ports: DownloadPorts;
	readonly #base: TerminalConfiguration;
	/** Which lists were given, so that one that is removed is missed. */
	readonly #given: SealedFile<readonly DownloadName[]>;
	#configuration: TerminalConfiguration;
	#limits: AcquirerLimits = OWN_LIMITS;

	/** @param base as the terminal was set up */
	constructor(ports: DownloadPorts, base: TerminalConfiguration) {
		this.#ports = ports;
		this.#base = base;
		this.#given = new SealedFile(ports, "downloads");
		this.#configuration = this.#applied();
	}

	/** What the terminal goes by now. Downloaded applications and CA keys stand in the place of the file's, hot cards beside them. */
	get configuration(): TerminalConfiguration {
		return this.#configuration;
	}

	/** What the acquirer's parameters allow. */
	get limits(): AcquirerLimits {
		return this.#limits;
	}

	/** Keeps a list whole in the place of the one before. @throws {ConfigurationError} when a record is wrong; nothing is changed then */
	keep(name: DownloadName, records: readonly Uint8Array[]): void {
		this.#decode(name, records);
		const { storage, seal } = this.#ports;
		const plain = encodeCbor(records);
		try {
			storage.replace(fileName(name), seal.close(plain));
		} finally {
			wipe(plain); // WIPE
		}
		// Behind the list: a power cut between the two leaves one that is there and need not be.
		const given = this.#names();
		if (!given.includes(name)) this.#given.write([...given, name]);
		this.#configuration = this.#applied();
	}

	/** Lists that were changed or damaged since they were kept: the terminal does without them. */
	damaged(): DownloadName[] {
		return NAMES.filter(name => {
			try {
				this.#decode(name, this.#read(name));
				return false;
			} catch {
				return true;
			}
		});
	}

	/** The terminal goes by what it was set up with again. */
	forget(): void {
		const { storage } = this.#ports;
		this.#given.remove();
		for (const name of NAMES) if (storage.size(fileName(name)) !== undefined) storage.remove(fileName(name));
		this.#configuration = this.#applied();
	}

	/** The acquirer has given this terminal such a list, be it empty. */
	has(name: DownloadName): boolean {
		return this.#ports.storage.size(fileName(name)) !== undefined;
	}

	/** The list as it was kept; empty without one. @throws {Error} when it is damaged */
	kept(name: DownloadName): readonly Uint8Array[] {
		return this.#read(name);
	}

	/** What it is not known of any more counts as given. */
	#names(): readonly DownloadName[] {
		const given = this.#given.read();
		return given === "damaged" ? NAMES : (given ?? []);
	}

	#applied(): TerminalConfiguration {
		const applications = this.#effects("aids").applications ?? [];
		const caPublicKeys = this.#effects("caKeys").caPublicKeys ?? [];
		const hotCards = this.#effects("hotCards").hotCards ?? [];
		this.#limits = this.#effects("parameters").limits ?? OWN_LIMITS;
		return {
			...this.#base,
			...(applications.length && { applications }),
			...(caPublicKeys.length && { caPublicKeys }),
			storeAndForward: narrowed(this.#base.storeAndForward, this.#limits),
			exceptionList: [...this.#base.exceptionList, ...hotCards],
		};
	}

	#effects(name: DownloadName): Partial<Effects> {
		try {
			return this.#decode(name, this.#read(name));
		} catch (error) {
			const why = error instanceof Error ? error.message : "unknown fault";
			this.#ports.log.line("terminal", `the downloaded ${name} are not used: ${why}`);
			return {};
		}
	}

	#decode(name: DownloadName, records: readonly Uint8Array[]): Partial<Effects> {
		switch (name) {
			case "aids":
				return { applications: records.map(decodeAidRecord) };
			case "caKeys":
				return { caPublicKeys: records.map(record => decodeCaKeyRecord(record, this.#ports.crypto)) };
			case "hotCards":
				return { hotCards: records.flatMap(decodeHotCards) };
			case "parameters":
				return { limits: decodeParameters(records) };
		}
	}

	#read(name: DownloadName): Uint8Array[] {
		const { storage, seal } = this.#ports;
		const size = storage.size(fileName(name));
		if (size === undefined) {
			if (this.#names().includes(name)) throw new Error("they were removed: download them again");
			return [];
		}
		const plain = seal.open(storage.read(fileName(name), 0, size));
		if (!plain) throw new Error("they are damaged: download them again");
		try {
			return (decodeCbor(plain) as Uint8Array[]).map(record => record.slice());
		} finally {
			wipe(plain); // WIPE
		}
	}
}

function fileName(name: DownloadName): string {
	return `download-${name}`;
}
