import { Command, InvalidArgumentError } from "commander";
import { ApduCard } from "../card/apduCard.js";
import { openVirtualCard } from "../card/openCard.js";
import { plugIntoVpcd } from "../readers/vpcdCard.js";
import { VPCD_PORT } from "../readers/vpcdMessage.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { openTestWorld } from "../world/testWorld.js";
import { stateOption } from "./options.js";

interface Address {
	readonly host: string;
	readonly port: number;
}

interface CardServeOptions {
	readonly vpcd: Address | true;
	readonly card: string;
	readonly state: string;
}

const HERE: Address = { host: "127.0.0.1", port: VPCD_PORT };

/** `kassa card serve`: a test card in somebody else's reader. */
export function cardServeCommand(): Command {
	return new Command("serve")
		.description("plug a test card into a virtual reader of pcscd, so that any PC/SC program reads it; Ctrl-C pulls it")
		.requiredOption(
			"--vpcd [host:port]",
			`the virtual reader, ${HERE.host}:${HERE.port} unless told otherwise (Debian: apt install pcscd vsmartcard-vpcd)`,
			parseAddress,
		)
		.option("-c, --card <name>", "card to plug in: see `kassa card list`", "unionpay-debit")
		.addOption(stateOption())
		.addHelpText("after", "\nExit status: 0 pulled with Ctrl-C, 1 the reader is not there or has gone.")
		.action(async ({ vpcd, card: name, state: folder }: CardServeOptions) => {
			const state = new StateFolder(folder);
			await openTestWorld(state, false);
			const card = new ApduCard(await openVirtualCard(state, name));
			const { host, port } = vpcd === true ? HERE : vpcd;
			const plugged = await plugIntoVpcd(card, host, port, event => console.log(event));
			console.log(`the card ${name} is in the reader at ${host}:${port}; Ctrl-C pulls it`);
			let pulled = false;
			const pull = () => {
				pulled = true;
				plugged.close();
			};
			process.once("SIGINT", pull);
			process.once("SIGTERM", pull);
			await plugged.closed;
			if (!pulled) throw new UserError(`the reader at ${host}:${port} has let the card go`);
			console.log("the card is pulled");
		});
}

/** "localhost:35963", or either part alone. @throws {InvalidArgumentError} in one line */
function parseAddress(text: string): Address {
	const [, host, digits] = /^([^:\s]*)(?::([0-9]{1,5}))?$/.exec(text) ?? [];
	const port = Number(digits ?? HERE.port);
	if (host === undefined || port < 1 || port > 65_535)
		throw new InvalidArgumentError("give it as HOST:PORT, e.g. 127.0.0.1:35963.");
	return { host: host || HERE.host, port };
}
