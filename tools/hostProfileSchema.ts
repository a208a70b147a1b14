/** Writes docs/host-profile.schema.json from the shape that the decoder reads. */
import { writeFileSync } from "node:fs";
import { HOST_PROFILE_SHAPE } from "../src/host/profiles/hostProfileShape.js";
import { jsonSchema } from "./jsonSchema.js";

const schema = {
	$schema: "https://json-schema.org/draft/2020-12/schema",
	title: "Kassa host profile",
	description:
		"What one acquirer's host expects; see host-profiles.md. `kassa profile lint` finds more than a schema can say.",
	...jsonSchema(HOST_PROFILE_SHAPE),
};
writeFileSync(new URL("../docs/host-profile.schema.json", import.meta.url), `${JSON.stringify(schema, null, "\t")}\n`);
