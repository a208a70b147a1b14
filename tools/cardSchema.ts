import { writeFileSync } from "node:fs";
import { cardProfileSchema } from "../sim/card/profile.js";

/** Writes docs/card-profile.schema.json from the rules that `kassa card make` follows; then `npm run format`. */
writeFileSync("docs/card-profile.schema.json", `${JSON.stringify(cardProfileSchema(), null, "\t")}\n`);
