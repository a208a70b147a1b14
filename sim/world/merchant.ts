import type { Merchant } from "../../src/flows/flowContext.js";

/** The test merchant, in the terminal and at the test bank. */
export const TEST_MERCHANT = {
	merchantId: "898310000000001",
	categoryCode: "5812",
	name: "KASSA TEST CAFE",
} as const;

/**
 * Two terminals of the merchant, so that a sale from the command line can run beside the front panel, and a third that is
 * as it comes from manufacture whenever it is started.
 */
export const TEST_TERMINAL_IDS = { panel: "KASSA001", commandLine: "KASSA002", factory: "KASSA003" } as const;
export type TestTerminal = keyof typeof TEST_TERMINAL_IDS;

export function testMerchant(terminal: TestTerminal, language: Merchant["language"]): Merchant {
	return { ...TEST_MERCHANT, terminalId: TEST_TERMINAL_IDS[terminal], language };
}

/** Of terminals that a test binds by itself. */
export const TEST_BINDING_NUMBER = "202600000001";

/** What the supervisor of a test terminal types until `kassa passcode set` gives it another. A test value. */
export const TEST_SUPERVISOR_PASSCODE = "2468";
