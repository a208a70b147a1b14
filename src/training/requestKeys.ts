import { equal, readUint, wipe } from "../bytes/bytes.js";
import { formatHex, parseHex } from "../bytes/hex.js";
import type { MacKeys } from "../host/messageMac.js";
import type { SecurityProfile } from "../host/profiles/hostProfile.js";
import { decipherCardData } from "../keys/cardDataCipher.js";
import { deriveAesInitialKey, deriveAesTransactionKey, deriveAesWorkingKey, ownType } from "../keys/dukptAes.js";
import { deriveTdesInitialKey, deriveTdesTransactionKey, deriveTdesWorkingKey } from "../keys/dukptTdes.js";
import { hostMac } from "../keys/hostMac.js";
import { decodePinBlockFormat0, decodePinBlockFormat3 } from "../keys/pinBlock.js";
import { decipherPinBlockFormat4, decodePinFieldFormat4, encodePanFieldFormat4 } from "../keys/pinBlockFormat4.js";
import type { Crypto } from "../ports.js";

/** What the bank and its terminals share, by the profile's scheme; 16 bytes each unless said otherwise. */
export interface SharedKeys {
	/** Terminal master key, under which work keys travel. Without it no sign-in gives any. */
	readonly tmk?: Uint8Array;
	/** Work keys until the first sign-in; the MAC key has 8 or 16 bytes. */
	readonly pik?: Uint8Array;
	readonly mak?: Uint8Array;
	/** For card data. */
	readonly tdk?: Uint8Array;
	/** Base derivation key of DUKPT; 16, 24 or 32 bytes for AES. */
	readonly bdk?: Uint8Array;
}

/** What a sign-in has given a terminal, hexadecimal. */
export interface WorkKeyTexts {
	readonly pik: string;
	readonly mak: string;
	readonly tdk: string;
}

/** The bank's half of one message's keys. */
export interface RequestKeys {
	/** `mac` makes that of an answer, `macIsRight` judges that of the request. */
	readonly message: MacKeys;
	/** Which device and transaction of DUKPT; undefined under session keys. */
	readonly ksn: { readonly initialKeyId: string; readonly counter: number } | undefined;
	/** Card data of the request; undefined when it is not what its data key enciphers. */
	decipherData(enciphered: Uint8Array): Uint8Array | undefined;
	/** Whether the enciphered PIN block holds this PIN of this card. */
	pinIsRight(block: Uint8Array, pan: string, pin: string): boolean;
}

/**
 * The keys of a request.
 * @param ksn key serial number of the request
 * @returns undefined when the bank has none for it: not signed in, or no such device
 */
export function requestKeys(
	crypto: Crypto,
	security: SecurityProfile,
	shared: SharedKeys,
	{ workKeys }: { readonly workKeys?: WorkKeyTexts | undefined },
	ksn: Uint8Array | undefined,
): RequestKeys | undefined {
	switch (security.keyScheme) {
		case "masterSession":
			return sessionKeys(crypto, security, shared, workKeys);
		case "dukptTdes":
			return ksn?.length === 10 ? tdesDukpt(crypto, security, shared, ksn) : undefined;
		case "dukptAes":
			return ksn?.length === 12 ? aesDukpt(crypto, security, shared, ksn) : undefined;
	}
}

function sessionKeys(
	crypto: Crypto,
	{ mac: { algorithm }, pinBlockFormat }: SecurityProfile,
	{ pik, mak, tdk }: SharedKeys,
	workKeys: WorkKeyTexts | undefined,
): RequestKeys | undefined {
	const macKey = workKeys ? parseHex(workKeys.mak) : mak;
	const pinKey = workKeys ? parseHex(workKeys.pik) : pik;
	const dataKey = workKeys ? parseHex(workKeys.tdk) : tdk;
	if (!macKey || !pinKey) return undefined;
	const mac = (data: Uint8Array) => hostMac(crypto, algorithm, "T", macKey, data);
	return {
		message: { keySerialNumber: undefined, mac, macIsRight: (data, given) => isLeftPart(mac(data), given) },
		ksn: undefined,
		decipherData: data => dataKey && decipherCardData(crypto, "T", dataKey, data, true),
		pinIsRight: (block, pan, pin) => holdsPin(crypto, pinBlockFormat, pinKey, block, pan, pin),
	};
}

