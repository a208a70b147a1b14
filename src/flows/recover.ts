import { wipe } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { ReversalReason } from "../host/messageValues.js";
import { type ReversalData, reverse } from "../host/reverse.js";
import type { Seal } from "../keys/seal.js";
import type { FlowContext } from "./flowContext.js";

const REVERSAL_TIMEOUT_MS = 15_000;

/** Gives every sale that a power cut left open its end: taken back when the bank may have seen it, otherwise just ended. */
export function closeInterrupted(c: FlowContext): void {
	for (const { batch, stan, sent } of c.journal.interrupted()) {
		const at = c.clock.now();
		if (sent)
			c.journal.append({ type: "reversalOwed", batch, stan, at, reason: "noResponse" satisfies ReversalReason });
		c.journal.append({
			type: "closed",
			batch,
			stan,
			at,
			outcome: "interrupted",
			online: sent,
			panMasked: undefined,
			cardLink: undefined,
			adviceRequired: false,
			scriptResults: undefined,
			responseCode: undefined,
			authorisationCode: undefined,
			retrievalReference: undefined,
		});
		c.log.line("terminal", `sale ${stan} was interrupted${sent ? ": a reversal is owed" : ""}`);
	}
}

/**
 * Delivers the reversals that are owed, oldest first, and stops at the first that the bank does not acknowledge:
 * it stays owed. Runs at boot and before each sale.
 * @returns whether nothing is owed any more
 */
export async function deliverReversals(c: FlowContext): Promise<boolean> {
	for (const owed of c.journal.owed().filter(({ kind }) => kind === "reversal")) {
		const original = openReversal(c.seal, c.journal.sealed(owed));
		const reason = owed.reason as ReversalReason;
		const answer = await reverse(c.link, c.hostTerminal, original, reason, c.keys.next(), REVERSAL_TIMEOUT_MS);
		if (answer !== "acknowledged") return false;
		c.journal.append({ type: "reversed", batch: owed.batch, stan: owed.stan, at: c.clock.now() });
	}
	return true;
}

export function sealReversal(seal: Seal, data: ReversalData): Uint8Array {
	const plain = encodeCbor(data);
	try {
		return seal.close(plain);
	} finally {
		wipe(plain); // WIPE
	}
}

/** @throws {Error} when the journal holds what this device did not seal */
function openReversal(seal: Seal, sealed: Uint8Array): ReversalData {
	const plain = seal.open(sealed);
	if (!plain) throw new Error("a reversal in the journal was sealed by another device: restore this device's keys");
	try {
		const data = decodeCbor(plain) as ReversalData;
		const { iccData } = data.values;
		return { ...data, values: { ...data.values, iccData: iccData?.slice() } }; // the decoder gives a view into what is wiped below
	} finally {
		wipe(plain); // WIPE
	}
}
