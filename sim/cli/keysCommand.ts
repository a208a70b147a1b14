import { readFileSync } from "node:fs";
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { wipe } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { type KeySlot, RECEIVING_SLOTS, SLOT_NAMES, SLOTS } from "../../src/keys/keyAttributes.js";
import { exportKeyBlock, loadKeyBlock } from "../../src/keys/keyBlockLoading.js";
import { keyCheckValue } from "../../src/keys/keyCheckValue.js";
import { makeRemoteKeys } from "../../src/keys/remoteKeyLoading.js";
import { TerminalIdentity } from "../../src/keys/terminalIdentity.js";
import { bankSigningKey } from "../world/bankSigningKey.js";
import { TEST_TERMINAL_IDS } from "../world/merchant.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { StateFolder, UserError } from "../world/stateFolder.js";
import { systemClock, systemRandom } from "../world/system.js";
import { useTerminalAlone } from "../world/terminalAlone.js";
import { addKeysCommand, type KeyStoreAtWork, type KeysOptions, withKeys } from "./keyStoreWork.js";
import { keysTlsCommand } from "./keysTlsCommand.js";
import { writeOut } from "./writeOut.js";

interface MessageOptions extends KeysOptions {
	readonly slot: KeySlot;
	readonly algorithm: "T" | "A";
	readonly key?: Uint8Array;
	readonly ksn?: Uint8Array;
	readonly exportable?: boolean;
	readonly output?: string;
}

const PORTS = Object.freeze({ crypto: nodeCrypto, random: systemRandom });

/** `kassa keys`: what a test terminal's key store holds, never the keys themselves. The terminal must not run meanwhile. */
export function keysCommand(): Command {
	const keys = new Command("keys").description("look into a terminal's key store, load keys, erase them");
	addKeysCommand(keys, "list", "print the slots: usage, check value, generation").action(o => withKeys(o, list));
	const block = keys.command("block").description("keys in key blocks (ANSI X9.143) under the terminal's KBPK");
	addKeysCommand(block, "import", "load the key of a block")
		.argument("<block>", "the block, or a file that holds it")
		.action((given: string, o: KeysOptions) => withKeys(o, work => importBlock(work, textOf(given))));
	addKeysCommand(block, "export", "print a key that may leave the terminal as a block")
		.addArgument(new Argument("<slot>", "which key").choices(["pin", "mac", "data", "master"]))
		.action((slot: "pin" | "mac" | "data" | "master", o: KeysOptions) =>
			withKeys(o, ({ slots, say }) => {
				const exported = exportKeyBlock(slots, PORTS, slot);
				say(exported, { slot, block: exported });
			}),
		);
	const message = keys.command("message").description("keys in messages that the test bank seals and signs");
	addKeysCommand(message, "make", "make a key message for the terminal, as its bank would")
		.addOption(new Option("--slot <slot>", "which key").choices(RECEIVING_SLOTS).makeOptionMandatory())
		.addOption(new Option("--algorithm <letter>", "T for triple DES, A for AES").choices(["T", "A"]).default("T"))
		.option("--key <hex>", "the key; a random one of 16 bytes unless given", parseBytes)
		.option("--ksn <hex>", "key serial number of a DUKPT initial key", parseBytes)
		.option("--exportable", "the key may leave the terminal in a key block")
		.option("-o, --output <file>", "where to write it; printed unless given")
		.action((o: MessageOptions) => withKeys(o, work => makeMessage(work, o)));
	addKeysCommand(keys, "load", "give the terminal a key message from its bank, as a line to the bank would")
		.argument("<message>", "the message in hexadecimal, or a file that holds it")
		.action(loadMessage);
	keys.addCommand(keysTlsCommand());
	addKeysCommand(keys, "erase", "erase one key, or all keys with everything that is sealed under them")
		.addArgument(new Argument("[slot]", "only this key").choices(SLOT_NAMES))
		.option("--yes", "really")
		.action((slot: KeySlot | undefined, o: KeysOptions & { readonly yes?: boolean }) => {
			if (!o.yes) throw new UserError(`erasing ${slot ? "a key" : "all keys"} cannot be undone: say --yes`);
			return withKeys(o, work => erase(work, slot));
		});
	return keys;
}

