import type { LibraryHandle } from "koffi";
import { UserError } from "../world/stateFolder.js";
import { PcscError, SCARD_E_NO_READERS_AVAILABLE, SCARD_E_NO_SERVICE, SCARD_E_TIMEOUT } from "./pcscError.js";

export const SCARD_PROTOCOL_T0 = 1;
export const SCARD_PROTOCOL_T1 = 2;
/** The contacts are taken down: at the end, and before the activation that follows, which is then a cold reset. */
const SCARD_UNPOWER_CARD = 2;

/** What SCardGetStatusChange tells of a reader. */
export interface ReaderState {
	/** To be given back with the next call, which waits until it is no longer true. */
	readonly state: number;
	readonly present: boolean;
}

/** A card that this process alone uses. */
export interface PcscCard {
	/** SCARD_PROTOCOL_T0 or SCARD_PROTOCOL_T1. */
	readonly protocol: number;
	readonly atr: Uint8Array;
	/** SCardTransmit: a TPDU of T=0 or an APDU of T=1. */
	transmit(bytes: Uint8Array): Promise<Uint8Array>;
	/** SCardDisconnect, card unpowered. */
	disconnect(): Promise<void>;
}

/** One connection to the PC/SC service. Its calls queue up behind each other, `cancel` alone does not. All throw `PcscError`. */
export interface PcscContext {
	listReaders(): Promise<string[]>;
	/**
	 * SCardGetStatusChange.
	 * @param known `state` of the answer before; 0 for an answer at once
	 * @returns the state as it is after a change or `timeoutMs`, whichever comes first
	 */
	statusChange(reader: string, known: number, timeoutMs: number): Promise<ReaderState>;
	/** SCardConnect, exclusively, and a cold reset. @param protocols sum of SCARD_PROTOCOL_… */
	connect(reader: string, protocols: number): Promise<PcscCard>;
	/** Ends a `statusChange` that waits. */
	cancel(): void;
	release(): Promise<void>;
}

const LIBRARY = "libpcsclite.so.1";
const SCARD_SCOPE_SYSTEM = 2;
const SCARD_SHARE_EXCLUSIVE = 1;
const SCARD_STATE_CHANGED = 0x02;
const SCARD_STATE_PRESENT = 0x20;
const ATR_LONGEST = 33;
const READER_NAME_LONGEST = 128;
/** Response of 256 bytes and status word, with room for a driver that writes more before it checks. */
const RESPONSE_BUFFER = 512;
/** Two words (pcsclite.h, SCARD_IO_REQUEST). */
const PCI_LENGTH = 16;

/**
 * Opens a connection to the PC/SC service of this machine, pcscd.
 * @throws {UserError} in one sentence when a part of it is missing
 */
export async function openPcscContext(): Promise<PcscContext> {
	const call = await loadPcsc();
	const out = [0];
	try {
		await call("SCardEstablishContext", SCARD_SCOPE_SYSTEM, null, null, out);
	} catch (error) {
		if (error instanceof PcscError && error.code === SCARD_E_NO_SERVICE)
			throw new UserError("pcscd does not run: apt install pcscd, then start it with systemctl start pcscd or pcscd");
		throw error;
	}
	return new LibraryContext(call, out[0]!);
}

/** Calls a function of the library in a thread of its own. @throws {PcscError} unless it succeeds */
type Call = (name: PcscFunction, ...args: unknown[]) => Promise<void>;

class LibraryContext implements PcscContext {
	readonly #call: Call;
	readonly #context: number;

	constructor(call: Call, context: number) {
		this.#call = call;
		this.#context = context;
	}

	async listReaders(): Promise<string[]> {
		const length = [0];
		try {
			await this.#call("SCardListReaders", this.#context, null, null, length);
			const names = new Uint8Array(length[0]!);
			await this.#call("SCardListReaders", this.#context, null, names, length);
			// Names each with a zero behind it, and one more zero behind the last.
			return Buffer.from(names).toString("utf8").split("\0").filter(Boolean);
		} catch (error) {
			if (error instanceof PcscError && error.code === SCARD_E_NO_READERS_AVAILABLE) return [];
			throw error;
		}
	}

	async statusChange(reader: string, known: number, timeoutMs: number): Promise<ReaderState> {
		const states = [
			{
				szReader: reader,
				pvUserData: null,
				dwCurrentState: known,
				dwEventState: 0,
				cbAtr: 0,
				rgbAtr: new Array<number>(ATR_LONGEST).fill(0),
			},
		];
		try {
			await this.#call("SCardGetStatusChange", this.#context, timeoutMs, states, 1);
		} catch (error) {
			if (!(error instanceof PcscError && error.code === SCARD_E_TIMEOUT)) throw error;
			if (known) return { state: known, present: (known & SCARD_STATE_PRESENT) !== 0 };
		}
		// The high half counts insertions and removals.
		const state = (states[0]!.dwEventState & ~SCARD_STATE_CHANGED) >>> 0;
		return { state, present: (state & SCARD_STATE_PRESENT) !== 0 };
	}

