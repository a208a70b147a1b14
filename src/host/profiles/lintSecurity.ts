import type { Problem } from "../../bytes/shape.js";
import { findField, parseCarried } from "./carried.js";
import type { HostProfile } from "./hostProfile.js";

const MAC_BYTES = 8;
const PROTECTED = "protectedCardData";

/** What keys, MAC and PIN block want of the messages. */
export function lintSecurity(profile: HostProfile): Problem[] {
	const problems: Problem[] = [];
	const note = (path: string, problem: string) => problems.push({ path, problem });
	const { keyScheme, mac, pinBlockFormat } = profile.security;
	const isDukpt = keyScheme !== "masterSession";
	// ISO 9564-1, 9.3 and 9.4: formats 0 and 3 are blocks of DES, format 4 is one of AES.
	if (isDukpt && (pinBlockFormat === 4) !== (keyScheme === "dukptAes"))
		note("security.pinBlockFormat", `${pinBlockFormat} does not go with ${keyScheme}`);
	if (keyScheme === "dukptAes" && (mac.algorithm === "ecbXor" || mac.algorithm === "retail"))
		note("security.mac.algorithm", `${mac.algorithm} is made with triple DES, not with ${keyScheme}`);
	lintMac(profile, note);
	lintPinField(profile, note);
	for (const [name, operation] of Object.entries(profile.operations)) {
		const carries = (value: string) => operation.carries.some(entry => parseCarried(entry).name === value);
		const needsKeys = operation.mac !== false || carries("pinData");
		if (isDukpt && needsKeys && !carries("keySerialNumber"))
			note(`operations.${name}.carries`, `lacks keySerialNumber: the host would not know the key of ${keyScheme}`);
	}
	if (isDukpt && !profile.reversal.carries.some(entry => parseCarried(entry).name === "keySerialNumber"))
		note("reversal.carries", `lacks keySerialNumber: the host would not know the key of ${keyScheme}`);
	lintBindingNumber(profile, note);
	lintSignIn(profile, note);
	lintDataEncryption(profile, note);
	return problems;
}

type Note = (path: string, problem: string) => void;

/** The MAC is a message's last field, so that it covers all the others. */
function lintMac(profile: HostProfile, note: Note): void {
	const { fields } = profile.security.mac;
	if (fields.some((number, i) => i > 0 && number <= fields[i - 1]!)) note("security.mac.fields", "must rise");
	for (const [i, number] of fields.entries()) {
		const field = profile.message.fields[number];
		const fits = field?.encoding === "binary" && !field.prefix && field.length <= MAC_BYTES && field.length >= 4;
		if (!fits)
			note(`security.mac.fields[${i}]`, `field ${number} must be binary and fixed with 4 to ${MAC_BYTES} bytes`);
	}
	const check = (carries: readonly string[], path: string) => {
		const numbers = carries.map(entry => findFieldNumber(profile, entry));
		const highest = Math.max(...numbers);
		for (const [i, number] of numbers.entries())
			if (fields.includes(number)) note(`${path}[${i}]`, "the MAC is put in by itself");
		if (highest > fields[fields.length - 1]!)
			note(path, `carries field ${highest}, but the MAC stands in ${fields[fields.length - 1]}: it would not be last`);
		else if (fields[0]! > 64 && highest < 64)
			note("security.mac.fields", "must have 64 for messages without a secondary bitmap");
	};
	for (const [name, operation] of Object.entries(profile.operations))
		if (operation.mac !== false) check(operation.carries, `operations.${name}.carries`);
	check(profile.reversal.carries, "reversal.carries");
}

function findFieldNumber(profile: HostProfile, entry: string): number {
	const { name } = parseCarried(entry);
	const isKnown = Object.values(profile.message.fields).some(field => field?.name === name);
	return isKnown ? findField(profile, name).number : 0;
}

function lintPinField(profile: HostProfile, note: Note): void {
	const length = profile.security.pinBlockFormat === 4 ? 16 : 8;
	for (const [number, field] of Object.entries(profile.message.fields)) {
		if (field?.name !== "pinData") continue;
		if (field.encoding !== "binary" || field.length !== length || field.prefix)
			note(
				`message.fields.${number}`,
				`a PIN block of format ${profile.security.pinBlockFormat} is binary and fixed with ${length} bytes`,
			);
	}
}

/** Every message says for whom it is, and nobody can change that on the way (docs/binding.md). */
function lintBindingNumber(profile: HostProfile, note: Note): void {
	const isCarried = (carries: readonly string[]) => carries.includes("bindingNumber");
	for (const [name, { carries, mac }] of Object.entries(profile.operations)) {
		if (!isCarried(carries))
			note(`operations.${name}.carries`, "lacks bindingNumber, which every message to the bank carries");
		if (mac === false && !(name === "signIn" && profile.security.keyScheme === "masterSession"))
			note(`operations.${name}.mac`, "must not be false: the binding number would not be protected");
	}
	if (!isCarried(profile.reversal.carries))
		note("reversal.carries", "lacks bindingNumber, which every message to the bank carries");
}

/** Session keys come with the sign-in, which therefore has no MAC yet. */
function lintSignIn(profile: HostProfile, note: Note): void {
	if (profile.security.keyScheme !== "masterSession") return;
	const { signIn } = profile.operations;
	if (!signIn) {
		note("operations", "has no signIn, which session keys come with");
		return;
	}
	if (signIn.mac !== false) note("operations.signIn.mac", "must be false: the MAC key comes with the answer");
	const brought = partsOf(profile, signIn.answers);
	const { dataEncryption } = profile.security;
	for (const key of ["pinKey", "macKey", ...(dataEncryption ? ["dataKey"] : [])])
		if (!brought.includes(key)) note("operations.signIn.answers", `brings no ${key}`);
}

/** A value that is enciphered must not stand anywhere else, and must have a place. */
function lintDataEncryption(profile: HostProfile, note: Note): void {
	const values: readonly string[] = profile.security.dataEncryption?.values ?? [];
	const field = Object.values(profile.message.fields).find(each => each?.name === PROTECTED);
	if (values.length && (field?.encoding !== "binary" || !field.prefix))
		note("message.fields", `needs a binary field of variable length called ${PROTECTED}, for security.dataEncryption`);
	const messages = Object.entries(profile.operations).map(
		([name, { carries }]) => [`operations.${name}.carries`, carries] as const,
	);
	for (const [path, carries] of [...messages, ["reversal.carries", profile.reversal.carries] as const]) {
		const names = partsOf(profile, carries);
		const isProtected = names.includes(PROTECTED);
		if (isProtected && !values.length) note(path, `carries ${PROTECTED}, but security.dataEncryption is missing`);
		for (const name of values) {
			if (name !== "iccData" && names.includes(name))
				note(path, `carries ${name} in the clear, which security.dataEncryption enciphers`);
			if (name === "iccData" && names.includes(name) && !isProtected)
				note(path, `lacks ${PROTECTED}, where what names the card in iccData has to go`);
		}
	}
}

/** All names that entries of `carries` or `answers` bring. */
function partsOf(profile: HostProfile, entries: readonly string[]): readonly string[] {
	return entries.flatMap(entry => {
		const { name, layout } = parseCarried(entry);
		const field = Object.values(profile.message.fields).find(each => each?.name === name);
		if (!field?.layouts) return [name];
		const parts = (layout === undefined ? Object.values(field.layouts)[0] : field.layouts[layout]) ?? [];
		return parts.flatMap(part =>
			"fixed" in part ? [] : "each" in part ? part.each.map(each => each.name) : [part.name],
		);
	});
}
