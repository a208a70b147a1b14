import { writeFileSync } from "node:fs";
import { readManifest, upToDate, writeManifest } from "./moduleLists.js";
import { panelFaults, panelGroups } from "./panelLists.js";

/**
 * Brings what the SDK's tools cannot look up in line with the sources: the module lists of both manifests, and the cards and
 * faults of mcsim's panel. Run as `npm run manifests` after a module of src/ or sim/card, or a card profile, has come or gone.
 */

const { firmware, device } = upToDate(readManifest("manifest.json"), readManifest("sim/device/manifest.json"));
writeManifest("manifest.json", firmware);
writeManifest("sim/device/manifest.json", device);

writeList(
	"cards",
	"groups",
	"The cards of sim/card/profiles, which mcsim cannot read: by name, with the title.",
	panelGroups(),
);
writeList("faults", "faults", "One card fault of each kind, as docs/cards.md shows it.", panelFaults());

function writeList(file: string, name: string, meaning: string, list: unknown): void {
	const json = JSON.stringify(list, null, "\t");
	writeFileSync(`sim/device/panel/lib/${file}.js`, `/** ${meaning} */\nexport const ${name} = ${json};\n`);
}
