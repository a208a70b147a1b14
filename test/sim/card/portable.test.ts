import { build } from "esbuild";
import { expect, test } from "vitest";

test("a card that runs needs nothing of Node", async () => {
	const { metafile } = await build({
		entryPoints: ["cardInterface", "lineTrace", "virtualCard", "virtualSlot", "cryptogram"].map(
			name => `sim/card/${name}.ts`,
		),
		bundle: true,
		write: false,
		outdir: "unused",
		metafile: true,
		platform: "neutral",
		target: "es2022",
		external: ["node:*"],
	});
	const foreign = Object.values(metafile.inputs).flatMap(({ imports }) => imports.filter(each => each.external));
	expect(foreign).toEqual([]);
	expect(Object.keys(metafile.inputs).filter(path => !/^(sim\/card|src\/(bytes|crypto))\//.test(path))).toEqual([]);
});
