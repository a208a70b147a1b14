import type { CardOpening } from "../bank/books.js";
import type { CardProfile } from "../card/profile.js";

const OPENING_BALANCE_MINOR = 1_000_000_00;

/** The account behind a card, as the test bank's configuration opens it. */
export function accountOf({ name, account: { pan, pin }, issuer }: CardProfile): CardOpening {
	const { balanceMinor = OPENING_BALANCE_MINOR, ...behaviour } = issuer ?? {};
	const isUsual = Object.values(behaviour).every(value => value === undefined);
	return {
		pan,
		pin,
		holder: `Kassa test cardholder (${name})`,
		balanceMinor,
		...(!isUsual && { behaviour }),
	};
}
