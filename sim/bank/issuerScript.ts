import { wipe } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { Crypto } from "../../src/ports.js";
import {
	boolean,
	type Check,
	type Checked,
	described,
	hex,
	integer,
	list,
	object,
	oneOf,
	optional,
	refuse,
	text,
	type Written,
	withSchema,
} from "../card/check.js";
import type { CommandHeader } from "../card/commandHeader.js";
import { P2_CHANGE_PIN, P2_UNBLOCK_PIN } from "../card/commands/pinChangeUnblock.js";
import { protectCommand, type ScriptTransaction, type SecureMessagingMasterKeys } from "../card/secureMessaging.js";
import { tlv } from "../card/tlv.js";

/** A script that somebody wants the issuer to send to a card: once, with the next answer. */
export type ScriptOrder = Written<Checked<typeof scriptOrder>>;
type OrderedCommand = ScriptOrder["commands"][number];

/** @throws {TypeError} one sentence, such as "script.commands[0].pin is needed for PIN CHANGE" */
export function checkScriptOrder(json: unknown): ScriptOrder {
	return scriptOrder(json, "script");
}

/**
 * The template for field 55: identifier, then the commands, each with a MAC for this transaction of this card (EMV 4.4
 * Book 3, 10.10 and Annex A; Book 2, 9).
 * @param masterKeys derived for the card
 */
export function encodeIssuerScript(
	crypto: Crypto,
	masterKeys: SecureMessagingMasterKeys,
	transaction: ScriptTransaction,
	{ template, identifier, class: cla = "84", commands, wrongMac = false }: ScriptOrder,
): Uint8Array {
	const objects = commands.map(ordered => {
		const { ins, p1, p2, isSecret, data } = encodeCommand(ordered);
		const header: CommandHeader = { cla: Number.parseInt(cla, 16), ins, p1, p2 };
		const field = protectCommand(crypto, masterKeys, transaction, header, data, isSecret);
		wipe(data);
		if (wrongMac) field[field.length - 1]! ^= 0x01;
		return tlv("86", Uint8Array.of(header.cla, ins, p1, p2, field.length), field);
	});
	return tlv(template, tlv("9F18", parseHex(identifier ?? "00000000")), ...objects);
}

/** With the longest commands the template still fits into field 55 beside tag 91. */
const MOST_COMMANDS = 5;

const command = object({
	command: described(
		"What the card is to do",
		oneOf(
			"APPLICATION BLOCK",
			"APPLICATION UNBLOCK",
			"CARD BLOCK",
			"PIN UNBLOCK",
			"PIN CHANGE",
			"PUT DATA",
			"UPDATE RECORD",
		),
	),
	pin: described("For PIN CHANGE", optional(text(/^[0-9]{4,12}$/, "4 to 12 digits"))),
	tag: described("For PUT DATA: 9F14, 9F23, 9F54 or 9F5C", optional(hex(2, 2))),
	value: described("For PUT DATA", optional(hex(1, 8))),
	sfi: described("For UPDATE RECORD: short file identifier", optional(integer(1, 10))),
	record: described("For UPDATE RECORD: number of the record", optional(integer(1, 255))),
	content: described("For UPDATE RECORD: the whole new record, a template 70", optional(hex(2, 100))),
});

/** A command with exactly the parameters that it takes. */
const checkedCommand: Check<Checked<typeof command>> = withSchema(command.schema!, (json, path) => {
	const checked = command(json, path);
	const isPutData = checked.command === "PUT DATA";
	const isUpdate = checked.command === "UPDATE RECORD";
	const needs = {
		pin: checked.command === "PIN CHANGE",
		tag: isPutData,
		value: isPutData,
		sfi: isUpdate,
		record: isUpdate,
		content: isUpdate,
	};
	for (const name of ["pin", "tag", "value", "sfi", "record", "content"] as const)
		if ((checked[name] !== undefined) !== needs[name])
			refuse(`${path}.${name}`, `${needs[name] ? "is needed" : "means nothing"} for ${checked.command}`);
	return checked;
});

export const scriptOrder = object({
	pan: described(
		"For this card only; without it, for whichever card comes next",
		optional(text(/^[0-9]{13,19}$/, "13 to 19 digits")),
	),
	template: described("71: before the second GENERATE AC, 72: after it", oneOf("71", "72")),
	identifier: described("9F18", optional(hex(4, 4))),
	class: described(
		"84: secure messaging format 2, 8C: format 1 (EMV 4.4 Book 2, 9.2.1); without it 84",
		optional(oneOf("84", "8C")),
	),
	commands: described("One after the other", list(checkedCommand, 1, MOST_COMMANDS)),
	wrongMac: described("To see the card refuse", optional(boolean)),
});

interface PlainCommand {
	readonly ins: number;
	readonly p1: number;
	readonly p2: number;
	readonly isSecret: boolean;
	readonly data: Uint8Array;
}

/** EMV 4.4 Book 3, 6.5.1, 6.5.2, 6.5.3 and 6.5.10; PUT DATA and UPDATE RECORD by ISO/IEC 7816-4, 11.5.3 and 11.3.5. */
function encodeCommand({ command: name, pin, tag, value, sfi, record, content }: OrderedCommand): PlainCommand {
	const plain = { p1: 0, p2: 0, isSecret: false, data: new Uint8Array(0) };
	switch (name) {
		case "APPLICATION BLOCK":
			return { ...plain, ins: 0x1e };
		case "APPLICATION UNBLOCK":
			return { ...plain, ins: 0x18 };
		case "CARD BLOCK":
			return { ...plain, ins: 0x16 };
		case "PIN UNBLOCK":
			return { ...plain, ins: 0x24, p2: P2_UNBLOCK_PIN };
		case "PIN CHANGE":
			return { ...plain, ins: 0x24, p2: P2_CHANGE_PIN, isSecret: true, data: pinBlock(pin!) };
		case "PUT DATA": {
			const [p1, p2] = parseHex(tag!);
			return { ...plain, ins: 0xda, p1: p1!, p2: p2!, data: parseHex(value!) };
		}
		case "UPDATE RECORD":
			return { ...plain, ins: 0xdc, p1: record!, p2: (sfi! << 3) | P2_RECORD_NUMBER_IN_P1, data: parseHex(content!) };
	}
}

const P2_RECORD_NUMBER_IN_P1 = 0x04;

/** Control field 2, length, digits, filler F: the block that VERIFY takes too (EMV 4.4 Book 3, 6.5.12.3). */
function pinBlock(pin: string): Uint8Array {
	return parseHex(`2${pin.length.toString(16)}${pin}`.padEnd(16, "F"));
}
