import type { TerminalConfiguration } from "../emv/configuration.js";
import { TRAINING_AID } from "./trainingCard.js";

const ALWAYS_ONLINE = Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0xff);
const NEVER = new Uint8Array(5);
/** DDOL: the unpredictable number. */
const DEFAULT_DDOL = Uint8Array.of(0x9f, 0x37, 0x04);
/** Tag 9F33, byte 2: plaintext PIN for the card and enciphered PIN for the bank beside what the live terminal can. */
const PIN_CAPABILITIES = 0xc0;

/** The live terminal's country, currency and type, with the training's application in the place of all others. */
export function trainingConfiguration(live: TerminalConfiguration): TerminalConfiguration {
	const terminalCapabilities = live.terminalCapabilities.slice();
	terminalCapabilities[1]! |= PIN_CAPABILITIES;
	return {
		...live,
		terminalCapabilities,
		applications: [
			{
				aid: TRAINING_AID,
				partialSelection: false,
				applicationVersion: Uint8Array.of(0x00, 0x30),
				tacDenial: NEVER,
				tacOnline: ALWAYS_ONLINE,
				tacDefault: ALWAYS_ONLINE,
				floorLimitMinor: 0,
				randomSelection: { thresholdMinor: 0, targetPercent: 0, maximumTargetPercent: 0 },
				defaultDdol: DEFAULT_DDOL,
				defaultTdol: undefined,
			},
		],
		caPublicKeys: [],
		revokedCertificates: [],
		exceptionList: [],
		storeAndForward: undefined,
	};
}
