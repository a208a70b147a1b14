import { type CardFault, type CardFaultName, INSTRUCTIONS, type InstructionName } from "./cardFault.js";
import { type Check, described, hex, integer, object, oneOf, optional, refuse, withSchema } from "./check.js";
import { FAULT_FORMS, type FaultParameter } from "./faultForms.js";

const parameters = {
	instruction: described(
		"With this command only",
		optional(oneOf(...(Object.keys(INSTRUCTIONS) as InstructionName[]))),
	),
	apdu: described("With this command only, counted from the reset, from 1", optional(integer(1, 1000))),
	statusWord: described("SW1 and SW2", optional(hex(2, 2))),
	tag: described("Of the data object, whatever template it lies in", optional(hex(1, 3))),
	offset: described("First byte of the value that is changed, from 0", optional(integer(0, 255))),
	value: described("What stands there instead", optional(hex(1, 64))),
	length: described("How long the value is made: cut, or filled with zeros", optional(integer(0, 240))),
	etu: described("How long the card keeps the terminal waiting", optional(integer(1, 1_000_000))),
	byte: described(
		"After so many characters on the line since the reset, in either direction",
		optional(integer(1, 100_000)),
	),
	character: described("Which of the card's characters since the reset, from 1", optional(integer(1, 100_000))),
	times: described(
		"How many characters in a row, repeated ones among them; 1 unless told otherwise",
		optional(integer(1, 100)),
	),
};
const setting = object({
	fault: described("What the card does wrong", oneOf(...(Object.keys(FAULT_FORMS) as CardFaultName[]))),
	...parameters,
});
const PARAMETERS = Object.keys(parameters) as FaultParameter[];

/** A fault with exactly the parameters that it takes. */
export const cardFault: Check<CardFault> = withSchema(setting.schema!, (value, path) => {
	const checked = setting(value, path);
	const { takes, either } = FAULT_FORMS[checked.fault];
	for (const name of PARAMETERS) {
		const given = checked[name] !== undefined;
		if (!given && takes[name] === "needed") refuse(`${path}.${name}`, `is needed for ${checked.fault}`);
		if (given && takes[name] === undefined) refuse(`${path}.${name}`, `means nothing for ${checked.fault}`);
	}
	const given = either?.filter(group => group.some(name => checked[name] !== undefined));
	if (either && given?.length !== 1)
		refuse(path, `must have either ${either.map(([name]) => name).join(" or ")} for ${checked.fault}`);
	return checked;
});

/** Parameters that are numbers. */
const NUMBERS: readonly string[] = PARAMETERS.filter(name => parameters[name].schema?.type === "integer");

/**
 * A fault as people write it: "pull:apdu=7", "fuzz:tag=9F26,offset=0,value=FF".
 * @throws {TypeError} one sentence with the right form
 */
export function parseFault(text: string): CardFault {
	const [, name = "", rest] = /^([^:]*)(?::(.*))?$/s.exec(text) ?? [];
	if (!Object.hasOwn(FAULT_FORMS, name))
		throw new TypeError(`there is no fault "${name}": choose one of ${Object.keys(FAULT_FORMS).join(", ")}`);
	const form = FAULT_FORMS[name as CardFaultName];
	try {
		const pairs = rest === undefined ? [] : rest.split(",").map(pair => parsePair(pair));
		if (new Set(pairs.map(([key]) => key)).size < pairs.length) throw new TypeError("fault names a parameter twice");
		return cardFault({ fault: name, ...Object.fromEntries(pairs) }, "fault");
	} catch (error) {
		if (!(error instanceof TypeError)) throw error;
		throw new TypeError(`${error.message}: give it as ${form.example}`);
	}
}

function parsePair(pair: string): [string, unknown] {
	const at = pair.indexOf("=");
	if (at < 1) throw new TypeError("fault has parameters of the form name=value");
	const [key, value] = [pair.slice(0, at), pair.slice(at + 1)];
	if (key === "fault") throw new TypeError("fault.fault is not a known field");
	return [key, NUMBERS.includes(key) && /^[0-9]{1,9}$/.test(value) ? Number(value) : value];
}

/** The same fault as `parseFault` reads it. */
export function formatFault(fault: CardFault): string {
	const given = PARAMETERS.filter(name => fault[name] !== undefined).map(name => `${name}=${fault[name]}`);
	return given.length ? `${fault.fault}:${given.join(",")}` : fault.fault;
}
