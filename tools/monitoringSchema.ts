/** Writes docs/monitoring-rules.schema.json from the shape that the decoder reads, and the built-in rules as an example. */
import { writeFileSync } from "node:fs";
import { BUILT_IN_RULES } from "../src/monitor/builtInRules.js";
import { RULE_SET_SHAPE } from "../src/monitor/rule.js";
import { jsonSchema } from "./jsonSchema.js";

const schema = {
	$schema: "https://json-schema.org/draft/2020-12/schema",
	title: "Kassa monitoring rules",
	description: "What the terminal watches for; see monitoring.md. The decoder finds more than a schema can say.",
	...jsonSchema(RULE_SET_SHAPE),
};
const write = (name: string, value: unknown) =>
	writeFileSync(new URL(`../docs/${name}`, import.meta.url), `${JSON.stringify(value, null, "\t")}\n`);
write("monitoring-rules.schema.json", schema);
write("monitoring-rules.json", BUILT_IN_RULES);
