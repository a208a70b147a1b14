import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { aesCipher } from "../../../src/crypto/blockCipher.js";
import { cmac } from "../../../src/crypto/mac.js";
import {
	AES_DUKPT_TRANSACTIONS,
	type AesKeyUsage,
	type DerivedKeyType,
	deriveAesInitialKey,
	deriveAesTransactionKey,
	deriveAesUpdateKey,
	deriveAesWorkingKey,
	nextAesKsn,
} from "../../../src/keys/dukptAes.js";
import { encipherPinBlockFormat4 } from "../../../src/keys/pinBlockFormat4.js";
import type { Got } from "../compare.js";
import type { Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";

export const dukptAes: Operations = {
	derive_ik: inputs => ({ ik: deriveAesInitialKey(nodeCrypto, inputs.hex("bdk"), inputs.hex("initial_key_id")) }),
	transaction,
	next_ksn: inputs => ({ ksn: nextAesKsn(inputs.hex("ksn")) }),
	update_key: inputs => ({
		key: deriveAesUpdateKey(
			nodeCrypto,
			inputs.hex("ik"),
			inputs.hex("initial_key_id"),
			inputs.text("key_type") as DerivedKeyType,
		),
	}),
	count_keys: () => ({ usable_transactions: AES_DUKPT_TRANSACTIONS }),
};

const AES_TYPES = [
	["AES128", 16],
	["AES192", 24],
	["AES256", 32],
] as const;

function transaction(inputs: Inputs): Got {
	const ksn = inputs.hex("ksn");
	const initialKey = inputs.has("ik")
		? inputs.hex("ik")
		: deriveAesInitialKey(nodeCrypto, inputs.hex("bdk"), ksn.slice(0, 8));
	const transactionKey = deriveAesTransactionKey(nodeCrypto, initialKey, ksn);
	const got: Record<string, unknown> = { ik: initialKey, transaction_key: transactionKey };
	const working = (usage: AesKeyUsage, type: DerivedKeyType) =>
		deriveAesWorkingKey(nodeCrypto, transactionKey, usage, type, ksn);
	const cipher = aesCipher(nodeCrypto);
	for (const [type, length] of AES_TYPES) {
		if (length > initialKey.length) continue;
		const pinKey = working("pinEncryption", type);
		const generationKey = working("macGeneration", type);
		const verificationKey = working("macVerification", type);
		const encryptionKey = working("dataEncryption", type);
		const decryptionKey = working("dataDecryption", type);
		got[`pin_key_${type}`] = pinKey;
		got[`mac_generation_key_${type}`] = generationKey;
		got[`mac_verification_key_${type}`] = verificationKey;
		got[`data_encryption_key_${type}`] = encryptionKey;
		got[`data_decryption_key_${type}`] = decryptionKey;
		if (inputs.has("pin_field")) {
			const fields = [inputs.hex("pin_field"), inputs.hex("pan_field")] as const;
			got[`encrypted_pin_block_${type}`] = encipherPinBlockFormat4(nodeCrypto, pinKey, ...fields);
		}
		if (inputs.has("mac_data")) {
			got[`request_cmac_${type}`] = cmac(cipher, generationKey, inputs.hex("mac_data"));
			got[`response_cmac_${type}`] = cmac(cipher, verificationKey, inputs.hex("mac_data"));
		}
		if (inputs.has("encrypt_data")) {
			const iv = new Uint8Array(16);
			const data = inputs.hex("encrypt_data");
			got[`encrypted_request_cbc_iv0_${type}`] = cipher.cbc(encryptionKey, iv, data, "encipher");
			got[`encrypted_response_cbc_iv0_${type}`] = cipher.cbc(decryptionKey, iv, data, "encipher");
		}
	}
	return got;
}
