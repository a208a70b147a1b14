import type { BindingCertificate } from "../../../src/binding/certificates.js";
import type { FeeSchedule } from "../../../src/binding/feeSchedule.js";

/** A merchant as the bank has examined it. */
export interface RegisteredMerchant {
	readonly merchantId: string;
	readonly name: string;
	/** ISO 18245. */
	readonly categoryCode: string;
	readonly address: string;
	/** ISO 3166-1 numeric. */
	readonly country: number;
	/** Holder of the account that its money goes to. */
	readonly owner: string;
	readonly closed?: boolean | undefined;
	readonly limits?: BindingCertificate["limits"] | undefined;
	/** Operations that its terminals may perform; all of them when absent. */
	readonly functions?: BindingCertificate["functions"] | undefined;
	/** Its devices. */
	readonly terminals: readonly { readonly terminalId: string; readonly serial: string }[];
}

/** Who binds, on which terms. */
export interface AcquirerTerms {
	readonly acquirer: BindingCertificate["acquirer"];
	readonly cardIssuer: string;
	/** Oldest first; the last one is what a new binding gets, and what is offered to the earlier ones. */
	readonly fees: readonly FeeSchedule[];
	readonly merchants: readonly RegisteredMerchant[];
}
