import files from "embedded:storage/files";
import { ContactReader } from "./card/contactReader.js";
import { render } from "./display/render.js";
import { fault } from "./display/screens.js";
import { decodeConfiguration } from "./emv/decodeConfiguration.js";
import { unionPay } from "./host/profiles/unionPay.js";
import { BUILT_IN_RULES } from "./monitor/builtInRules.js";
import { bankLines } from "./platform/bankLines.js";
import { openCardContacts, openKeyMatrix, openPrinterLine, openTamperLines } from "./platform/board.js";
import { SerialCardSlot } from "./platform/cardSlot.js";
import { systemClock } from "./platform/clock.js";
import { nativeCrypto } from "./platform/crypto.js";
import { ScreenDisplay } from "./platform/display.js";
import { entropy } from "./platform/entropy.js";
import { FileStorage } from "./platform/files.js";
import { PartitionFirmware } from "./platform/firmware.js";
import { MatrixKeypad } from "./platform/keypad.js";
import { traceLog } from "./platform/log.js";
import { PINS } from "./platform/pins.js";
import { SerialPrinter } from "./platform/printer.js";
import { readSettings } from "./platform/settings.js";
import { openSounder } from "./platform/sounder.js";
import { TamperLines } from "./platform/tamper.js";
import { Terminal } from "./terminal.js";
import { holdTraining } from "./training/training.js";
import { FIRMWARE_VERSION } from "./update/firmwareVersion.js";

/** The device: makes the ports from the board, the Terminal from the ports, and starts it. */
export default function main(): void {
	const display = new ScreenDisplay();
	const outOfService = (error: unknown) => {
		const sentence = error instanceof Error ? error.message : String(error);
		traceLog.line("terminal", `out of service: ${sentence}`);
		render(display, fault(sentence));
	};
	try {
		const storage = new FileStorage(files);
		const settings = readSettings(storage);
		const configuration = decodeConfiguration(settings.configuration, nativeCrypto);
		const clock = systemClock(settings.utcOffsetMinutes);
		const terminal: Terminal = new Terminal(
			{
				reader: new ContactReader(new SerialCardSlot(openCardContacts(PINS.card), clock)),
				keypad: new MatrixKeypad(openKeyMatrix(PINS.keypad), clock),
				display,
				...bankLines(storage, clock, settings, () => terminal.tlsKey()),
				...{ storage, clock, entropy, crypto: nativeCrypto, log: traceLog },
				tamper: new TamperLines(openTamperLines(PINS.tamper)),
				...(settings.update && { firmware: new PartitionFirmware(FIRMWARE_VERSION) }),
				...(PINS.printer && { printer: new SerialPrinter(openPrinterLine(PINS.printer), clock) }),
				...(PINS.sounder !== undefined && { sounder: openSounder(PINS.sounder, clock) }),
			},
			{ ...settings, configuration, profile: unionPay, monitoring: BUILT_IN_RULES, training: holdTraining },
		);
		terminal.run().catch(outOfService);
	} catch (error) {
		outOfService(error);
	}
}
