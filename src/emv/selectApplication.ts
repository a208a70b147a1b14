import { equal, latin1Text, uintBytes } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import { findTlv, TlvError, tlvObjects, tlvValue, tlvValueOf } from "../bytes/tlv.js";
import {
	SW_6A81_FUNCTION_NOT_SUPPORTED,
	SW_6A83_RECORD_NOT_FOUND,
	SW_6283_DEACTIVATED,
	SW_9000_OK,
} from "../card/apdu.js";
import type { Candidate } from "./candidate.js";
import type { ApplicationConfiguration } from "./configuration.js";
import { type Outcome, outcome } from "./outcome.js";
import {
	TAG_4F_APPLICATION_DF_NAME,
	TAG_5F2D_LANGUAGE_PREFERENCE,
	TAG_6F_FCI_TEMPLATE,
	TAG_9F1B_TERMINAL_FLOOR_LIMIT,
	TAG_9F06_AID_TERMINAL,
	TAG_9F09_APPLICATION_VERSION_TERMINAL,
	TAG_9F11_ISSUER_CODE_TABLE_INDEX,
	TAG_9F12_APPLICATION_PREFERRED_NAME,
	TAG_50_APPLICATION_LABEL,
	TAG_61_APPLICATION_TEMPLATE,
	TAG_70_READ_RECORD_TEMPLATE,
	TAG_84_DF_NAME,
	TAG_87_APPLICATION_PRIORITY_INDICATOR,
	TAG_88_SFI,
	TAG_A5_FCI_PROPRIETARY_TEMPLATE,
} from "./tags.js";
import type { Transaction } from "./transaction.js";

// "1PAY.SYS.DDF01" (Book 1, 12.2.2)
const PSE_NAME = Uint8Array.of(0x31, 0x50, 0x41, 0x59, 0x2e, 0x53, 0x59, 0x53, 0x2e, 0x44, 0x44, 0x46, 0x30, 0x31);

// The Books bound neither; a directory file has at most 255 records, and a card that always has a next application is hostile.
const MOST_NEXT_OCCURRENCES = 30;
// CHOICE: the Books say to read on until 6A83 and do not speak of records that cannot be read. A few may be damaged; a
// directory with more than these is given up, and the list of AIDs finds what it did not.
const MOST_UNREADABLE_RECORDS = 3;

/** Application selection (EMV 4.4 Book 1, 12): builds the candidate list once, then selects the best one left. */
export async function selectApplication(t: Transaction): Promise<Outcome | undefined> {
	if (!t.candidates) {
		const ended = await buildCandidateList(t);
		if (ended) return ended;
	}
	while (t.candidates!.length) {
		const choice = isChoiceRequired(t.candidates!) ? await t.chooseApplication(t.candidates!) : 0;
		if (typeof choice !== "number") return outcome(choice, "no application was chosen");
		const ended = await finalSelection(t, choice);
		if (ended !== "selectAnother") return ended;
	}
	return outcome("notAccepted", "no application is left to try");
}

/** Book 1, 12.3: by the card's directory, otherwise by the terminal's list of AIDs. Fills `candidates`. */
export async function buildCandidateList(t: Transaction): Promise<Outcome | undefined> {
	t.candidates = [];
	const byDirectory = await selectFromPse(t);
	if (byDirectory) return byDirectory;
	if (t.candidates.length === 0) {
		const byList = await selectFromList(t); // 12.3.2 step 5: an empty directory leads to the list as well
		if (byList) return byList;
	}
	// 12.4: priority 1 first, none (0) last; applications of one priority stay in the card's order
	t.candidates.sort((a, b) => (a.priority || 16) - (b.priority || 16));
	t.why?.({
		section: "Book 1, 12.3",
		rule: "which applications do card and terminal both have",
		inputs: {},
		result:
			t.candidates.map(({ dfName, priority }) => `${formatHex(dfName)} priority ${priority}`).join(", ") || "none",
	});
	return t.candidates.length ? undefined : outcome("notAccepted", "card and terminal have no application in common");
}

