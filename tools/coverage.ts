/** `npm run coverage`: writes docs/coverage-of-spec.md from what the sources and tests cite. */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { coverageOfSpec } from "./coverageOfSpec.js";

const page = fileURLToPath(new URL("../docs/coverage-of-spec.md", import.meta.url));
writeFileSync(page, coverageOfSpec());
console.log(`wrote ${page}`);
