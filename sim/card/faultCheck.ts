import {
	CARD_FAULTS,
	type CardFault,
	type CardFaultName,
	FAULT_PARAMETERS,
	type FaultParameters,
	INSTRUCTIONS,
	type InstructionName,
} from "./cardFault.js";
import { type Check, described, hex, integer, object, oneOf, optional, refuse, withSchema } from "./check.js";

const setting = object({
	fault: oneOf(...(Object.keys(CARD_FAULTS) as CardFaultName[])),
	instruction: described(
		"With this command only",
		optional(oneOf(...(Object.keys(INSTRUCTIONS) as InstructionName[]))),
	),
	apdu: described("With this command only, counted from the reset, from 1", optional(integer(1, 1000))),
	statusWord: optional(hex(2, 2)),
	tag: optional(hex(1, 3)),
	offset: described("First byte of the value that is changed, from 0", optional(integer(0, 255))),
	value: described("What stands there instead", optional(hex(1, 64))),
	length: described("How long the value is made, zeros at its end", optional(integer(0, 255))),
});

/** A fault with exactly the parameters that it takes. */
export const cardFault: Check<CardFault> = withSchema(setting.schema!, (value, path) => {
	const checked = setting(value, path);
	const takes = FAULT_PARAMETERS[checked.fault] ?? NO_PARAMETERS;
	for (const name of PARAMETERS) {
		const given = checked[name] !== undefined;
		if (!given && takes[name] === "needed") refuse(`${path}.${name}`, `is needed for ${checked.fault}`);
		if (given && takes[name] === undefined) refuse(`${path}.${name}`, `means nothing for ${checked.fault}`);
	}
	if (checked.fault === "fuzz" && (checked.value === undefined) === (checked.length === undefined))
		refuse(path, "must have either value or length for fuzz");
	return checked;
});

const PARAMETERS = ["statusWord", "tag", "offset", "value", "length"] as const;
const NO_PARAMETERS: FaultParameters = Object.freeze({});
