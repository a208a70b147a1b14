import { concat, wipe } from "../../src/bytes/bytes.js";
import { decodeResponse } from "../../src/card/apdu.js";
import { CardError } from "../../src/card/cardError.js";
import { exchangeOverTpdus } from "../../src/card/t0.js";

/** The transmission protocol that a reader of APDUs is to use where it leaves the choice open. */
export type Transport = "t0" | "t1";

/** SW1 SW2 behind at most 256 bytes (ISO/IEC 7816-4, 5.1, short lengths). */
const MOST_RESPONSE_BYTES = 258;

/**
 * One command by way of an interface that carries TPDUs of T=0 or APDUs of T=1 as bytes: PC/SC, vpcd. With T=0 the
 * application leaves Le out where data go to the card, and fetches with GET RESPONSE (PC/SC Part 5, 3.1.1).
 * @param exchange bytes to the card, bytes from it
 * @returns R-APDU @throws {CardError} protocol, and what `exchange` throws
 */
export async function exchangeApdu(
	command: Uint8Array,
	transport: Transport,
	exchange: (bytes: Uint8Array) => Promise<Uint8Array>,
): Promise<Uint8Array> {
	if (transport === "t1") return checked(await exchange(command));
	return exchangeOverTpdus(command, async (header, p3, dataOut = NOTHING) => {
		const tpdu = concat(header, Uint8Array.of(p3), dataOut);
		try {
			return decodeResponse(checked(await exchange(tpdu)))!;
		} finally {
			wipe(tpdu); // WIPE: the body of a VERIFY
		}
	});
}

const NOTHING = new Uint8Array(0);

function checked(response: Uint8Array): Uint8Array {
	if (response.length < 2) throw new CardError("protocol", "the response is shorter than a status word");
	if (response.length > MOST_RESPONSE_BYTES) throw new CardError("protocol", "the response is longer than 258 bytes");
	return response;
}
