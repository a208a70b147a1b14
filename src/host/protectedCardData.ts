import { TlvError } from "../bytes/tlv.js";
import { protectCardData, readCardData } from "../keys/cardDataProtection.js";
import type { MessageKeys } from "../keys/hostKeys.js";
import { Iso8583Error } from "./iso8583/iso8583Error.js";
import type { MessageValues } from "./messageValues.js";
import { findField } from "./profiles/carried.js";
import type { HostProfile } from "./profiles/hostProfile.js";

/**
 * The values of a message to the host as its profile lets them go on the line: those of `security.dataEncryption` leave
 * their own places and go together, under the message's data key, into the field `protectedCardData`.
 * @throws {Iso8583Error} when a number is not all digits or field 55 is not BER-TLV
 */
export function protectValues(
	profile: HostProfile,
	values: MessageValues,
	keys: Pick<MessageKeys, "encipherData">,
): MessageValues {
	const { dataEncryption } = profile.security;
	if (!dataEncryption) return values;
	const { pan, track2, iccData, uploads } = values;
	const goes = (name: "pan" | "track2" | "iccData") => dataEncryption.values.includes(name);
	const data = wellFormed(`field ${findField(profile, PROTECTED).number}: the card's data are not well-formed`, () =>
		protectCardData(keys, {
			pan: goes("pan") ? pan : undefined,
			track2: goes("track2") ? track2 : undefined,
			iccData: goes("iccData") ? iccData : undefined,
			otherPans: goes("pan") ? uploads?.flatMap(each => each.pan ?? []) : undefined,
		}),
	);
	return {
		...values,
		...(goes("pan") && { pan: undefined, uploads: uploads?.map(each => ({ ...each, pan: undefined })) }),
		...(goes("track2") && { track2: undefined }),
		...(goes("iccData") && iccData && { iccData: data.iccData }),
		protectedCardData: data.enciphered,
	};
}

/**
 * The acquirer's half: the card's values back in their places; what else was taken out of field 55 stays out.
 * @param decipher under the data key of the message; undefined when the bytes are not what that key enciphers
 * @throws {Iso8583Error} when they were changed
 */
export function openValues(
	values: MessageValues,
	decipher: (enciphered: Uint8Array) => Uint8Array | undefined,
): MessageValues {
	const { protectedCardData, ...others } = values;
	if (!protectedCardData) return values;
	const plain = decipher(protectedCardData);
	if (!plain) throw new Iso8583Error(CHANGED);
	const { otherPans = [], ...card } = wellFormed(CHANGED, () => readCardData(plain));
	const { uploads } = values;
	if (!uploads) return { ...others, ...card };
	if (otherPans.length !== uploads.length) throw new Iso8583Error("the card number of an upload is missing");
	return { ...others, ...card, uploads: uploads.map((each, i) => ({ ...each, pan: otherPans[i] })) };
}

const PROTECTED = "protectedCardData";
const CHANGED = "the enciphered card data is not under the key of the message";

function wellFormed<T>(otherwise: string, work: () => T): T {
	try {
		return work();
	} catch (error) {
		if (error instanceof TlvError || error instanceof RangeError) throw new Iso8583Error(otherwise);
		throw error;
	}
}
