import type { KeptData } from "./keptKind.js";

const words = (text: string): readonly string[] => Object.freeze(text.trim().split(/\s+/));
const row = (data: KeptData): KeptData => Object.freeze(data);

/** Rows of the table of kept data that the journal writes, and what comes in for it. */
export const KEPT_AROUND_MONEY: readonly KeptData[] = Object.freeze([
	row({
		name: "transactions",
		files: /^(?:journal|mirror)\.[0-9]{6}$/,
		where: "journal.NNNNNN and its copy mirror.NNNNNN",
		about: "cardholder",
		what: "every transaction: amount, time, first 6 and last 4 digits of the card, a token of it, answers of card and bank; sealed once more: card number and expiry for reversal, refund and advice",
		fields: words(`
			type at batch stan invoice operation amountMinor cashbackMinor tipMinor currency original requestKey operator approvedBy
			panMasked reversal outcome online approvedMinor cardLink foreign adviceRequired scriptResults responseCode
			authorisationCode retrievalReference hostDate hostTime receipt applicationLabel aid entryMode tvr tsi cvmResults
			applicationCryptogram cryptogramInformation atc panSequence sealedMessage reason sealed kind problem uncounted
			differenceMinor upTo totals count position verdict
		`),
		holdsPan: true,
		purpose: "money is booked once and can be given back; receipts, settlement, disputes",
		basis: "contract",
		protection: "sealed",
		retention: { until: "settledAndAged" },
	}),
	row({
		name: "state of the journal",
		files: /^(?:journal|mirror)\.head$/,
		where: "journal.head and its copy mirror.head",
		about: "cardholder",
		what: "counters, what is open or owed, batches; of the newest 100 sales the card's token and the amount",
		fields: words(`
			version checkpoint firstSegment end nextSequence state index obsolete numbers last open owed batches expiring
			keptFrom recent recentTimes batch stan at invoice operation amountMinor original sent foreign count totals runs
			nextNumber transactions invoices requests kind reason attempts phase first position verdict settledAt
		`),
		purpose: "a start reads the end of the journal only; floor limits see a card that comes again",
		basis: "contract",
		protection: "sealed",
		retention: { until: "settledAndAged" },
	}),
	row({
		name: "index",
		files: /^index\.[a-z]+\.[0-9]{6}$/,
		where: "index.KIND.NNNNNN",
		about: "nobody",
		what: "where the record of a batch, trace number, invoice number or (hashed) request key lies",
		fields: [],
		purpose: "a transaction is found without reading all",
		basis: "none",
		protection: "plain",
		retention: { until: "replaced" },
	}),
	row({
		name: "torn record",
		files: /^(?:journal|mirror)\.torn$/,
		where: "journal.torn, mirror.torn",
		about: "cardholder",
		what: "what a power cut has left of a record that never counted; it does not open",
		fields: [],
		purpose: "shows what happened to the medium",
		basis: "security",
		protection: "sealed",
		retention: { until: "aged" },
	}),
	row({
		name: "reserve",
		files: /^journal\.reserve$/,
		where: "journal.reserve",
		about: "nobody",
		what: "zeros",
		fields: [],
		purpose: "room to end what is under way",
		basis: "none",
		protection: "plain",
		retention: { until: "endOfDevice" },
	}),
	row({
		name: "name of the journal",
		files: /^journal\.id$/,
		where: "journal.id",
		about: "nobody",
		what: "8 random bytes",
		fields: [],
		purpose: "the bank tells this terminal's journals apart",
		basis: "contract",
		protection: "plain",
		retention: { until: "endOfDevice" },
	}),
	row({
		name: "batch number",
		files: /^batch$/,
		where: "batch",
		about: "nobody",
		what: "number of the newest batch",
		fields: [],
		purpose: "no number comes twice, even when the journal is lost",
		basis: "contract",
		protection: "plain",
		retention: { until: "endOfDevice" },
	}),
	row({
		name: "first journal",
		files: /^journal$/,
		where: "journal",
		about: "cardholder",
		what: "the journal as the first version wrote it: sales with masked card numbers",
		fields: [],
		purpose: "it is taken over at the first start",
		basis: "contract",
		protection: "plain",
		retention: { until: "done" },
	}),
	row({
		name: "journal set aside",
		files: /^set-aside\.[0-9]{6}(?:\.(?:journal|mirror)\.[a-z0-9]+)?$/,
		where: "set-aside.NNNNNN, set-aside.NNNNNN.NAME",
		about: "cardholder",
		what: "a journal whose keys were erased: nobody can open it; when it was put there",
		fields: words("at"),
		purpose: "tells the bank which batches it must settle from its side",
		basis: "contract",
		protection: "sealed",
		retention: { until: "aged" },
	}),
	row({
		name: "backup on its way in",
		files: /^restore-(?:[0-9]{6}|ready)$/,
		where: "restore-NNNNNN, restore-ready",
		about: "cardholder",
		what: "the journal of the terminal that this one replaces, until it is all here and taken over",
		fields: words("parts used batch stan invoice isBegun"),
		holdsPan: true,
		purpose: "a replacement goes on where the broken terminal ended",
		basis: "contract",
		protection: "sealed",
		retention: { until: "done" },
	}),
]);
