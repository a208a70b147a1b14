import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { tdesCipher } from "../../../src/crypto/blockCipher.js";
import { cmac, padMethod1, retailMac } from "../../../src/crypto/mac.js";
import {
	deriveTdesInitialKey,
	deriveTdesTransactionKey,
	deriveTdesWorkingKey,
	nextTdesKsn,
	TDES_DUKPT_TRANSACTIONS,
	type TdesWorkingKey,
} from "../../../src/keys/dukptTdes.js";
import type { Got } from "../compare.js";
import type { Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";

export const dukptTdes: Operations = {
	derive_ik: inputs => ({ ik: deriveTdesInitialKey(nodeCrypto, inputs.hex("bdk"), inputs.hex("ksn")) }),
	transaction,
	next_ksn: inputs => ({ ksn: nextTdesKsn(inputs.hex("ksn")) }),
	count_keys: () => ({ usable_transactions: TDES_DUKPT_TRANSACTIONS }),
};

function transaction(inputs: Inputs): Got {
	const ksn = inputs.hex("ksn");
	const initialKey = inputs.has("ik") ? inputs.hex("ik") : deriveTdesInitialKey(nodeCrypto, inputs.hex("bdk"), ksn);
	const transactionKey = deriveTdesTransactionKey(nodeCrypto, initialKey, ksn);
	const workingKey = (purpose: TdesWorkingKey) => deriveTdesWorkingKey(nodeCrypto, transactionKey, purpose);
	const cipher = tdesCipher(nodeCrypto);
	const retailMac4 = (purpose: TdesWorkingKey) =>
		retailMac(nodeCrypto, workingKey(purpose), padMethod1(inputs.hex("mac_data"))).slice(0, 4);
	const cmacOf = (purpose: TdesWorkingKey) => cmac(cipher, workingKey(purpose), inputs.hex("mac_data"));
	const encrypted = (purpose: TdesWorkingKey) =>
		cipher.cbc(workingKey(purpose), new Uint8Array(8), inputs.hex("encrypt_data"), "encipher");
	return {
		ik: initialKey,
		transaction_key: transactionKey,
		...(inputs.has("clear_pin_block") && {
			encrypted_pin_block: cipher.ecb(workingKey("pin"), inputs.hex("clear_pin_block"), "encipher"),
		}),
		...(inputs.has("mac_data") && {
			retail_mac_request_4: retailMac4("macRequest"),
			retail_mac_response_4: retailMac4("macResponse"),
			cmac_request: cmacOf("macRequest"),
			cmac_response: cmacOf("macResponse"),
		}),
		...(inputs.has("encrypt_data") && {
			encrypted_request_cbc_iv0: encrypted("dataRequest"),
			encrypted_response_cbc_iv0: encrypted("dataResponse"),
		}),
	};
}
