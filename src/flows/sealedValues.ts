import { wipe } from "../bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../bytes/cbor.js";
import type { MessageValues } from "../host/messageValues.js";
import type { ReversalData } from "../host/reverse.js";
import type { Seal } from "../keys/seal.js";

/** A message's values for the journal. The PIN block and the track stay out: no later message carries them. */
export function sealValues(seal: Seal, values: MessageValues): Uint8Array {
	const { track2: _track2, pinBlock, keySerialNumber: _keySerialNumber, ...kept } = values;
	return sealed(seal, { ...kept, pinEntered: values.pinEntered ?? pinBlock !== undefined });
}

export function sealReversal(seal: Seal, data: ReversalData): Uint8Array {
	return sealed(seal, data);
}

/** @throws {Error} when the journal holds what this device did not seal */
export function openValues(seal: Seal, box: Uint8Array): MessageValues {
	return opened(seal, box, plain => withOwnBytes(plain as MessageValues));
}

/** @throws {Error} when the journal holds what this device did not seal */
export function openReversal(seal: Seal, box: Uint8Array): ReversalData {
	return opened(seal, box, plain => {
		const data = plain as ReversalData;
		return { ...data, values: withOwnBytes(data.values) };
	});
}

function sealed(seal: Seal, value: object): Uint8Array {
	const plain = encodeCbor(value);
	try {
		return seal.close(plain);
	} finally {
		wipe(plain); // WIPE
	}
}

function opened<T>(seal: Seal, box: Uint8Array, read: (value: unknown) => T): T {
	const plain = seal.open(box);
	if (!plain) throw new Error("the journal holds what another device has sealed: restore this device's keys");
	try {
		return read(decodeCbor(plain));
	} finally {
		wipe(plain); // WIPE
	}
}

/** The decoder gives views into the plain text, which is wiped. */
function withOwnBytes(values: MessageValues): MessageValues {
	return { ...values, iccData: values.iccData?.slice() };
}
