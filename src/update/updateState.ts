import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";

/** How an image must be. */
export interface InstalledImage {
	/** SHA-256. */
	readonly digest: Uint8Array;
	/** In bytes. */
	readonly size: number;
}

interface Stored {
	/** Highest rollback counter of an image that has confirmed itself. */
	readonly counter: number;
	/** The image that has confirmed itself last, as it was signed; absent: the one from manufacture. */
	readonly installed?: InstalledImage | undefined;
	/** Signed manifest of what is offered. */
	readonly offer?: Uint8Array | undefined;
	readonly phase:
		| "none"
		/** Chunks are to come. */
		| "fetching"
		/** All of it is in the other place, and right. */
		| "ready"
		/** It was started. */
		| "trial";
	/** Somebody has asked to install it. */
	readonly isAsked: boolean;
	/** How often an image that was whole was not what its manifest says. */
	readonly damages: number;
	/** SHA-256 of manifests whose image has failed: not tried again unless offered anew. */
	readonly failed: readonly Uint8Array[];
	/** Version of the newest of them, for people. */
	readonly failedVersion?: string | undefined;
}

const FILE = "update";
const MOST_FAILED = 4;
const INITIAL: Stored = Object.freeze({
	counter: 0,
	phase: "none",
	isAsked: false,
	damages: 0,
	failed: Object.freeze([]),
});

/** What the terminal must remember of updates, in one sealed file: each change is on the medium when the call returns. */
export class UpdateState {
	/** What was kept does not open: which images are too old nobody knows any more. */
	readonly isDamaged: boolean;
	readonly #file: SealedFile<Stored>;
	#stored: Stored;

	constructor(ports: SealedStorage) {
		this.#file = new SealedFile(ports, FILE);
		const kept = this.#file.read();
		this.isDamaged = kept === "damaged";
		this.#stored = kept === "damaged" || !kept ? INITIAL : ownBytes(kept);
	}

	get stored(): Stored {
		return this.#stored;
	}

	change(change: Partial<Stored>): void {
		this.#stored = { ...this.#stored, ...change };
		this.#file.write(this.#stored);
	}

	/** Nothing is offered any more. */
	clear(change: Partial<Stored> = {}): void {
		this.change({ offer: undefined, phase: "none", isAsked: false, damages: 0, ...change });
	}

	/** The offer is given up, and is not taken again. @param name SHA-256 of its manifest */
	fail(name: Uint8Array, version: string): void {
		const failed = [...this.#stored.failed, name].slice(-MOST_FAILED);
		this.clear({ failed, failedVersion: version });
	}
}

/** The decoder gives views into one buffer. */
function ownBytes({ installed, offer, failed, ...rest }: Stored): Stored {
	return {
		...rest,
		...(installed && { installed: { ...installed, digest: installed.digest.slice() } }),
		...(offer && { offer: offer.slice() }),
		failed: failed.map(each => each.slice()),
	};
}
