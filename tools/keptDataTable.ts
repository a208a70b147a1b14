import { readFileSync, writeFileSync } from "node:fs";
import { KEPT_DATA } from "../src/privacy/keptData.js";
import type { KeptData } from "../src/privacy/keptKind.js";

const PAGE = new URL("../docs/privacy.md", import.meta.url);
const [BEGIN, END] = ["<!-- table of kept data, made by npm run compliance -->", "<!-- end of the table -->"];

/** docs/privacy.md with the table of kept data as the code has it. @throws {Error} when the page has no place for it */
export function privacyPage(page = readFileSync(PAGE, "utf8")): string {
	const [before, rest] = page.split(BEGIN);
	const after = rest?.split(END)[1];
	if (before === undefined || after === undefined) throw new Error(`docs/privacy.md lacks "${BEGIN}" or "${END}"`);
	return `${before}${BEGIN}\n\n${table()}\n\n${END}${after}`;
}

export function writePrivacyPage(): void {
	writeFileSync(PAGE, privacyPage());
}

function table(): string {
	return [
		"| data | file | about | what | why (ground) | protection | kept until |",
		"|---|---|---|---|---|---|---|",
		...KEPT_DATA.map(row),
	].join("\n");
}

function row(data: KeptData): string {
	const { name, where, about, what, purpose, basis, protection, holdsPan } = data;
	const ground = basis === "none" ? "" : ` (${basis})`;
	const how = holdsPan ? `${protection}; card numbers` : protection;
	const files = where
		.split(", ")
		.map(each => each.replaceAll("|", "\\|"))
		.join(", ");
	return `| ${name} | ${files} | ${about} | ${what} | ${purpose}${ground} | ${how} | ${until(data)} |`;
}

function until({ retention }: KeptData): string {
	switch (retention.until) {
		case "settledAndAged":
			return "`journalRetentionDays` after its batch was settled, never while anything of it is open or owed";
		case "aged":
			return `${retention.days === undefined ? "`journalRetentionDays`" : `${retention.days} days`} after it was first seen`;
		case "pushedOut":
			return `pushed out: ${retention.most}`;
		case "replaced":
			return "replaced by the next";
		case "done":
			return "its work is done";
		case "restart":
			return "its work is done, or the next start";
		case "unbound":
			return "the end of the binding";
		case "keysErased":
			return "the erasure of the keys";
		case "endOfDevice":
			return "the end of the device";
	}
}
