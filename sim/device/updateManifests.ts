import { writeFileSync } from "node:fs";
import { cardProfiles } from "../card/cardProfiles.js";
import { linkedSources, platformModules, readManifest, simulatedDevice, writeManifest } from "./moduleLists.js";

/**
 * Brings what the SDK's tools cannot look up in line with the sources: the module lists of both manifests and the cards of
 * mcsim's panel. Run after a module of src/ or sim/card, or a card profile, has come or gone; then `npm run format`.
 */

const firmware = readManifest("manifest.json");
const { common, board } = platformModules();
const { esp32 } = firmware.platforms;
firmware.modules["src/platform/*"] = common.map(name => `./${name}`);
esp32.modules["src/platform/*"] = board.map(name => `./${name}`);
esp32.preload = linkedSources(firmware, esp32.modules).filter(name => name !== "src/main");
firmware.preload = [
	...firmware.preload.filter(name => !name.startsWith("src/")),
	// mcconfig expands a "*" in "preload" for JavaScript only, so that each TypeScript module has its line.
	...linkedSources(firmware, firmware.modules),
];
writeManifest("manifest.json", firmware);

const device = readManifest("sim/device/manifest.json");
for (const specifier of Object.keys(device.modules).filter(each => each.startsWith("sim/")))
	device.modules[specifier] = simulatedDevice()
		.filter(name => name.slice(0, name.lastIndexOf("/")) === specifier.slice(0, -2))
		.map(name => name.replace("sim/device/", "./").replace("sim/", "../"));
writeManifest("sim/device/manifest.json", device);

const cards = cardProfiles().map(({ name, title }) => ({ value: name, title }));
writeFileSync(
	"sim/device/panel/lib/cards.js",
	`/** The cards of sim/card/profiles, which mcsim cannot read: by name, with the title that people see. */
export const cards = ${JSON.stringify(cards, null, "\t")};
`,
);
