/** Of these sources, as package.json has it. */
export const FIRMWARE_VERSION = "0.1.0";
