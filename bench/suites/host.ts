import { measureRuns } from "../measureRuns.js";
import { compareMessageCodecs } from "../messageCodec.js";
import type { Row } from "../row.js";

const LEAST_TIMES_FASTER = 10;

/** What packing and unpacking a message to the host costs. */
export async function rows(): Promise<Row[]> {
	const { kassa, other, ratio } = compareMessageCodecs();
	const { runs } = await measureRuns(new URL("../hostOnXs.ts", import.meta.url), ["pack", "unpack"]);
	const [pack, unpack] = [runs.pack.compute, runs.unpack.compute];
	return [
		{
			what: "pack and unpack a 0200 with field 55 in Node, messages a second",
			kassa: kassa.toFixed(0),
			against: `${other.toFixed(0)} iso_8583`,
			ratio: `${ratio.toFixed(1)} x more`,
			target: `${LEAST_TIMES_FASTER} x`,
			met: ratio >= LEAST_TIMES_FASTER,
		},
		{
			what: "pack and unpack a 0200 with field 55, compute units",
			kassa: (pack + unpack).toFixed(0),
			against: `${pack.toFixed(0)} to pack, ${unpack.toFixed(0)} to unpack`,
			ratio: "",
			target: undefined,
			met: true,
		},
	];
}
