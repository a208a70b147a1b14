import { isExpired } from "../../../src/emv/certificates.js";
import { expired, notYetEffective } from "../../../src/emv/processingRestrictions.js";
import type { Operations } from "../runner.js";

export const dates: Operations = {
	cert_mmyy_expired: inputs => ({ result: isExpired(inputs.hex("mmyy"), inputs.hex("transaction_date_9a")) }),
	application_not_yet_effective: inputs => ({
		result: notYetEffective(inputs.hex("effective_date_5f25"), inputs.hex("transaction_date_9a")),
	}),
	application_expired: inputs => ({
		result: expired(inputs.hex("expiration_date_5f24"), inputs.hex("transaction_date_9a")),
	}),
};
