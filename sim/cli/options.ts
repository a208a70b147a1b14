import { Option } from "commander";

/** The terminal's configuration from a file of one's own. */
export function configOption(): Option {
	return new Option("--config <file>", "terminal configuration to use: a copy of `kassa config print`");
}

/** Where the simulator keeps its world. */
export function stateOption(): Option {
	return new Option("-s, --state <folder>", "state folder").default(".kassa");
}
