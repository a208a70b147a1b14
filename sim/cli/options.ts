import { Option } from "commander";

/** Where the simulator keeps its world. */
export function stateOption(): Option {
	return new Option("-s, --state <folder>", "state folder").default(".kassa");
}
