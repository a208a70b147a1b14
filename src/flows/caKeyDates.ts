import { compressedNumericText } from "../bytes/bcd.js";
import { formatHex } from "../bytes/hex.js";
import type { CaPublicKey } from "../emv/configuration.js";
import type { Dated } from "../monitor/checks.js";

/** Until when the card schemes' keys hold, as far as they say so: to the end of the day named. */
export function caKeyDates(keys: readonly CaPublicKey[]): Dated[] {
	return keys.flatMap(({ rid, index, expiry }) => {
		if (!expiry) return [];
		const text = compressedNumericText(expiry);
		const [year, month, day] = [0, 2, 4].map(at => Number(text.slice(at, at + 2))) as [number, number, number];
		// EMV 4.4 Book 4, 6.7.3: years 00 to 49 are 20YY
		const until = Date.UTC(year < 50 ? 2000 + year : 1900 + year, month - 1, day + 1) - 1;
		return [{ name: `${formatHex(rid)} ${formatHex(Uint8Array.of(index))}`, until }];
	});
}
