import { formatHex } from "../../src/bytes/hex.js";
import { type CvmRule, decodeCvmList } from "../../src/emv/cvmList.js";
import { hexByte } from "./bits.js";
import type { DecodedNode, Interpretation } from "./node.js";
import { CVM_CODES, CVM_CONDITIONS, CVM_RESULTS } from "./tables/codes.js";

/** Cardholder Verification Method List, tag 8E: the amounts, then the rules in the order that the terminal tries them. */
export function interpretCvmList(value: Uint8Array, offset: number): Interpretation {
	const list = decodeCvmList(value);
	if (!list) return { remark: "not two amounts of 4 bytes and rules of 2" };
	const amounts = [list.amountX, list.amountY].map((amount, i) => ({
		label: "XY"[i]!,
		name: `Amount ${"XY"[i]}`,
		value: formatHex(value.subarray(4 * i, 4 * i + 4)),
		meaning: `${amount} minor units of the application currency`,
		offset: offset + 4 * i,
	}));
	return {
		source: "Book 3, C3",
		children: [...amounts, ...list.rules.map((rule, i) => ruleNode(rule, i, offset + 8 + 2 * i))],
	};
}

/** CVM Results, tag 9F34: the rule that was applied last, and how it ended. */
export function interpretCvmResults(value: Uint8Array): Interpretation {
	if (value.length !== 3) return {};
	const [performed, , result] = value as unknown as [number, number, number];
	return {
		source: "Book 4, A4",
		children: [
			// Book 4, 6.3.4.5: 3F when no CVM condition was satisfied or cardholder verification did not take place.
			{ label: "B1", name: performed === 0x3f ? "No CVM performed" : methodName(performed & 0x3f) },
			{ label: "B2", name: conditionName(value[1]!) },
			{ label: "B3", name: CVM_RESULTS[hexByte(result)] ?? "RFU" },
			...(performed !== 0x3f && performed & 0x40 ? [{ label: "B1 b7", name: NEXT }] : []),
		],
	};
}

const NEXT = "apply succeeding CV Rule if this CVM is unsuccessful";
const FAIL = "fail cardholder verification if this CVM is unsuccessful";

function ruleNode(rule: CvmRule, index: number, offset: number): DecodedNode {
	return {
		label: String(index + 1),
		name: methodName(rule.method),
		value: formatHex(rule.bytes),
		meaning: `${conditionName(rule.condition)}; ${rule.applyNextIfUnsuccessful ? NEXT : FAIL}`,
		offset,
	};
}

function methodName(method: number): string {
	const known = CVM_CODES[hexByte(method)];
	if (known) return known;
	// Table 43: 20 to 2F are the payment system's, 30 to 3E the issuer's.
	return method >= 0x30 ? "Reserved for the issuer" : method >= 0x20 ? "Reserved for the payment system" : "RFU";
}

function conditionName(condition: number): string {
	return CVM_CONDITIONS[hexByte(condition)] ?? (condition >= 0x80 ? "reserved for payment systems" : "RFU");
}
