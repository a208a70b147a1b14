import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { ALERTS } from "../../src/monitor/notices.js";

test("docs/management.md names every alert, and no other", () => {
	const page = readFileSync(new URL("../../docs/management.md", import.meta.url), "utf8");
	const [, table] = page.split("| alert | when |\n|---|---|\n");
	const rows = table!.split("\n\n")[0]!.split("\n");
	const named = rows.flatMap(row => [...row.split("|")[1]!.matchAll(/`([a-zA-Z]+)`/g)].map(([, name]) => name!));
	expect(named.sort()).toEqual([...ALERTS].sort());
});
