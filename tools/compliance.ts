/** `npm run compliance`: writes docs/compliance.md and the table of kept data in docs/privacy.md. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brokenCitations, complianceMap } from "./complianceMap.js";
import { writePrivacyPage } from "./keptDataTable.js";

const broken = brokenCitations();
for (const sentence of broken) console.error(sentence);
if (broken.length) process.exitCode = 1;
else {
	const page = fileURLToPath(new URL("../docs/compliance.md", import.meta.url));
	writeFileSync(page, complianceMap());
	writePrivacyPage();
	console.log(`wrote ${page} and the table of docs/privacy.md`);
}
