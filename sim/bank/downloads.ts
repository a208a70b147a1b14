/** One thing that terminals fetch, such as a CA public key. */
export interface DownloadRecord {
	/** By which a terminal asks for it. */
	readonly key: Uint8Array;
	readonly record: Uint8Array;
}

/** What terminals fetch from the bank, as its configuration has it. */
export interface Downloads {
	/** Parameters as text. */
	readonly parameters: string | undefined;
	readonly aids: readonly DownloadRecord[];
	readonly caKeys: readonly DownloadRecord[];
	/** Card numbers that no terminal may take. */
	readonly hotCards: readonly string[];
}

export const NO_DOWNLOADS: Downloads = Object.freeze({
	parameters: undefined,
	aids: Object.freeze([]),
	caKeys: Object.freeze([]),
	hotCards: Object.freeze([]),
});
