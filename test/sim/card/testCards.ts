import { randomBytes } from "node:crypto";
import type { CardState } from "../../../sim/card/cardMemory.js";
import { cardProfile } from "../../../sim/card/cardProfiles.js";
import type { Personalisation } from "../../../sim/card/personalisation.js";
import { personalise } from "../../../sim/card/personalise.js";
import { checkProfile } from "../../../sim/card/profile.js";
import { sharedKeys } from "../../../sim/card/rsaKeyPair.js";
import { T0Card } from "../../../sim/card/t0Card.js";
import { makeTestScheme, type TestScheme } from "../../../sim/card/testScheme.js";
import { VirtualCard } from "../../../sim/card/virtualCard.js";
import { VirtualSlot } from "../../../sim/card/virtualSlot.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { concat } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import type { Random } from "../../../src/ports.js";

export const nodeRandom: Random = { bytes: length => new Uint8Array(randomBytes(length)) };

export const DEBIT = "A000000333010101";
export const SECOND = "F0000000010001";

/** A scheme and the cards of the named profiles. */
export async function makeCards<Name extends string>(...names: Name[]) {
	const scheme: TestScheme = await makeTestScheme();
	const keys = sharedKeys();
	const made = await Promise.all(names.map(async name => [name, await personalise(cardProfile(name)!, scheme, keys)]));
	return { scheme, cards: Object.fromEntries(made) as Record<Name, Personalisation> };
}

/** A card of a profile of the gallery with changes in its first application. */
export function makeVariant(
	scheme: TestScheme,
	name: string,
	changes: Readonly<Record<string, unknown>> = {},
): Promise<Personalisation> {
	const profile = cardProfile(name)!;
	const [first, ...others] = profile.applications;
	return personalise(checkProfile({ ...profile, applications: [{ ...first, ...changes }, ...others] }), scheme);
}

/** A card above the protocol; commands are written as hexadecimal APDUs without Le. */
export class Bench {
	state: CardState | undefined;
	readonly card: VirtualCard;
	readonly personalisation: Personalisation;

	constructor(personalisation: Personalisation, state?: CardState) {
		this.state = state;
		this.personalisation = personalisation;
		const onStateChange = (changed: CardState) => {
			this.state = changed;
		};
		this.card = new VirtualCard({ personalisation, crypto: nodeCrypto, random: nodeRandom, state, onStateChange });
	}

	/** @param header CLA INS P1 P2 @returns data and status word, in hexadecimal */
	send(header: string, data: string | Uint8Array = ""): string {
		const [cla, ins, p1, p2] = parseHex(header);
		const body = typeof data === "string" ? parseHex(data) : data;
		const response = this.card.execute({ cla: cla!, ins: ins!, p1: p1!, p2: p2! }, body);
		return formatHex(response.data) + response.statusWord.toString(16).toUpperCase();
	}

	select(aid = DEBIT): string {
		return this.send("00A40400", aid);
	}

	/** SELECT and GET PROCESSING OPTIONS with the PDOL of the profiles. */
	begin(aid = DEBIT): string {
		this.select(aid);
		return this.send("80A80000", "83050156E0B0C8");
	}
}

/** A slot with a card in it, contacts active, ATR taken. */
export async function activeSlot(
	personalisation: Personalisation,
	onStateChange?: (state: CardState) => void,
): Promise<VirtualSlot> {
	const slot = new VirtualSlot();
	const card = new VirtualCard({ personalisation, crypto: nodeCrypto, random: nodeRandom, onStateChange });
	slot.insert(new T0Card(card));
	await slot.activate();
	await slot.receive(33, 9600);
	return slot;
}

/** Sends characters and takes everything that the card sends back, in hexadecimal. */
export async function exchange(slot: VirtualSlot, bytes: string): Promise<string> {
	await slot.send(parseHex(bytes));
	return formatHex(await slot.receive(1000, 9600));
}

/** The values of the CDOL data objects in a test transaction: 1.00 yuan. */
export const TRANSACTION = Object.freeze({
	"9F02": "000000000100",
	"9F03": "000000000000",
	"9F1A": "0156",
	"95": "0000008000",
	"5F2A": "0156",
	"9A": "261122",
	"9C": "00",
	"9F37": "A1B2C3D4",
	"9F21": "120000",
	"9F4E": "00".repeat(20),
});

const COMMON = ["9F02", "9F03", "9F1A", "95", "5F2A", "9A", "9C", "9F37", "9F21"] as const;

export const CDOL1_DATA = concat(...[...COMMON, "9F4E" as const].map(tag => parseHex(TRANSACTION[tag])));

/** @param arc 8A as text @param issuerAuthenticationData 91, for the application whose CDOL2 asks for it */
export function cdol2Data(arc: string, issuerAuthenticationData = ""): Uint8Array {
	const code = Uint8Array.from(arc, character => character.charCodeAt(0));
	return concat(code, ...COMMON.map(tag => parseHex(TRANSACTION[tag])), parseHex(issuerAuthenticationData));
}

/** The value of a data object anywhere in a response of the card, in hexadecimal; undefined when it is absent. */
export function findObject(response: string, tag: string): string | undefined {
	let at = 0;
	while (at < response.length) {
		const start = at;
		const first = byteAt(response, at);
		at += 2;
		if ((first & 0x1f) === 0x1f) {
			while (byteAt(response, at) & 0x80) at += 2;
			at += 2;
		}
		const found = response.slice(start, at);
		let length = byteAt(response, at);
		at += 2;
		if (length === 0x81) {
			length = byteAt(response, at);
			at += 2;
		}
		const value = response.slice(at, at + 2 * length);
		if (found === tag) return value;
		const inside = first & 0x20 ? findObject(value, tag) : undefined;
		if (inside !== undefined) return inside;
		at += 2 * length;
	}
	return undefined;
}

function byteAt(hex: string, at: number): number {
	return Number.parseInt(hex.slice(at, at + 2), 16);
}
