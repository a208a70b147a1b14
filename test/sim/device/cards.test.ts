import { expect, test } from "vitest";
import { cardProfiles } from "../../../sim/card/cardProfiles.js";
// @ts-expect-error plain JavaScript for mcsim, without types
import { cards } from "../../../sim/device/panel/lib/cards.js";

test("mcsim's panel offers the cards that there are, under their titles", () => {
	expect(cards).toEqual(cardProfiles().map(({ name, title }) => ({ value: name, title })));
});