/** X9.24-1:2009, Annex A: the counter is the last 21 bits of the key serial number. */
function tdesDukpt(
	crypto: Crypto,
	{ mac: { algorithm }, pinBlockFormat }: SecurityProfile,
	{ bdk }: SharedKeys,
	ksn: Uint8Array,
): RequestKeys | undefined {
	if (!bdk) return undefined;
	const counter = readUint(ksn, 7, 3) & 0x1fffff;
	const device = ksn.slice();
	device[7]! &= 0xe0;
	device.fill(0, 8);
	const transactionKey = usable(() => deriveTdesTransactionKey(crypto, deriveTdesInitialKey(crypto, bdk, ksn), ksn));
	if (!transactionKey) return undefined;
	const key = (purpose: Parameters<typeof deriveTdesWorkingKey>[2]) =>
		deriveTdesWorkingKey(crypto, transactionKey, purpose);
	return {
		message: {
			keySerialNumber: ksn,
			mac: data => hostMac(crypto, algorithm, "T", key("macResponse"), data),
			macIsRight: (data, given) => isLeftPart(hostMac(crypto, algorithm, "T", key("macRequest"), data), given),
		},
		ksn: { initialKeyId: formatHex(device), counter },
		decipherData: data => decipherCardData(crypto, "T", key("dataRequest"), data, false),
		pinIsRight: (block, pan, pin) => holdsPin(crypto, pinBlockFormat, key("pin"), block, pan, pin),
	};
}

/** X9.24-3:2017, 6: an initial key ID of 8 bytes, then 32 bits of counter. */
function aesDukpt(
	crypto: Crypto,
	{ mac: { algorithm }, pinBlockFormat }: SecurityProfile,
	{ bdk }: SharedKeys,
	ksn: Uint8Array,
): RequestKeys | undefined {
	if (!bdk) return undefined;
	const initialKeyId = ksn.slice(0, 8);
	const transactionKey = usable(() =>
		deriveAesTransactionKey(crypto, deriveAesInitialKey(crypto, bdk, initialKeyId), ksn),
	);
	if (!transactionKey) return undefined;
	const type = ownType(bdk);
	const key = (usage: Parameters<typeof deriveAesWorkingKey>[2]) =>
		deriveAesWorkingKey(crypto, transactionKey, usage, type, ksn);
	return {
		message: {
			keySerialNumber: ksn,
			mac: data => hostMac(crypto, algorithm, "A", key("macVerification"), data),
			macIsRight: (data, given) => isLeftPart(hostMac(crypto, algorithm, "A", key("macGeneration"), data), given),
		},
		ksn: { initialKeyId: formatHex(initialKeyId), counter: readUint(ksn, 8, 4) },
		decipherData: data => decipherCardData(crypto, "A", key("dataEncryption"), data, false),
		pinIsRight: (block, pan, pin) => holdsPin(crypto, pinBlockFormat, key("pinEncryption"), block, pan, pin),
	};
}

/** A counter that DUKPT does not use has no key. */
function usable(derive: () => Uint8Array): Uint8Array | undefined {
	try {
		return derive();
	} catch (error) {
		if (error instanceof Error && error.name === "KeyError") return undefined;
		throw error;
	}
}

function isLeftPart(mac: Uint8Array, given: Uint8Array): boolean {
	return given.length > 0 && equal(mac.subarray(0, given.length), given);
}

/** ISO 9564-1; a block that is none of its format holds no PIN. */
function holdsPin(
	crypto: Crypto,
	format: SecurityProfile["pinBlockFormat"],
	key: Uint8Array,
	block: Uint8Array,
	pan: string,
	pin: string,
): boolean {
	const expected = Uint8Array.from(pin, Number);
	let given: Uint8Array | undefined;
	try {
		if (format === 4)
			given = decodePinFieldFormat4(decipherPinBlockFormat4(crypto, key, block, encodePanFieldFormat4(pan)));
		else {
			const clear = crypto.desEcb(key, block, "decipher");
			given = format === 0 ? decodePinBlockFormat0(clear, pan) : decodePinBlockFormat3(clear, pan);
		}
		return equal(given, expected);
	} catch (error) {
		if (error instanceof RangeError) return false;
		throw error;
	} finally {
		wipe(given, expected);
	}
}
