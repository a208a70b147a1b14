import { formatHex } from "../../src/bytes/hex.js";
import type { TransactionResult } from "../../src/flows/transactionResult.js";

/** The result for programs; bytes as hexadecimal, what is not known as null. */
export function transactionJson(result: TransactionResult): object {
	const hex = (bytes: Uint8Array | undefined) => (bytes ? formatHex(bytes) : null);
	const { card, bank } = result;
	return {
		operation: result.operation,
		outcome: result.outcome,
		status: result.status,
		reason: result.reason,
		online: result.online,
		amountMinor: result.amountMinor,
		currency: String(result.currency).padStart(3, "0"),
		invoice: result.invoice ?? null,
		batch: result.name?.batch ?? null,
		aid: hex(card?.aid),
		panMasked: card?.panMasked ?? null,
		tvr: hex(card?.tvr),
		tsi: hex(card?.tsi),
		cvmResults: hex(card?.cvmResults),
		cid: hex(card?.cid),
		scriptResults: card?.scriptResults.length ? hex(card.scriptResults) : null,
		responseCode: bank?.responseCode ?? null,
		authorisationCode: bank?.authorisationCode ?? null,
		stan: result.stan ?? null,
		retrievalReference: bank?.retrievalReference ?? null,
		balanceMinor: bank?.balanceMinor ?? null,
		apdus: result.apdus,
		bytesToCard: result.bytesToCard,
		bytesFromCard: result.bytesFromCard,
		reversal: result.reversal,
		fallbackAllowed: result.fallbackAllowed,
	};
}
