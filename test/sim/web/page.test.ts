import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { loadPage } from "../../../sim/web/pageFiles.js";

test("the page's scripts pass the type check against the browser's own interfaces", () => {
	const root = fileURLToPath(new URL("../../../", import.meta.url));
	execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", "sim/web/page"], { cwd: root });
}, 60_000);

test.each(["/", "/report"])(
	"the page %s asks for nothing outside itself and has no inline script or style",
	async path => {
		const page = await loadPage();
		const html = page.get(path)!.content;
		const asked = [...html.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address!);
		expect(asked.length).toBeGreaterThan(2);
		for (const address of asked) expect(page.has(address) || address === "/report.json", address).toBe(true);
		expect(html).not.toMatch(/<style|style=|<script>|\son\w+=/);
		for (const { content } of page.values())
			expect(content.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:\/\//);
	},
);
