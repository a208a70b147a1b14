/** `npm run sync [-- --records N]`: a journal over a link that is cut at random points; every record must arrive once. */
import { parseArgs } from "node:util";
import { syncWithCuts } from "./syncWithCuts.js";

const { values } = parseArgs({ options: { records: { type: "string", default: "10000" } } });
const wanted = Number(values.records);
const { records, cuts, lost, ms } = await syncWithCuts(wanted, 26, (kept, of) => {
	if (process.stdout.isTTY) process.stdout.write(`\r${kept} of ${of} records`);
});
console.log(
	`\n${records} records, each at the bank exactly once: ${cuts} cuts, ${lost} messages lost or repeated, ${(ms / 1000).toFixed(1)} s`,
);
