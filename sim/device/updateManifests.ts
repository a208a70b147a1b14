import { writeFileSync } from "node:fs";
import { cardProfiles } from "../card/cardProfiles.js";
import { readManifest, upToDate, writeManifest } from "./moduleLists.js";

/**
 * Brings what the SDK's tools cannot look up in line with the sources: the module lists of both manifests and the cards of
 * mcsim's panel. Run as `npm run manifests` after a module of src/ or sim/card, or a card profile, has come or gone.
 */

const { firmware, device } = upToDate(readManifest("manifest.json"), readManifest("sim/device/manifest.json"));
writeManifest("manifest.json", firmware);
writeManifest("sim/device/manifest.json", device);

const cards = cardProfiles().map(({ name, title }) => ({ value: name, title }));
writeFileSync(
	"sim/device/panel/lib/cards.js",
	`/** The cards of sim/card/profiles, which mcsim cannot read: by name, with the title that people see. */
export const cards = ${JSON.stringify(cards, null, "\t")};
`,
);
