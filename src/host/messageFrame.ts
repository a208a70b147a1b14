import { encodeFrame, requestFrame } from "./frame.js";
import { encodeMessage, type IsoMessage } from "./iso8583/message.js";
import { encodeWithMac, type MacKeys } from "./messageMac.js";
import type { HostProfile } from "./profiles/hostProfile.js";

/** The whole frame as it goes on the line. @param keys of its MAC; undefined when it has none */
export function frameOf(profile: HostProfile, message: IsoMessage, keys: MacKeys | undefined): Uint8Array {
	const bytes = keys ? encodeWithMac(profile, message, keys) : encodeMessage(profile.message, message);
	return encodeFrame(profile.frame, requestFrame(profile.frame, bytes));
}
