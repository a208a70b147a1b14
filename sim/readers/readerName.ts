import { UserError } from "../world/stateFolder.js";

/** A reader as people name it on the command line. */
export type ReaderName =
	| { readonly kind: "virtual"; readonly card: string }
	| { readonly kind: "pcsc"; readonly reader?: string }
	| { readonly kind: "vpcd"; readonly port?: number }
	| { readonly kind: "replay"; readonly file: string };

/** What `--help` and the refusal of a wrong name say. */
export const READER_KINDS = "virtual:NAME, pcsc[:NAME], vpcd[:PORT] or replay:FILE";

/** @throws {UserError} in one sentence */
export function parseReaderName(text: string): ReaderName {
	const colon = text.indexOf(":");
	const kind = colon < 0 ? text : text.slice(0, colon);
	const rest = colon < 0 ? "" : text.slice(colon + 1);
	switch (kind) {
		case "virtual":
			if (!rest) throw new UserError("the reader virtual needs a card: virtual:NAME, see `kassa card list`");
			return { kind, card: rest };
		case "pcsc":
			return rest ? { kind, reader: rest } : { kind };
		case "vpcd":
			return rest ? { kind, port: parsePort(rest) } : { kind };
		case "replay":
			if (!rest) throw new UserError("the reader replay needs a recording: replay:FILE");
			return { kind, file: rest };
		default:
			throw new UserError(`there is no reader "${text}": give ${READER_KINDS}`);
	}
}

function parsePort(text: string): number {
	const port = /^[0-9]{1,5}$/.test(text) ? Number(text) : 0;
	if (port < 1 || port > 65_535) throw new UserError(`vpcd:${text} names no port: give a number from 1 to 65535`);
	return port;
}
