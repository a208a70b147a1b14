/** Bits of the bit-field data elements, `byte index * 256 + mask` from the annex named at each table. */

/** Terminal Verification Results, tag 95 (EMV 4.4 Book 3, Annex C5). */
export const TVR_B1_ODA_NOT_PERFORMED = 0x080;
export const TVR_B1_SDA_FAILED = 0x040;
export const TVR_B1_ICC_DATA_MISSING = 0x020;
export const TVR_B1_CARD_ON_EXCEPTION_FILE = 0x010;
export const TVR_B1_DDA_FAILED = 0x008;
export const TVR_B1_CDA_FAILED = 0x004;
export const TVR_B1_SDA_SELECTED = 0x002;
export const TVR_B2_APPLICATION_VERSIONS_DIFFER = 0x180;
export const TVR_B2_EXPIRED_APPLICATION = 0x140;
export const TVR_B2_APPLICATION_NOT_YET_EFFECTIVE = 0x120;
export const TVR_B2_SERVICE_NOT_ALLOWED = 0x110;
export const TVR_B2_NEW_CARD = 0x108;
export const TVR_B3_CVM_NOT_SUCCESSFUL = 0x280;
export const TVR_B3_UNRECOGNISED_CVM = 0x240;
export const TVR_B3_PIN_TRY_LIMIT_EXCEEDED = 0x220;
export const TVR_B3_PIN_PAD_NOT_PRESENT = 0x210;
export const TVR_B3_PIN_NOT_ENTERED = 0x208;
export const TVR_B3_ONLINE_PIN_ENTERED = 0x204;
export const TVR_B4_FLOOR_LIMIT_EXCEEDED = 0x380;
export const TVR_B4_LOWER_LIMIT_EXCEEDED = 0x340;
export const TVR_B4_UPPER_LIMIT_EXCEEDED = 0x320;
export const TVR_B4_SELECTED_RANDOMLY = 0x310;
export const TVR_B4_MERCHANT_FORCED_ONLINE = 0x308;
export const TVR_B5_DEFAULT_TDOL_USED = 0x480;
export const TVR_B5_ISSUER_AUTHENTICATION_FAILED = 0x440;
export const TVR_B5_SCRIPT_FAILED_BEFORE_FINAL_AC = 0x420;
export const TVR_B5_SCRIPT_FAILED_AFTER_FINAL_AC = 0x410;

/** Transaction Status Information, tag 9B (Annex C6). */
export const TSI_B1_ODA_PERFORMED = 0x080;
export const TSI_B1_CARDHOLDER_VERIFICATION_PERFORMED = 0x040;
export const TSI_B1_CARD_RISK_MANAGEMENT_PERFORMED = 0x020;
export const TSI_B1_ISSUER_AUTHENTICATION_PERFORMED = 0x010;
export const TSI_B1_TERMINAL_RISK_MANAGEMENT_PERFORMED = 0x008;
export const TSI_B1_SCRIPT_PROCESSING_PERFORMED = 0x004;

/** Application Interchange Profile, tag 82 (Annex C1). */
export const AIP_B1_SDA = 0x040;
export const AIP_B1_DDA = 0x020;
export const AIP_B1_CARDHOLDER_VERIFICATION = 0x010;
export const AIP_B1_TERMINAL_RISK_MANAGEMENT = 0x008;
export const AIP_B1_ISSUER_AUTHENTICATION = 0x004;
export const AIP_B1_CDA = 0x001;

/** Cryptogram Information Data, tag 9F27 (Book 3, table 15). */
export const CID_B1_ADVICE_REQUIRED = 0x008;

/** Terminal Capabilities, tag 9F33 (EMV 4.4 Book 4, Annex A2). */
export const CAPABILITY_B2_PLAINTEXT_OFFLINE_PIN = 0x180;
export const CAPABILITY_B2_ENCIPHERED_ONLINE_PIN = 0x140;
export const CAPABILITY_B2_SIGNATURE = 0x120;
export const CAPABILITY_B2_ENCIPHERED_OFFLINE_PIN = 0x110;
export const CAPABILITY_B2_NO_CVM = 0x108;
export const CAPABILITY_B3_SDA = 0x280;
export const CAPABILITY_B3_DDA = 0x240;
export const CAPABILITY_B3_CDA = 0x208;

/** Additional Terminal Capabilities, tag 9F40 (Book 4, Annex A3). */
export const ADDITIONAL_B1_CASH = 0x080;

/** Application Usage Control, tag 9F07 (Book 3, Annex C2). */
export const AUC_B1_DOMESTIC_CASH = 0x080;
export const AUC_B1_INTERNATIONAL_CASH = 0x040;
export const AUC_B1_DOMESTIC_GOODS = 0x020;
export const AUC_B1_INTERNATIONAL_GOODS = 0x010;
export const AUC_B1_DOMESTIC_SERVICES = 0x008;
export const AUC_B1_INTERNATIONAL_SERVICES = 0x004;
export const AUC_B1_ATM = 0x002;
export const AUC_B1_NOT_ATM = 0x001;
export const AUC_B2_DOMESTIC_CASHBACK = 0x180;
export const AUC_B2_INTERNATIONAL_CASHBACK = 0x140;

export function hasBit(field: Uint8Array, bit: number): boolean {
	return (field[bit >> 8]! & bit & 255) !== 0; // beyond the field no bit is set
}

export function setBit(field: Uint8Array, bit: number): void {
	field[bit >> 8]! |= bit & 255;
}
