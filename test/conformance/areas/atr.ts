import { atrObjection, decodeAtr } from "../../../src/card/atr.js";
import { atrParameters } from "../../../src/card/atrParameters.js";
import type { Operations } from "../runner.js";

export const atr: Operations = {
	"": inputs => {
		const decoded = decodeAtr(inputs.hex("atr"));
		if (!decoded) return { emv_valid_cold_reset: false, parsed: null };
		const { bytes, convention, historicalBytes, interfaceBytes } = decoded;
		const { clockRateConversion, baudRateAdjustment, extraGuardTime, specificMode, protocols, t0, t1 } =
			atrParameters(decoded);
		const interfaceHex = Object.entries(interfaceBytes).map(([name, byte]) => [name, Uint8Array.of(byte)]);
		const hasCheckByte = Object.entries(interfaceBytes).some(([name, byte]) => name.startsWith("TD") && byte & 15);
		return {
			emv_valid_cold_reset: atrObjection(decoded, "cold") === undefined,
			parsed: {
				convention,
				historical_bytes: historicalBytes,
				tck: hasCheckByte ? bytes.slice(-1) : undefined,
				interface: Object.fromEntries(interfaceHex),
				protocols,
				first_protocol: protocols[0],
				Fi: clockRateConversion,
				Di: baudRateAdjustment,
				N: extraGuardTime,
				mode: specificMode ? "specific" : "negotiable",
				WI: t0?.waitingTimeInteger,
				IFSC: t1?.informationFieldSize,
				BWI: t1?.blockWaitingTimeInteger,
				CWI: t1?.characterWaitingTimeInteger,
				error_detection: t1?.errorDetection,
			},
		};
	},
};
