import { concat } from "../bytes/bytes.js";
import { encodeTlv, TlvError, tlvObjects } from "../bytes/tlv.js";
import {
	TAG_71_ISSUER_SCRIPT_TEMPLATE_1,
	TAG_72_ISSUER_SCRIPT_TEMPLATE_2,
	TAG_91_ISSUER_AUTHENTICATION_DATA,
} from "./tags.js";
import type { Transaction } from "./transaction.js";

/** What the issuer sends to its card through the host. */
export interface IssuerData {
	/** Tag 91. */
	readonly authenticationData?: Uint8Array;
	/** Values of the script templates, in the order they came. */
	readonly scripts71?: readonly Uint8Array[];
	readonly scripts72?: readonly Uint8Array[];
}

/** Data objects for the host, in the order of `tags`; those that the transaction lacks are left out. */
export function encodeIccData(t: Transaction, tags: readonly number[]): Uint8Array {
	const objects: Uint8Array[] = [];
	for (const tag of tags) {
		const value = t.data.get(tag);
		if (value) objects.push(encodeTlv(tag, value));
	}
	return concat(...objects);
}

/** @returns nothing of a field that is not well-formed: the card then decides without its issuer */
export function readIssuerData(iccData: Uint8Array | undefined): IssuerData {
	if (!iccData) return {};
	try {
		const objects = tlvObjects(iccData);
		const values = (tag: number) => {
			const found: Uint8Array[] = [];
			for (let i = 0; i < objects.length; i += 3)
				if (objects[i] === tag) found.push(iccData.slice(objects[i + 1]!, objects[i + 1]! + objects[i + 2]!));
			return found;
		};
		const [authenticationData] = values(TAG_91_ISSUER_AUTHENTICATION_DATA);
		return {
			...(authenticationData && { authenticationData }),
			scripts71: values(TAG_71_ISSUER_SCRIPT_TEMPLATE_1),
			scripts72: values(TAG_72_ISSUER_SCRIPT_TEMPLATE_2),
		};
	} catch (error) {
		if (error instanceof TlvError) return {};
		throw error;
	}
}
