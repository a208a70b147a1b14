import { expect, test } from "vitest";
import { MemoryDisk } from "../../sim/world/memoryDisk.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { IncidentLog } from "../../src/monitor/incidentLog.js";
import { AccessTrail } from "../../src/operators/accessTrail.js";
import { csvOf, merchantExport } from "../../src/privacy/merchantExport.js";
import { DAY_MS, JournalWorld } from "../journal/journalWorld.js";

const ALL = { from: 0, before: Number.MAX_SAFE_INTEGER };

function sources() {
	const w = new JournalWorld();
	const incidents = new IncidentLog({ storage: new MemoryDisk(), crypto: nodeCrypto });
	incidents.append(5 * DAY_MS, { type: "opened", cause: "localLock", detail: 'said: "stop", now' });
	incidents.append(6 * DAY_MS, { type: "factor", incident: 1, factor: "supervisor", by: "anna" });
	const access = new AccessTrail({ storage: new MemoryDisk(), crypto: nodeCrypto }, 0);
	access.append(5 * DAY_MS, { type: "signedOn", who: "17" });
	access.append(5 * DAY_MS, { type: "approved", who: "21", what: "refund", by: "17" });
	access.append(6 * DAY_MS, { type: "signedOn", who: "33" });
	return {
		w,
		all: {
			...{
				incidents,
				access: [...access.entries()],
				days: [],
				lastCheck: undefined,
				utcOffsetMinutes: 480,
				feeOf: () => undefined,
			},
			...{ journal: w.journal, merchant: { name: "Shop", merchantId: "1", terminalId: "2" } },
		},
	};
}

test("cells that a spreadsheet would take for formulas become text, quotes and line ends are kept (RFC 4180)", () => {
	const { w, all } = sources();
	for (const requestKey of ['=HYPERLINK("x")', "+1", "-1", "@SUM(A1)", 'say "hi", twice', "two\nlines", "plain"])
		w.sale("approved", { requestKey });
	const csv = csvOf(merchantExport(all, ALL), "transactions");
	for (const cell of [
		`"'=HYPERLINK(""x"")"`,
		"'+1",
		"'-1",
		"'@SUM(A1)",
		'"say ""hi"", twice"',
		'"two\nlines"',
		",plain,",
	])
		expect(csv).toContain(cell);
	expect(csv.split("\r\n")).toHaveLength(9);
});

test("what is sealed and the card's token stay where they are", () => {
	const { w, all } = sources();
	w.sale("pending");
	const [transaction] = merchantExport(all, ALL).transactions;
	expect(Object.keys(transaction!)).not.toEqual(expect.arrayContaining(["cardLink"]));
	for (const member of ["cardLink", "sealedMessage", "reversal", "cvmResults"])
		expect(transaction).not.toHaveProperty(member);
});

test("a settlement that ended on another day than it began says so on the day that it began", () => {
	const { w, all } = sources();
	w.sale("approved");
	const { batch } = w.journal;
	const evening = 7 * DAY_MS - 60_000;
	w.write([{ type: "settling", batch, at: evening, totals: w.journal.totals() }]);
	w.writeEach([
		{ type: "uploading", batch, at: evening, position: 1 },
		{ type: "settled", batch, at: evening + 120_000, verdict: "equal" },
	]);
	const of = (from: number) => merchantExport(all, { from, before: from + DAY_MS }).settlements;
	expect(of(6 * DAY_MS)).toMatchObject([
		{ batch, settledAt: new Date(evening + 120_000).toISOString(), verdict: "equal" },
	]);
	expect(of(7 * DAY_MS)).toEqual([]);
});

test("of one operator: what was sold and decided under that name, and nothing of others", () => {
	const { w, all } = sources();
	w.sale("approved", { operator: "anna" });
	w.sale("approved", { operator: "ben" });
	w.settle();
	const of = (operator?: string) => merchantExport(all, { ...ALL, operator });
	expect(of().transactions).toHaveLength(2);
	expect(of("anna")).toMatchObject({
		transactions: [{ operator: "anna" }],
		settlements: [],
		incidents: [{ number: 2 }],
	});
	expect(of("nobody")).toMatchObject({ transactions: [], incidents: [] });
});

test("of what people did, what names the one who asks", () => {
	const { all } = sources();
	const of = (operator?: string) => merchantExport(all, { ...ALL, operator }).access.map(({ number }) => number);
	expect([of(), of("17"), of("21"), of("33"), of("9")]).toEqual([[1, 2, 3], [1, 2], [2], [3], []]);
	expect(csvOf(merchantExport(all, ALL), "access")).toContain("approved,21; refund; 17");
});

test("limits of time hold for each table", () => {
	const { all } = sources();
	expect(merchantExport(all, { from: 0, before: 5 * DAY_MS }).incidents).toEqual([]);
	expect(merchantExport(all, { from: 5 * DAY_MS, before: 6 * DAY_MS }).incidents).toMatchObject([{ number: 1 }]);
	expect(csvOf(merchantExport(all, ALL), "incidents")).toContain('"localLock; said: ""stop"", now"');
});
