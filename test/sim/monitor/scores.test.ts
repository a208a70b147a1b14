import { expect, test } from "vitest";
import { MERCHANT_KINDS } from "../../../sim/monitor/merchantKind.js";
import { scores } from "../../../sim/monitor/scores.js";

test.each(MERCHANT_KINDS.map(kind => [kind.name, kind] as const))(
	"a day with a fraud is scored above the honest days of a %s",
	(_, kind) => {
		const { honestDays, honestMean, honestRaised, fraudDays, fraudMean, fraudRaised } = scores(kind, 40, 8);
		expect(honestMean).toBeLessThan(8);
		expect(honestRaised / honestDays).toBeLessThanOrEqual(0.05);
		expect(fraudMean).toBeGreaterThan(honestMean + 15);
		expect(fraudRaised / fraudDays).toBeGreaterThan(0.4);
	},
);