function list({ slots, say }: KeyStoreAtWork): void {
	const { zeroisation, boots, misuses, sequence } = slots;
	const rows = SLOT_NAMES.map(slot => ({
		slot,
		usage: slots.usage(slot) ?? null,
		checkValue: hexOrNull(slots.kcv(slot)),
		generation: slots.generation(slot) ?? null,
	}));
	const lines = rows.map(({ slot, usage, checkValue, generation }) =>
		usage
			? `${slot.padEnd(10)} ${usage}  ${checkValue!.padEnd(10)}  generation ${generation}`
			: `${slot.padEnd(10)} empty`,
	);
	if (misuses) lines.push(`keys were asked ${misuses} times for what they are not for`);
	if (zeroisation)
		lines.push(`all keys were erased (${zeroisation.cause}) at ${new Date(zeroisation.at).toISOString()}`);
	say(lines.join("\n"), { slots: rows, zeroisation: zeroisation ?? null, boots, misuses, sequence });
}

function importBlock({ slots, say }: KeyStoreAtWork, block: string): void {
	const slot = loadKeyBlock(slots, nodeCrypto, block);
	const checkValue = hexOrNull(slots.kcv(slot));
	say(`the ${slot} key with check value ${checkValue} is loaded`, { slot, checkValue });
}

function makeMessage({ slots, say, state }: KeyStoreAtWork, o: MessageOptions): void {
	const { usages, modes } = SLOTS[o.slot];
	const key = o.key ?? systemRandom.bytes(16);
	const kcv = keyCheckValue(nodeCrypto, o.algorithm, key);
	const agreementKey = new TerminalIdentity(slots, PORTS).publicKeys.agreement;
	const sequence = slots.sequence + 1;
	const terminal = { serial: TEST_TERMINAL_IDS[o.terminal], agreementKey };
	const { secretKey } = bankSigningKey(state);
	try {
		const message = formatHex(
			makeRemoteKeys(PORTS, secretKey, terminal, sequence, [
				{
					slot: o.slot,
					usage: usages[0]!,
					algorithm: o.algorithm,
					// Both generate and verify, where a slot asks for both
					modeOfUse: modes.length > 1 ? "C" : o.slot === "kbpk" ? "B" : modes[0]!,
					exportability: o.exportable ? "E" : "N",
					key,
					kcv,
					...(o.ksn && { ksn: o.ksn }),
				},
			]),
		);
		const facts = { slot: o.slot, checkValue: formatHex(kcv), sequence };
		if (o.output === undefined) say(message, { ...facts, message });
		else {
			writeOut(o.output, `${message}\n`);
			say(`${o.output}: message ${sequence} with a ${o.slot} key of check value ${formatHex(kcv)}`, facts);
		}
	} finally {
		wipe(key, secretKey); // WIPE
	}
}

/** Through the terminal itself, which knows its bank. */
async function loadMessage(given: string, o: KeysOptions): Promise<void> {
	const record = hexOf(textOf(given));
	const { done, reason } = await useTerminalAlone(new StateFolder(o.state), o.terminal, {}, ({ terminal }) =>
		terminal.loadKeys(record),
	);
	if (!done) throw new UserError(reason);
	console.log(o.json ? JSON.stringify({ reason }) : reason);
}

function erase({ slots, say }: KeyStoreAtWork, slot: KeySlot | undefined): void {
	if (slot) {
		if (!slots.has(slot)) throw new UserError(`no ${slot} key is loaded`);
		slots.erase(slot);
		say(`the ${slot} key was erased`, { erased: [slot] });
		return;
	}
	if (slots.isZeroised) throw new UserError("the keys have been erased before");
	const erased = SLOT_NAMES.filter(each => slots.has(each));
	slots.zeroise({ cause: "order", at: systemClock.now() });
	say("all keys were erased", { erased });
}

function hexOrNull(bytes: Uint8Array | undefined): string | null {
	return bytes ? formatHex(bytes) : null;
}

/** Of a file, otherwise what was given itself. */
function textOf(given: string): string {
	try {
		return readFileSync(given, "utf8").trim();
	} catch {
		return given.trim();
	}
}

function hexOf(text: string): Uint8Array {
	try {
		return parseHex(text);
	} catch {
		throw new UserError("a key message is hexadecimal, or the name of a file with it: see `kassa keys message make`");
	}
}

function parseBytes(text: string): Uint8Array {
	try {
		return parseHex(text);
	} catch {
		throw new InvalidArgumentError("it is whole bytes in hexadecimal.");
	}
}
