import { Command, InvalidArgumentError, Option } from "commander";
import { formatHex } from "../../src/bytes/hex.js";
import type { Screen } from "../../src/display/screen.js";
import { screenText } from "../../src/display/screen.js";
import { cardProfile } from "../card/cardProfiles.js";
import { openReader } from "../readers/openReader.js";
import { TEST_SUPERVISOR_PASSCODE, TEST_TERMINAL_IDS } from "../world/merchant.js";
import { UserError } from "../world/stateFolder.js";
import { MERCHANT_CARD } from "../world/testAcquirer.js";
import { unboundFile } from "../world/testWorld.js";
import { atTheBank } from "./operationCommand.js";
import { factoryOption, hostOptions, parsePasscode, stateOption } from "./options.js";
import { type WorkOptions, withTerminal } from "./terminalAtWork.js";

interface BindOptions extends WorkOptions {
	readonly state: string;
	readonly code?: string;
	readonly card: string;
	readonly pin?: string[];
	readonly supervisor: string;
}

/** `kassa bind`: the ceremony of docs/binding.md with hands that do what the display asks. */
export function bindCommand(): Command {
	return common(new Command("bind"))
		.summary("bind the terminal to a merchant and its bank card")
		.description(
			"bind the terminal to the merchant of an activation code (the test bank is started if none runs, unless --host names another)",
		)
		.addOption(new Option("--code <digits>", "activation code; one of the test bank when absent").argParser(parseCode))
		.option("--card <name>", "the merchant's bank card", MERCHANT_CARD)
		.option("--pin <digits...>", "what is typed for its PIN; the card's own when absent")
		.addHelpText("after", "\nExit status: 0 bound, 2 refused, 1 anything else.")
		.action((options: BindOptions) => atTheBank(options, [], async (state, bank) => () => bind(options, state, bank)));
}

const bind = async (options: BindOptions, ...[state, spawned]: AtTheBank): Promise<number> => {
	const { card, json, supervisor, factory } = options;
	const opened = await openReader(state, { kind: "virtual", card }, undefined, []);
	const own = cardProfile(card)?.account.pin;
	const pins = options.pin ?? (own === undefined ? [] : [own]);
	const terms: string[] = [];
	const onScreen = (screen: Screen) => {
		if (screen.name === "confirm") terms.push(screenText(screen));
	};
	const people = { opened, pins, knowledge: { supervisorPasscode: supervisor }, onScreen };
	try {
		return await withTerminal(options, state, spawned, people, async ({ terminal, ask, say }) => {
			const terminalId = TEST_TERMINAL_IDS[factory ? "factory" : "commandLine"];
			const code = options.code ?? (await ask?.({ activationCode: terminalId }))?.activationCode;
			if (typeof code !== "string")
				throw new UserError("the host's bank gives the activation code: say it with --code DIGITS");
			const result = await terminal.bind(code);
			for (const text of terms) for (const line of text.split("\n")) say("terminal", line);
			if (result.done && !factory) state.remove(unboundFile("commandLine"));
			console.log(json ? JSON.stringify(result) : `\n${result.done ? "BOUND" : "NOT BOUND"}  ${result.reason}`);
			return result.done ? 0 : REFUSED;
		});
	} finally {
		await opened.close();
	}
};

/** `kassa unbind`: settles, tells the bank, erases the bank's keys. */
export function unbindCommand(): Command {
	return common(new Command("unbind"))
		.summary("end the binding: settle, deliver what is owed, erase the bank's keys")
		.description("end the terminal's binding for good")
		.addHelpText("after", "\nExit status: 0 unbound, 2 refused, 1 anything else.")
		.action((options: BindOptions) =>
			atTheBank(options, options.factory ? [] : ["commandLine"], async (state, spawned) => () => {
				const people = { knowledge: { supervisorPasscode: options.supervisor } };
				return withTerminal(options, state, spawned, people, async ({ terminal }) => {
					const { done, reason, erased, certificate, isDelivered } = await terminal.unbind();
					if (done) state.write(unboundFile("commandLine"), "");
					const hex = certificate ? formatHex(certificate) : null;
					console.log(
						options.json
							? JSON.stringify({ done, reason, erased, certificate: hex, isDelivered })
							: `\n${done ? "UNBOUND" : "NOT UNBOUND"}  ${reason}${hex ? `\n  certificate of erasure ${hex}` : ""}`,
					);
					return done ? 0 : REFUSED;
				});
			}),
		);
}

/** `kassa binding`: whom the terminal sells for. */
export function bindingCommand(): Command {
	return new Command("binding")
		.description("show whom the terminal is bound to, by whose licence and on which terms")
		.option("--json", "print one JSON object")
		.addOption(factoryOption())
		.addOption(stateOption())
		.addHelpText("after", "\nExit status: 0 the binding counts, 2 it does not, 1 anything else.")
		.action((options: BindOptions) =>
			atTheBank(
				options,
				options.factory ? [] : ["commandLine"],
				async (state, spawned) => () =>
					withTerminal(options, state, spawned, {}, async ({ terminal }) => {
						const { binding, bindingProblem: problem = null } = terminal;
						const { certificate } = binding;
						if (options.json) console.log(JSON.stringify({ problem, ...(certificate && plain(certificate)) }));
						else if (!certificate) console.log(`NOT BOUND  ${problem}`);
						else {
							const { merchant, acquirer, settlementCard, subject, expires } = certificate;
							console.log(
								[
									`${problem ? `DOES NOT COUNT  ${problem}` : "BOUND"}  ${subject}, until ${day(expires)}`,
									`  merchant  ${merchant.name}, ${merchant.merchantId}, category ${merchant.categoryCode}`,
									`  address   ${merchant.address}`,
									`  terminal  ${merchant.terminalId}`,
									`  card      ${settlementCard.masked}, ${settlementCard.issuer}`,
									`  acquirer  ${acquirer.name}, licence ${acquirer.licence.number} until ${day(acquirer.licence.notAfter)}`,
									`  support   ${acquirer.support}`,
									...terminal.feeLines().map(line => `  fee       ${line}`),
								].join("\n"),
							);
						}
						return problem ? REFUSED : 0;
					}),
			),
		);
}

type AtTheBank = Parameters<Parameters<typeof atTheBank>[2]>;

function common(command: Command): Command {
	for (const option of hostOptions()) command.addOption(option);
	return command
		.addOption(
			new Option("--supervisor <passcode>", "passcode that the manager types")
				.argParser(parsePasscode)
				.default(TEST_SUPERVISOR_PASSCODE),
		)
		.option("--json", "print one JSON object instead of the story")
		.addOption(factoryOption())
		.addOption(stateOption());
}

/** For JSON: bytes as hexadecimal. */
function plain(value: object): object {
	return JSON.parse(JSON.stringify(value, (_key, each) => (each instanceof Uint8Array ? formatHex(each) : each)));
}

function day(seconds: number): string {
	return new Date(seconds * 1000).toISOString().slice(0, 10);
}

function parseCode(text: string): string {
	if (/^[0-9]{10}$/.test(text)) return text;
	throw new InvalidArgumentError("an activation code has 10 digits.");
}

const REFUSED = 2;
