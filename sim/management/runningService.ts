/** Where the broker of a running world is; undefined when none runs. */
export interface LinkAddress {
	readonly host: string;
	readonly port: number;
}

/** Where a service that runs says so. */
export const RUNNING = "management/running.json";
