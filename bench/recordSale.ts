import { TEST_MERCHANT, TEST_TERMINAL_IDS } from "../sim/world/merchant.js";
import { nodeCrypto } from "../sim/world/nodeCrypto.js";
import { formatHex } from "../src/bytes/hex.js";
import { findTlv } from "../src/bytes/tlv.js";
import { encodeCommand } from "../src/card/apdu.js";
import { CardSession } from "../src/card/cardSession.js";
import { decodeDol } from "../src/emv/dol.js";
import { TAG_8C_CDOL1, TAG_9F37_UNPREDICTABLE_NUMBER, TAG_70_READ_RECORD_TEMPLATE } from "../src/emv/tags.js";
import { SaleBench } from "../test/flows/bench.js";
import { makeSaleWorld } from "../test/flows/saleWorld.js";
import type { RecordedSale } from "./replayedSale.js";

const AMOUNT_MINOR = 1234;

/** Makes a whole sale in Node with the test card `name`, and keeps what went between kernel and card. */
export async function recordSale(name: string): Promise<{ sale: RecordedSale; configuration: unknown }> {
	const { [name]: world } = await makeSaleWorld(name);
	const exchanges: [command: string, data: string, sw: number][] = [];
	const { transmit } = CardSession.prototype;
	CardSession.prototype.transmit = async function (command) {
		const sent = formatHex(encodeCommand(command));
		const response = await transmit.call(this, command);
		exchanges.push([sent, formatHex(response.data), response.sw]);
		return response;
	};
	try {
		const bench = new SaleBench({ ...world!, crypto: nodeCrypto });
		const { outcome, reason, stan } = await bench.sale(AMOUNT_MINOR);
		if (outcome !== "approved") throw new Error(`the sale to be recorded ended ${outcome}: ${reason}`);
		const parameters = {
			transactionType: 0x00,
			amountMinor: AMOUNT_MINOR,
			cashbackMinor: 0,
			date: "261122",
			time: "120000",
			sequenceCounter: stan!,
			merchantForcedOnline: false,
		};
		const merchant = { ...TEST_MERCHANT, terminalId: TEST_TERMINAL_IDS.commandLine };
		const unpredictableNumber = unpredictableNumberOf(exchanges);
		return {
			sale: { exchanges, unpredictableNumber, responseCode: "00", parameters, merchant },
			configuration: world!.configuration,
		};
	} finally {
		CardSession.prototype.transmit = transmit;
	}
}

/** Tag 9F37 as the first GENERATE AC carried it, in the place that the card's CDOL1 gives it. */
function unpredictableNumberOf(exchanges: RecordedSale["exchanges"]): string {
	const cdol1 = exchanges
		.map(
			([command, data]) => command.startsWith("00B2") && findTlv(Buffer.from(data, "hex"), TAG_70_READ_RECORD_TEMPLATE),
		)
		.map(template => template && findTlv(template, TAG_8C_CDOL1))
		.find(value => value);
	const { tags, lengths } = decodeDol(cdol1 as Uint8Array);
	const before = lengths.slice(0, tags.indexOf(TAG_9F37_UNPREDICTABLE_NUMBER));
	const at = before.reduce((sum, length) => sum + length, 0);
	const [command] = exchanges.find(([sent]) => sent.startsWith("80AE"))!;
	return command.slice(10 + 2 * at, 10 + 2 * at + 8);
}