/** Book 1, 12.3.2. Whatever goes wrong here leads to the list of AIDs, except that the card is blocked. */
async function selectFromPse(t: Transaction): Promise<Outcome | undefined> {
	const select = await selectByName(t, PSE_NAME, 0x00);
	if (select.sw === SW_6A81_FUNCTION_NOT_SUPPORTED) return outcome("cardBlocked", "the card is blocked");
	if (select.sw !== SW_9000_OK) return undefined;
	try {
		const fci = findTlv(select.data, TAG_6F_FCI_TEMPLATE);
		const proprietary = fci && findTlv(fci, TAG_A5_FCI_PROPRIETARY_TEMPLATE);
		if (!proprietary) return undefined;
		const objects = tlvObjects(proprietary);
		const sfi = tlvValueOf(proprietary, objects, TAG_88_SFI);
		if (sfi?.length !== 1 || sfi[0]! < 1 || sfi[0]! > 10) return undefined; // 12.2.3
		const language = tlvValueOf(proprietary, objects, TAG_5F2D_LANGUAGE_PREFERENCE);
		if (language) t.data.setCard(TAG_5F2D_LANGUAGE_PREFERENCE, language);
		for (let record = 1, unreadable = 0; record <= 255 && unreadable <= MOST_UNREADABLE_RECORDS; record++) {
			const read = await t.card.transmit({ cla: 0x00, ins: 0xb2, p1: record, p2: (sfi[0]! << 3) | 4, le: 256 });
			if (read.sw === SW_6A83_RECORD_NOT_FOUND) break;
			if (read.sw === SW_9000_OK) t.candidates!.push(...directoryEntries(t, read.data));
			else unreadable++;
		}
	} catch (error) {
		if (!(error instanceof TlvError)) throw error;
	}
	return undefined;
}

/**
 * The applications of one directory record that the terminal has too. Book 1, 12.2.3: several templates 61 may stand in
 * one; a record that is not as it must be is passed over, and the others count.
 */
function directoryEntries(t: Transaction, record: Uint8Array): Candidate[] {
	const entries: Candidate[] = [];
	try {
		const template = findTlv(record, TAG_70_READ_RECORD_TEMPLATE) ?? new Uint8Array(0);
		const objects = tlvObjects(template);
		for (let i = 0; i < objects.length; i += 3) {
			if (objects[i] !== TAG_61_APPLICATION_TEMPLATE) continue;
			const entry = tlvValue(template, objects, i);
			const ofEntry = tlvObjects(entry);
			const dfName = tlvValueOf(entry, ofEntry, TAG_4F_APPLICATION_DF_NAME);
			const configuration = dfName && t.configuration.applications.find(own => matches(own, dfName));
			if (dfName && configuration) entries.push(candidate(dfName, entry, ofEntry, configuration));
		}
	} catch (error) {
		if (!(error instanceof TlvError)) throw error;
	}
	return entries;
}

/** Book 1, 12.3.3. */
async function selectFromList(t: Transaction): Promise<Outcome | undefined> {
	for (const configuration of t.configuration.applications) {
		for (let occurrence = 0; occurrence <= MOST_NEXT_OCCURRENCES; occurrence++) {
			const select = await selectByName(t, configuration.aid, occurrence ? 0x02 : 0x00);
			if (occurrence === 0 && select.sw === SW_6A81_FUNCTION_NOT_SUPPORTED)
				return outcome("cardBlocked", "the card is blocked");
			const blocked = select.sw === SW_6283_DEACTIVATED;
			if (select.sw !== SW_9000_OK && !blocked) break;
			let exact = false;
			try {
				const template = findTlv(select.data, TAG_6F_FCI_TEMPLATE);
				const fci = template && tlvObjects(template);
				const dfName = fci && tlvValueOf(template, fci, TAG_84_DF_NAME);
				if (!dfName || !startsWith(dfName, configuration.aid)) break;
				// Step 6: a longer name leads to the next occurrence only where partial selection is allowed
				exact = dfName.length === configuration.aid.length || !configuration.partialSelection;
				if (t.candidates!.some(known => equal(known.dfName, dfName))) break; // the card goes round in circles
				const proprietary = tlvValueOf(template, fci, TAG_A5_FCI_PROPRIETARY_TEMPLATE) ?? new Uint8Array(0);
				const objects = tlvObjects(proprietary);
				if (!blocked && matches(configuration, dfName))
					t.candidates!.push(candidate(dfName, proprietary, objects, configuration));
			} catch (error) {
				if (!(error instanceof TlvError)) throw error;
				break;
			}
			if (exact) break;
		}
	}
	return undefined;
}

/**
 * Book 1, 12.4: SELECT for one of the candidates, which leaves the list either way, and the terminal's own configuration
 * for it.
 * @returns undefined when the application is selected, "selectAnother" when another one is to be tried
 */
