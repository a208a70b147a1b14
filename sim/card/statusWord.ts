/** Status words that the card answers (ISO/IEC 7816-4, 5.6; EMV 4.4 Book 3, 6.5 names them per command). */
export const SW_9000_OK = 0x9000;
export const SW_6283_SELECTED_FILE_INVALIDATED = 0x6283;
export const SW_6300_AUTHENTICATION_FAILED = 0x6300;
/** The low nibble counts the tries that are left. */
export const SW_63C0_VERIFICATION_FAILED = 0x63c0;
export const SW_6700_WRONG_LENGTH = 0x6700;
export const SW_6983_AUTHENTICATION_METHOD_BLOCKED = 0x6983;
export const SW_6984_REFERENCED_DATA_INVALIDATED = 0x6984;
export const SW_6985_CONDITIONS_NOT_SATISFIED = 0x6985;
export const SW_6987_SECURE_MESSAGING_OBJECTS_MISSING = 0x6987;
export const SW_6988_SECURE_MESSAGING_OBJECTS_INCORRECT = 0x6988;
export const SW_6A80_WRONG_DATA = 0x6a80;
export const SW_6A81_FUNCTION_NOT_SUPPORTED = 0x6a81;
export const SW_6A82_FILE_NOT_FOUND = 0x6a82;
export const SW_6A83_RECORD_NOT_FOUND = 0x6a83;
export const SW_6A86_INCORRECT_P1_P2 = 0x6a86;
export const SW_6A88_REFERENCED_DATA_NOT_FOUND = 0x6a88;
export const SW_6D00_INSTRUCTION_NOT_SUPPORTED = 0x6d00;
export const SW_6E00_CLASS_NOT_SUPPORTED = 0x6e00;
