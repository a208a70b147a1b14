import type { Binding } from "../binding/binding.js";
import { type TerminalData, terminalData } from "../emv/terminalData.js";
import { boundMerchant } from "./boundMerchant.js";
import type { Downloads } from "./downloads.js";

/** Gives the terminal's own data elements, made again only when the configuration or the binding is another one. */
export function boundTerminalData(downloads: Downloads, binding: Binding): () => TerminalData {
	let configuration = downloads.configuration;
	let certificate = binding.certificate;
	let made: TerminalData | undefined;
	return () => {
		if (!made || configuration !== downloads.configuration || certificate !== binding.certificate) {
			configuration = downloads.configuration;
			certificate = binding.certificate;
			made = terminalData(configuration, boundMerchant(binding, "en"));
		}
		return made;
	};
}
