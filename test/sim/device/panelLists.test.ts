import { expect, test } from "vitest";
import { cardProfiles } from "../../../sim/card/cardProfiles.js";
// @ts-expect-error plain JavaScript for mcsim, without types
import { groups } from "../../../sim/device/panel/lib/cards.js";
// @ts-expect-error plain JavaScript for mcsim, without types
import { faults } from "../../../sim/device/panel/lib/faults.js";
import { panelFaults, panelGroups } from "../../../sim/device/panelLists.js";

test("mcsim's panel offers the cards that there are, in their groups, under their titles", () => {
	expect(groups).toEqual(panelGroups());
	const offered = panelGroups().flatMap(({ cards }) => cards);
	expect(offered).toEqual(cardProfiles().map(({ name, title }) => ({ value: name, title })));
});

test("mcsim's panel offers a fault of each kind", () => {
	expect(faults).toEqual(panelFaults());
	expect(faults).toContainEqual({ title: "pull", value: { fault: "pull", apdu: 7 } });
});
