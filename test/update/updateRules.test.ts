import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Power, powerOf, UPDATE_RULES, type Urgency, urgencyOf } from "../../src/update/updateRules.js";
import { DAY, NOON, testUpdate, UpdateWorld } from "./updateWorld.js";

const BY = NOON / 1000 + DAY;
const OFFERS: Readonly<Record<Urgency, object | undefined>> = {
	none: undefined,
	available: {},
	required: { requiredBy: BY },
	overdue: { requiredBy: NOON / 1000 },
	requiredForOffline: { requiredBy: BY, requiredForOffline: true },
	overdueForOffline: { requiredBy: NOON / 1000, requiredForOffline: true },
};
const BATTERIES: Readonly<Record<Power, readonly UpdateWorld["supply"][]>> = {
	enough: [undefined, { percent: 30, isCharging: false }, { percent: 2, isCharging: true }],
	lowButConnects: [
		{ percent: 29, isCharging: false },
		{ percent: 10, isCharging: false },
	],
	low: [
		{ percent: 9, isCharging: false },
		{ percent: 0, isCharging: false },
	],
};

/** Offers an update of this state to a terminal with this battery, and does all that may be done. */
function lived(urgency: Urgency, supply: UpdateWorld["supply"], asks: boolean) {
	const world = new UpdateWorld();
	world.supply = supply;
	world.boot();
	const { image, manifest } = testUpdate("2.0.0", OFFERS[urgency]);
	if (OFFERS[urgency]) expect(world.update.takeOffer(manifest).done).toBe(true);
	expect(world.update.urgency).toBe(urgency);
	const rules = world.update.rules;
	const fetched = world.feed(image);
	if (asks) world.update.ask("");
	const installs = world.update.install() === undefined;
	return { rules, fetched, installs, isRestarting: world.isRestarting };
}

describe("each state of an update", () => {
	// state, power, fetched, installed by itself, installed when asked, shown, approves offline
	const rows: readonly (readonly [Urgency, Power, boolean, boolean, boolean, string, boolean])[] = [
		["none", "enough", false, false, false, "nothing", true],
		["none", "lowButConnects", false, false, false, "nothing", true],
		["none", "low", false, false, false, "nothing", true],
		["available", "enough", true, false, true, "available", true],
		["available", "lowButConnects", true, false, false, "available", true],
		["available", "low", false, false, false, "available", true],
		["required", "enough", true, true, true, "required", true],
		["required", "lowButConnects", true, false, false, "charge", true],
		["required", "low", false, false, false, "charge", true],
		["overdue", "enough", true, true, true, "overdue", true],
		["overdue", "lowButConnects", true, false, false, "charge", true],
		["overdue", "low", false, false, false, "charge", true],
		["requiredForOffline", "enough", true, true, true, "required", true],
		["requiredForOffline", "lowButConnects", true, false, false, "charge", true],
		["requiredForOffline", "low", false, false, false, "charge", true],
		["overdueForOffline", "enough", true, true, true, "overdue", false],
		["overdueForOffline", "lowButConnects", true, false, false, "charge", false],
		["overdueForOffline", "low", false, false, false, "charge", false],
	];

	test("is in the table, once", () => {
		const states = Object.entries(UPDATE_RULES).flatMap(([urgency, row]) =>
			Object.keys(row).map(power => `${urgency} ${power}`),
		);
		expect(rows.map(([urgency, power]) => `${urgency} ${power}`)).toEqual(states);
	});

	test.each(rows)("%s, power %s", (urgency, power, fetches, byItself, whenAsked, says, approvesOffline) => {
		for (const supply of BATTERIES[power])
			for (const asks of [false, true]) {
				const { rules, fetched, installs, isRestarting } = lived(urgency, supply, asks);
				expect(rules).toMatchObject({ fetches, says, approvesOffline });
				expect(fetched).toBe(fetches ? 3 : 0);
				expect(installs).toBe(asks ? whenAsked : byItself);
				expect(isRestarting).toBe(installs);
			}
	});
});

test("a battery is enough from 30 %, or while it charges", () => {
	fc.assert(
		fc.property(fc.integer({ min: 0, max: 100 }), fc.boolean(), (percent, isCharging) => {
			const power = powerOf({ percent, isCharging });
			expect(power).toBe(isCharging || percent >= 30 ? "enough" : percent >= 10 ? "lowButConnects" : "low");
		}),
		{ numRuns: 50 },
	);
});

test("an update that is required becomes overdue at its second, and never the other way", () => {
	fc.assert(
		fc.property(fc.integer({ min: -5, max: 5 }), fc.boolean(), (after, requiredForOffline) => {
			const urgency = urgencyOf({ requiredBy: BY, requiredForOffline }, BY + after);
			expect(urgency.startsWith("overdue")).toBe(after >= 0);
			expect(urgency.endsWith("ForOffline")).toBe(requiredForOffline);
		}),
		{ numRuns: 40 },
	);
});
