/** What PC/SC answers instead of success (pcsclite.h; PC/SC Part 5), as far as somebody here acts on it. */
export const SCARD_E_CANCELLED = 0x80100002;
export const SCARD_E_UNKNOWN_READER = 0x80100009;
export const SCARD_E_TIMEOUT = 0x8010000a;
export const SCARD_E_SHARING_VIOLATION = 0x8010000b;
export const SCARD_E_NO_SMARTCARD = 0x8010000c;
export const SCARD_E_PROTO_MISMATCH = 0x8010000f;
export const SCARD_E_READER_UNAVAILABLE = 0x80100017;
export const SCARD_E_NO_SERVICE = 0x8010001d;
export const SCARD_E_SERVICE_STOPPED = 0x8010001e;
export const SCARD_E_NO_READERS_AVAILABLE = 0x8010002e;
export const SCARD_W_UNRESPONSIVE_CARD = 0x80100066;
export const SCARD_W_UNPOWERED_CARD = 0x80100067;
export const SCARD_W_REMOVED_CARD = 0x80100069;

/** A call of PC/SC that failed. */
export class PcscError extends Error {
	override readonly name = "PcscError";
	/** SCARD_E_… or SCARD_W_…, unsigned. */
	readonly code: number;

	constructor(call: string, code: number) {
		super(`${call} failed with ${code.toString(16).toUpperCase()}`);
		this.code = code;
	}
}
