import files from "embedded:storage/files";
import { ContactReader } from "../../src/card/contactReader.js";
import { render } from "../../src/display/render.js";
import { fault } from "../../src/display/screens.js";
import { decodeConfiguration } from "../../src/emv/decodeConfiguration.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { formatJournalEntry } from "../../src/journal/formatJournalEntry.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { bankLines } from "../../src/platform/bankLines.js";
import { systemClock } from "../../src/platform/clock.js";
import { nativeCrypto } from "../../src/platform/crypto.js";
import { ScreenDisplay } from "../../src/platform/display.js";
import { entropy } from "../../src/platform/entropy.js";
import { FileStorage } from "../../src/platform/files.js";
import { traceLog } from "../../src/platform/log.js";
import { readSettings } from "../../src/platform/settings.js";
import { Terminal } from "../../src/terminal.js";
import { holdTraining } from "../../src/training/training.js";
import { Panel } from "./panel.js";

/** The desktop simulator: as src/main.ts, with the panel where the board has its keys and its card slot. */
export default function main(): void {
	const display = new ScreenDisplay();
	const outOfService = (error: unknown) => {
		const sentence = error instanceof Error ? error.message : String(error);
		traceLog.line("terminal", `out of service: ${sentence}`);
		render(display, fault(sentence));
	};
	try {
		const storage = new FileStorage(files.openDirectory({ path: "panel" }));
		const panel = new Panel(new FileStorage(files.openDirectory({ path: "cards" })), traceLog);
		const settings = readSettings(storage);
		const configuration = decodeConfiguration(settings.configuration, nativeCrypto);
		const clock = systemClock(settings.utcOffsetMinutes);
		const lines = bankLines(storage, clock, settings, () => terminal.tlsKey());
		const terminal: Terminal = new Terminal(
			{
				reader: new ContactReader(panel.slot),
				keypad: panel.keypad,
				display,
				...lines,
				socket: panel.line(lines.socket),
				storage,
				clock,
				entropy,
				crypto: nativeCrypto,
				log: traceLog,
				tamper: panel.tamper,
			},
			{
				...settings,
				configuration,
				profile: unionPay,
				monitoring: BUILT_IN_RULES,
				training: holdTraining,
				onJournalEntry: entry => traceLog.line("journal", formatJournalEntry(entry)),
			},
		);
		traceLog.line("terminal", "ready");
		terminal.run().catch(outOfService);
	} catch (error) {
		outOfService(error);
	}
}
