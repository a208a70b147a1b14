import {
	applicationCryptogram,
	arpcMethod1,
	arpcMethod2,
	iccMasterKeyOptionA,
	iccMasterKeyOptionB,
	sessionKey,
} from "../../../sim/card/cryptogram.js";
import { cvc3 } from "../../../sim/card/cvc3.js";
import { emv2000TreeKey, visaSecureMessagingKey } from "../../../sim/card/schemeSessionKeys.js";
import { encipherScriptData, type ScriptCoding } from "../../../sim/card/scriptEncipherment.js";
import { visPinBlock } from "../../../sim/card/visPinBlock.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { padByMethod, retailMac } from "../../../src/crypto/mac.js";
import { CaseError, type Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";
import { leftmost } from "./mac.js";
import { pinDigits } from "./pinblock.js";

export const emvCrypto: Operations = {
	icc_mk_option_a: inputs => ({
		output: iccMasterKeyOptionA(nodeCrypto, inputs.hex("issuer_mk"), inputs.text("pan"), panSequence(inputs)),
	}),
	icc_mk_option_b: inputs => ({
		output: iccMasterKeyOptionB(nodeCrypto, inputs.hex("issuer_mk"), inputs.text("pan"), panSequence(inputs)),
	}),
	session_key_csk: inputs => ({ output: sessionKey(nodeCrypto, inputs.hex("icc_mk"), inputs.hex("r")) }),
	session_key_visa_sm: inputs => ({ output: visaSecureMessagingKey(inputs.hex("icc_mk"), inputs.hex("atc")) }),
	session_key_emv2000_tree: inputs => ({
		output: emv2000TreeKey(nodeCrypto, inputs.hex("icc_mk"), inputs.hex("atc"), {
			height: inputs.number("height"),
			branchFactor: inputs.number("branch_factor"),
			initialVector: inputs.hex("iv"),
		}),
	}),
	application_cryptogram: inputs => {
		const output = applicationCryptogram(nodeCrypto, inputs.hex("session_key"), inputs.hex("data"), data =>
			padByMethod(methodOf(inputs), data),
		);
		return { output: leftmost(output, inputs) };
	},
	arpc_method_1: inputs => ({
		output: arpcMethod1(nodeCrypto, inputs.hex("key"), inputs.hex("arqc"), inputs.hex("arc_8a")),
	}),
	arpc_method_2: inputs => ({
		output: arpcMethod2(
			nodeCrypto,
			inputs.hex("session_key"),
			inputs.hex("arqc"),
			inputs.hex("csu"),
			inputs.has("proprietary_auth_data") ? inputs.hex("proprietary_auth_data") : new Uint8Array(0),
		),
	}),
	script_mac: inputs => {
		const padded = padByMethod(methodOf(inputs), inputs.hex("data"));
		return { output: leftmost(retailMac(nodeCrypto, inputs.hex("session_key"), padded), inputs) };
	},
	script_encipher: inputs => ({
		output: encipherScriptData(
			nodeCrypto,
			inputs.hex("session_key"),
			inputs.hex("data"),
			codingOf(inputs.text("scheme")),
		),
	}),
	pin_block_vis: inputs => ({
		output: visPinBlock(
			inputs.hex("icc_mk_ac"),
			pinDigits(inputs.text("pin")),
			inputs.has("current_pin") ? pinDigits(inputs.text("current_pin")) : undefined,
		),
	}),
	cvc3: inputs => {
		const key = inputs.hex("icc_cvc3_key");
		return { output: String(cvc3(nodeCrypto, key, inputs.hex("track_data"), inputs.hex("un"), inputs.hex("atc"))) };
	},
};

function methodOf(inputs: Inputs): number {
	return inputs.has("padding_method") ? inputs.number("padding_method") : 2;
}

function panSequence(inputs: Inputs): number {
	return inputs.has("psn") ? Number(inputs.text("psn")) : 0;
}

/** The case names the payment system, then tells in words what it does. */
function codingOf(scheme: string): ScriptCoding {
	const name = /^[a-z]+/.exec(scheme.toLowerCase())?.[0];
	switch (name) {
		case "visa":
		case "mastercard":
		case "emv":
			return name;
		default:
			throw new CaseError(`scheme "${scheme}" is not known`);
	}
}
