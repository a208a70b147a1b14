import { ContactReader } from "../../src/card/contactReader.js";
import { readBankConfig } from "../bank/bankConfig.js";
import { localDesk } from "../bank/binding/localDesk.js";
import { openBank } from "../bank/openBank.js";
import { cardProfile } from "../card/cardProfiles.js";
import { openCard } from "../card/openCard.js";
import { VirtualSlot } from "../card/virtualSlot.js";
import { Attendant } from "./attendant.js";
import { Cardholder } from "./cardholder.js";
import { readConfiguration } from "./configurationFile.js";
import { LocalBank } from "./localBank.js";
import { MemoryDisplay } from "./memoryDisplay.js";
import { TEST_SUPERVISOR_PASSCODE, TEST_TERMINAL_IDS, type TestTerminal } from "./merchant.js";
import { type StateFolder, UserError } from "./stateFolder.js";
import { MERCHANT_CARD } from "./testAcquirer.js";
import { startTestTerminal } from "./testTerminal.js";

/**
 * Binds terminals of a new world to the test merchant by the ceremony itself, with the bank in this process and hands that
 * do what the display asks.
 * @throws {UserError} when a ceremony ends in anything but a binding
 */
export async function bindTestTerminals(state: StateFolder, names: readonly TestTerminal[]): Promise<void> {
	const bank = openBank(readBankConfig(state.at("bank/config.json")));
	try {
		for (const name of names) {
			const code = bank.desk!.issueCode(TEST_TERMINAL_IDS[name]);
			const slot = new VirtualSlot();
			const card = await openCard(state, MERCHANT_CARD);
			const { terminal, pressKey, release } = startTestTerminal({
				state,
				name,
				bankPort: 0,
				socket: new LocalBank(bank.acquirer),
				desk: localDesk(bank.desk!),
				configuration: readConfiguration(state, undefined),
				reader: new ContactReader(slot),
				display: new MemoryDisplay(),
				log: { line: () => {} },
				onScreen: screen => {
					merchant.see(screen);
					manager.see(screen);
				},
			});
			const { pin } = cardProfile(MERCHANT_CARD)!.account;
			const merchant = new Cardholder({ pressKey, insertCard: () => slot.insert(card) }, [pin]);
			const manager = new Attendant(pressKey, { supervisorPasscode: TEST_SUPERVISOR_PASSCODE });
			try {
				const { done, reason } = await terminal.bind(code);
				if (!done) throw new UserError(`the terminal ${name} could not be bound: ${reason}`);
			} finally {
				release();
			}
		}
	} finally {
		bank.close();
	}
}
