import type { CardFault } from "../card/cardFault.js";
import { cardGroups } from "../card/cardProfiles.js";
import { parseFault } from "../card/faultCheck.js";
import { FAULT_FORMS } from "../card/faultForms.js";

/** One line of a menu in mcsim's panel. */
export interface MenuItem<T> {
	readonly value: T;
	readonly title: string;
}

/** The cards of sim/card/profiles, which mcsim cannot read: by name, with the title that people see. */
export function panelGroups(): { readonly group: string; readonly cards: readonly MenuItem<string>[] }[] {
	return cardGroups().map(({ group, cards }) => ({
		group,
		cards: cards.map(({ name, title }) => ({ value: name, title })),
	}));
}

/** One fault of each kind: mcsim's panel has no field for others. */
export function panelFaults(): MenuItem<CardFault>[] {
	return Object.entries(FAULT_FORMS).map(([title, { example }]) => ({ value: parseFault(example), title }));
}
