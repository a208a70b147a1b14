/** EMV data elements that the kernel names (EMV 4.4 Book 3, Annex A1). The number is in the name. */
export const TAG_42_ISSUER_IDENTIFICATION_NUMBER = 0x42;
export const TAG_4F_APPLICATION_DF_NAME = 0x4f;
export const TAG_50_APPLICATION_LABEL = 0x50;
export const TAG_57_TRACK_2_EQUIVALENT_DATA = 0x57;
export const TAG_5A_APPLICATION_PAN = 0x5a;
export const TAG_5F20_CARDHOLDER_NAME = 0x5f20;
export const TAG_5F24_APPLICATION_EXPIRATION_DATE = 0x5f24;
export const TAG_5F25_APPLICATION_EFFECTIVE_DATE = 0x5f25;
export const TAG_5F28_ISSUER_COUNTRY_CODE = 0x5f28;
export const TAG_5F2A_TRANSACTION_CURRENCY_CODE = 0x5f2a;
export const TAG_5F2D_LANGUAGE_PREFERENCE = 0x5f2d;
export const TAG_5F34_PAN_SEQUENCE_NUMBER = 0x5f34;
export const TAG_5F36_TRANSACTION_CURRENCY_EXPONENT = 0x5f36;
export const TAG_61_APPLICATION_TEMPLATE = 0x61;
export const TAG_6F_FCI_TEMPLATE = 0x6f;
export const TAG_70_READ_RECORD_TEMPLATE = 0x70;
export const TAG_71_ISSUER_SCRIPT_TEMPLATE_1 = 0x71;
export const TAG_72_ISSUER_SCRIPT_TEMPLATE_2 = 0x72;
export const TAG_77_RESPONSE_FORMAT_2 = 0x77;
export const TAG_80_RESPONSE_FORMAT_1 = 0x80;
export const TAG_81_AMOUNT_AUTHORISED_BINARY = 0x81;
export const TAG_82_AIP = 0x82;
export const TAG_83_COMMAND_TEMPLATE = 0x83;
export const TAG_84_DF_NAME = 0x84;
export const TAG_86_ISSUER_SCRIPT_COMMAND = 0x86;
export const TAG_87_APPLICATION_PRIORITY_INDICATOR = 0x87;
export const TAG_88_SFI = 0x88;
export const TAG_89_AUTHORISATION_CODE = 0x89;
export const TAG_8A_AUTHORISATION_RESPONSE_CODE = 0x8a;
export const TAG_8C_CDOL1 = 0x8c;
export const TAG_8D_CDOL2 = 0x8d;
export const TAG_8E_CVM_LIST = 0x8e;
export const TAG_8F_CA_PUBLIC_KEY_INDEX = 0x8f;
export const TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE = 0x90;
export const TAG_91_ISSUER_AUTHENTICATION_DATA = 0x91;
export const TAG_92_ISSUER_PUBLIC_KEY_REMAINDER = 0x92;
export const TAG_93_SIGNED_STATIC_APPLICATION_DATA = 0x93;
export const TAG_94_AFL = 0x94;
export const TAG_95_TVR = 0x95;
export const TAG_97_TDOL = 0x97;
export const TAG_98_TC_HASH_VALUE = 0x98;
export const TAG_9A_TRANSACTION_DATE = 0x9a;
export const TAG_9B_TSI = 0x9b;
export const TAG_9C_TRANSACTION_TYPE = 0x9c;
export const TAG_9F02_AMOUNT_AUTHORISED_NUMERIC = 0x9f02;
export const TAG_9F03_AMOUNT_OTHER_NUMERIC = 0x9f03;
export const TAG_9F06_AID_TERMINAL = 0x9f06;
export const TAG_9F07_APPLICATION_USAGE_CONTROL = 0x9f07;
export const TAG_9F08_APPLICATION_VERSION_CARD = 0x9f08;
export const TAG_9F09_APPLICATION_VERSION_TERMINAL = 0x9f09;
export const TAG_9F0D_IAC_DEFAULT = 0x9f0d;
export const TAG_9F0E_IAC_DENIAL = 0x9f0e;
export const TAG_9F0F_IAC_ONLINE = 0x9f0f;
export const TAG_9F10_ISSUER_APPLICATION_DATA = 0x9f10;
export const TAG_9F11_ISSUER_CODE_TABLE_INDEX = 0x9f11;
export const TAG_9F12_APPLICATION_PREFERRED_NAME = 0x9f12;
export const TAG_9F13_LAST_ONLINE_ATC_REGISTER = 0x9f13;
export const TAG_9F14_LOWER_CONSECUTIVE_OFFLINE_LIMIT = 0x9f14;
export const TAG_9F15_MERCHANT_CATEGORY_CODE = 0x9f15;
export const TAG_9F16_MERCHANT_IDENTIFIER = 0x9f16;
export const TAG_9F17_PIN_TRY_COUNTER = 0x9f17;
export const TAG_9F18_ISSUER_SCRIPT_IDENTIFIER = 0x9f18;
export const TAG_9F1A_TERMINAL_COUNTRY_CODE = 0x9f1a;
export const TAG_9F1B_TERMINAL_FLOOR_LIMIT = 0x9f1b;
export const TAG_9F1C_TERMINAL_IDENTIFICATION = 0x9f1c;
export const TAG_9F1E_IFD_SERIAL_NUMBER = 0x9f1e;
export const TAG_9F1F_TRACK_1_DISCRETIONARY_DATA = 0x9f1f;
export const TAG_9F20_TRACK_2_DISCRETIONARY_DATA = 0x9f20;
export const TAG_9F21_TRANSACTION_TIME = 0x9f21;
export const TAG_9F23_UPPER_CONSECUTIVE_OFFLINE_LIMIT = 0x9f23;
export const TAG_9F26_APPLICATION_CRYPTOGRAM = 0x9f26;
export const TAG_9F27_CID = 0x9f27;
export const TAG_9F2D_ICC_PIN_KEY_CERTIFICATE = 0x9f2d;
export const TAG_9F2E_ICC_PIN_KEY_EXPONENT = 0x9f2e;
export const TAG_9F2F_ICC_PIN_KEY_REMAINDER = 0x9f2f;
export const TAG_9F32_ISSUER_PUBLIC_KEY_EXPONENT = 0x9f32;
export const TAG_9F33_TERMINAL_CAPABILITIES = 0x9f33;
export const TAG_9F34_CVM_RESULTS = 0x9f34;
export const TAG_9F35_TERMINAL_TYPE = 0x9f35;
export const TAG_9F36_ATC = 0x9f36;
export const TAG_9F37_UNPREDICTABLE_NUMBER = 0x9f37;
export const TAG_9F38_PDOL = 0x9f38;
export const TAG_9F39_POS_ENTRY_MODE = 0x9f39;
export const TAG_9F40_ADDITIONAL_TERMINAL_CAPABILITIES = 0x9f40;
export const TAG_9F41_TRANSACTION_SEQUENCE_COUNTER = 0x9f41;
export const TAG_9F42_APPLICATION_CURRENCY_CODE = 0x9f42;
export const TAG_9F45_DATA_AUTHENTICATION_CODE = 0x9f45;
export const TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE = 0x9f46;
export const TAG_9F47_ICC_PUBLIC_KEY_EXPONENT = 0x9f47;
export const TAG_9F48_ICC_PUBLIC_KEY_REMAINDER = 0x9f48;
export const TAG_9F49_DDOL = 0x9f49;
export const TAG_9F4A_SDA_TAG_LIST = 0x9f4a;
export const TAG_9F4B_SIGNED_DYNAMIC_APPLICATION_DATA = 0x9f4b;
export const TAG_9F4C_ICC_DYNAMIC_NUMBER = 0x9f4c;
export const TAG_9F4D_LOG_ENTRY = 0x9f4d;
export const TAG_9F4F_LOG_FORMAT = 0x9f4f;
export const TAG_9F4E_MERCHANT_NAME_AND_LOCATION = 0x9f4e;
export const TAG_BF0C_FCI_ISSUER_DISCRETIONARY_DATA = 0xbf0c;
export const TAG_A5_FCI_PROPRIETARY_TEMPLATE = 0xa5;

/** How a DOL entry of another length is cut or filled (EMV 4.4 Book 3, 5.4). */
export type DataFormat = "n" | "cn" | "other";

// Annex A1, column "Format": the numeric and compressed numeric elements; all others follow the rule for "other".
const NUMERIC: readonly number[] = Object.freeze([
	0x5f24, 0x5f25, 0x5f28, 0x5f2a, 0x5f30, 0x5f34, 0x5f36, 0x5f57, 0x9a, 0x9c, 0x9f01, 0x9f02, 0x9f03, 0x9f11, 0x9f15,
	0x9f19, 0x9f3b, 0x9f1a, 0x9f21, 0x9f35, 0x9f39, 0x9f3c, 0x9f3d, 0x9f41, 0x9f42, 0x9f43, 0x9f44, 0x9f51,
]);
const COMPRESSED_NUMERIC: readonly number[] = Object.freeze([
	TAG_5A_APPLICATION_PAN,
	TAG_9F20_TRACK_2_DISCRETIONARY_DATA,
]);

export function dataFormat(tag: number): DataFormat {
	return NUMERIC.includes(tag) ? "n" : COMPRESSED_NUMERIC.includes(tag) ? "cn" : "other";
}
