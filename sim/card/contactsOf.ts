import { CardInterface } from "./cardInterface.js";
import type { ContactCard } from "./contactCard.js";
import { FaultyContact } from "./faultyContact.js";
import type { VirtualCard } from "./virtualCard.js";

/** What a slot takes: the card's contacts, with whatever it does wrong there. */
export function contactsOf(card: VirtualCard): ContactCard {
	return new FaultyContact(new CardInterface(card), card);
}
