import { Command } from "commander";
import { compressedNumericText } from "../../src/bytes/bcd.js";
import { CardSession } from "../../src/card/cardSession.js";
import { ContactReader } from "../../src/card/contactReader.js";
import { openTransaction } from "../../src/emv/kernel.js";
import { TRANSACTION_TYPE_INQUIRY } from "../../src/emv/processingRestrictions.js";
import { selectApplication } from "../../src/emv/selectApplication.js";
import { terminalData } from "../../src/emv/terminalData.js";
import { type LogEntry, readTransactionLog } from "../../src/emv/transactionLog.js";
import type { PinPad } from "../../src/keys/pinPad.js";
import { openCard } from "../card/openCard.js";
import { VirtualSlot } from "../card/virtualSlot.js";
import { readConfiguration } from "../world/configurationFile.js";
import { testMerchant } from "../world/merchant.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { systemRandom } from "../world/system.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption } from "./options.js";

/** `kassa card-log`: what a card itself remembers of its transactions. */
export function cardLogCommand(): Command {
	return new Command("card-log")
		.description("print the transaction log that a test card keeps")
		.option("-c, --card <name>", "card to read: see `kassa card list`", "cda")
		.option("--json", "print one JSON array, tag to value, newest first")
		.addOption(stateOption())
		.action(async ({ card, json, state: folder }: { card: string; json?: boolean; state: string }) => {
			const state = new StateFolder(folder);
			await openTestWorld(state, false);
			const log = await readLog(state, card);
			if (json) console.log(JSON.stringify(log.map(entryJson)));
			else if (log.length === 0) console.log(`the card ${card} remembers no transaction`);
			else console.table(log.map(entryJson));
		});
}

/** @throws {UserError} when there is no such card or it keeps no log */
async function readLog(state: StateFolder, name: string): Promise<LogEntry[]> {
	const configuration = readConfiguration(state, undefined);
	const slot = new VirtualSlot();
	slot.insert(await openCard(state, name));
	const card = new CardSession(new ContactReader(slot));
	try {
		await card.activate();
		const t = openTransaction(
			{
				card,
				crypto: nodeCrypto,
				random: systemRandom,
				pinPad: NO_PIN_PAD,
				pinFailed() {},
				recentAmountMinor: () => 0,
				chooseApplication: async () => 0,
			},
			configuration,
			{
				transactionType: TRANSACTION_TYPE_INQUIRY,
				amountMinor: 0,
				cashbackMinor: 0,
				date: "260101",
				time: "000000",
				sequenceCounter: 0,
				merchantForcedOnline: false,
				terminalData: terminalData(configuration, testMerchant("commandLine", "en")),
			},
		);
		const ended = await selectApplication(t);
		const log = ended ? undefined : await readTransactionLog(t);
		if (!log) throw new UserError(`the card ${name} keeps no transaction log${ended ? `: ${ended.reason}` : ""}`);
		return log;
	} finally {
		await card.deactivate();
	}
}

function entryJson(entry: LogEntry): Record<string, string> {
	return Object.fromEntries(
		entry.map(([tag, value]) => [tag.toString(16).toUpperCase(), compressedNumericText(value)]),
	);
}

const refuse = (): never => {
	throw new Error("reading a log asks for no PIN");
};
const NO_PIN_PAD: PinPad = {
	enter: refuse,
	plaintextBlock: refuse,
	encipheredBlock: refuse,
	onlineBlock: refuse,
	forget: () => {},
};