export async function finalSelection(t: Transaction, index: number): Promise<Outcome | "selectAnother" | undefined> {
	const chosen = t.candidates!.splice(index, 1)[0]!;
	const select = await selectByName(t, chosen.dfName, 0x00);
	const isSelected = select.sw === SW_9000_OK && acceptFci(t, select.data, chosen);
	t.why?.({
		section: "Book 1, 12.4",
		rule: "final selection",
		inputs: { AID: formatHex(chosen.dfName), SW: select.sw.toString(16).toUpperCase() },
		result: isSelected ? "selected" : "not selected: the next one is tried",
	});
	if (select.sw === SW_6A81_FUNCTION_NOT_SUPPORTED) return outcome("cardBlocked", "the card is blocked");
	return isSelected ? undefined : "selectAnother";
}

/** Book 1, 12.4: one application is taken without asking, unless it wants the cardholder's confirmation. */
export function isChoiceRequired(candidates: readonly Candidate[]): boolean {
	return candidates.length > 1 || candidates.some(candidate => candidate.confirmationRequired);
}

/** The FCI of an ADF (Book 1, 11.3.4, table 45). @returns false when it is malformed or is another application's */
function acceptFci(t: Transaction, data: Uint8Array, chosen: Candidate): boolean {
	try {
		const template = findTlv(data, TAG_6F_FCI_TEMPLATE);
		const fci = template && tlvObjects(template);
		const dfName = fci && tlvValueOf(template, fci, TAG_84_DF_NAME);
		if (!dfName || !equal(dfName, chosen.dfName)) return false; // 12.4: 84 is the AID that was sent
		const proprietary = tlvValueOf(template, fci, TAG_A5_FCI_PROPRIETARY_TEMPLATE);
		if (!proprietary) return false;
		t.data.takeCard(proprietary, tlvObjects(proprietary));
		t.data.setCard(TAG_84_DF_NAME, dfName);
	} catch (error) {
		if (!(error instanceof TlvError)) throw error;
		return false;
	}
	t.application = chosen.configuration;
	t.data.set(TAG_9F06_AID_TERMINAL, chosen.dfName); // before the PDOL, which may ask for it (Book 1, 12.4)
	t.data.set(TAG_9F09_APPLICATION_VERSION_TERMINAL, chosen.configuration.applicationVersion);
	t.data.set(TAG_9F1B_TERMINAL_FLOOR_LIMIT, uintBytes(chosen.configuration.floorLimitMinor, 4));
	return true;
}

function selectByName(t: Transaction, name: Uint8Array, p2: number) {
	return t.card.transmit({ cla: 0x00, ins: 0xa4, p1: 0x04, p2, data: name, le: 256 });
}

/** Book 1, 12.3.1. */
function matches(own: ApplicationConfiguration, dfName: Uint8Array): boolean {
	return own.partialSelection ? startsWith(dfName, own.aid) : equal(dfName, own.aid);
}

function startsWith(name: Uint8Array, start: Uint8Array): boolean {
	return name.length >= start.length && equal(name.subarray(0, start.length), start);
}

/** @param entry where the card describes the application: of its directory or of its FCI; @param objects `tlvObjects` of it */
function candidate(
	dfName: Uint8Array,
	entry: Uint8Array,
	objects: readonly number[],
	configuration: ApplicationConfiguration,
): Candidate {
	const indicator = tlvValueOf(entry, objects, TAG_87_APPLICATION_PRIORITY_INDICATOR)?.[0] ?? 0;
	return {
		dfName,
		get label() {
			return displayName(dfName, entry, objects); // nobody reads it where nobody is asked
		},
		priority: indicator & 0x0f,
		confirmationRequired: (indicator & 0x80) !== 0,
		configuration,
	};
}

/** Book 4, 11.3: the preferred name if its code table can be drawn (ISO/IEC 8859-1), else the label, else the AID. */
function displayName(dfName: Uint8Array, entry: Uint8Array, objects: readonly number[]): string {
	const preferred = tlvValueOf(entry, objects, TAG_9F12_APPLICATION_PREFERRED_NAME);
	const codeTable = tlvValueOf(entry, objects, TAG_9F11_ISSUER_CODE_TABLE_INDEX)?.[0];
	if (preferred?.length && codeTable === 1) return latin1Text(preferred);
	const label = tlvValueOf(entry, objects, TAG_50_APPLICATION_LABEL);
	return label?.length ? latin1Text(label) : formatHex(dfName);
}