	async connect(reader: string, protocols: number): Promise<PcscCard> {
		const handle = [0];
		const protocol = [0];
		await this.#call("SCardConnect", this.#context, reader, SCARD_SHARE_EXCLUSIVE, protocols, handle, protocol);
		const card = handle[0]!;
		const disconnect = () => this.#call("SCardDisconnect", card, SCARD_UNPOWER_CARD);
		try {
			const mode = SCARD_SHARE_EXCLUSIVE;
			await this.#call("SCardReconnect", card, mode, protocols, SCARD_UNPOWER_CARD, protocol);
			const atr = await this.#atr(card);
			return { protocol: protocol[0]!, atr, transmit: bytes => this.#transmit(card, protocol[0]!, bytes), disconnect };
		} catch (error) {
			await disconnect().catch(() => {}); // what went wrong first is what counts
			throw error;
		}
	}

	cancel(): void {
		void this.#call("SCardCancel", this.#context).catch(() => {}); // nothing waited
	}

	release(): Promise<void> {
		return this.#call("SCardReleaseContext", this.#context);
	}

	async #atr(card: number): Promise<Uint8Array> {
		const name = new Uint8Array(READER_NAME_LONGEST);
		const atr = new Uint8Array(ATR_LONGEST);
		const atrLength = [ATR_LONGEST];
		await this.#call("SCardStatus", card, name, [name.length], [0], [0], atr, atrLength);
		return atr.slice(0, atrLength[0]);
	}

	async #transmit(card: number, dwProtocol: number, bytes: Uint8Array): Promise<Uint8Array> {
		const response = new Uint8Array(RESPONSE_BUFFER);
		const length = [response.length];
		const pci = { dwProtocol, cbPciLength: PCI_LENGTH };
		await this.#call("SCardTransmit", card, pci, bytes, bytes.length, null, response, length);
		return response.slice(0, length[0]);
	}
}

/** As in winscard.h of pcsc-lite; a DWORD there is a long, whatever its name says. */
const PROTOTYPES = {
	SCardEstablishContext: "long SCardEstablishContext(ulong scope, void *a, void *b, _Out_ long *context)",
	SCardReleaseContext: "long SCardReleaseContext(long context)",
	SCardListReaders: "long SCardListReaders(long context, void *groups, uint8_t *names, _Inout_ ulong *length)",
	SCardGetStatusChange:
		"long SCardGetStatusChange(long context, ulong timeout, _Inout_ SCARD_READERSTATE *states, ulong count)",
	SCardCancel: "long SCardCancel(long context)",
	SCardConnect:
		"long SCardConnect(long context, str reader, ulong share, ulong protocols, _Out_ long *card, _Out_ ulong *protocol)",
	SCardReconnect:
		"long SCardReconnect(long card, ulong share, ulong protocols, ulong initialisation, _Out_ ulong *protocol)",
	SCardStatus:
		"long SCardStatus(long card, uint8_t *name, _Inout_ ulong *nameLength, _Out_ ulong *state, _Out_ ulong *protocol, uint8_t *atr, _Inout_ ulong *atrLength)",
	SCardTransmit:
		"long SCardTransmit(long card, SCARD_IO_REQUEST *sent, uint8_t *bytes, ulong length, void *received, uint8_t *response, _Inout_ ulong *responseLength)",
	SCardDisconnect: "long SCardDisconnect(long card, ulong disposition)",
} as const;
type PcscFunction = keyof typeof PROTOTYPES;
type NativeFunction = ReturnType<LibraryHandle["func"]>;

/** Struct names are known to koffi for good, so that the library is loaded once. */
let loaded: Call | undefined;

async function loadPcsc(): Promise<Call> {
	if (loaded) return loaded;
	const koffi = await import("koffi").catch(() => {
		throw new UserError("the reader pcsc needs the package koffi: npm install koffi");
	});
	let library: LibraryHandle;
	try {
		library = koffi.load(LIBRARY);
	} catch {
		throw new UserError(`the reader pcsc needs ${LIBRARY}: apt install pcscd libpcsclite1`);
	}
	koffi.struct("SCARD_READERSTATE", {
		szReader: "str",
		pvUserData: "void *",
		dwCurrentState: "ulong",
		dwEventState: "ulong",
		cbAtr: "ulong",
		rgbAtr: koffi.array("uint8_t", ATR_LONGEST),
	});
	koffi.struct("SCARD_IO_REQUEST", { dwProtocol: "ulong", cbPciLength: "ulong" });
	const functions = Object.fromEntries(
		Object.entries(PROTOTYPES).map(([name, prototype]) => [name, library.func(prototype)]),
	) as Record<PcscFunction, NativeFunction>;
	loaded = (name, ...args) =>
		new Promise((resolve, reject) => {
			functions[name].async(...args, (error: unknown, result: number) => {
				const code = result >>> 0; // a LONG has 32 bits or 64
				if (error) reject(error);
				else if (code) reject(new PcscError(name, code));
				else resolve();
			});
		});
	return loaded;
}
