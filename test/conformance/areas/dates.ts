import { isExpired } from "../../../src/emv/certificates.js";
import { dayNumber } from "../../../src/emv/date.js";
import { expired, notYetEffective } from "../../../src/emv/processingRestrictions.js";
import type { Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";

const today = (inputs: Inputs) => dayNumber(inputs.hex("transaction_date_9a"));

export const dates: Operations = {
	cert_mmyy_expired: inputs => ({ result: isExpired(inputs.hex("mmyy"), today(inputs)) }),
	application_not_yet_effective: inputs => ({
		result: notYetEffective(inputs.hex("effective_date_5f25"), today(inputs)),
	}),
	application_expired: inputs => ({
		result: expired(inputs.hex("expiration_date_5f24"), today(inputs)),
	}),
};
