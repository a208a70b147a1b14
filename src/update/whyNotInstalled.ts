import { equal } from "../bytes/bytes.js";
import { compareVersions, type UpdateManifest } from "./manifest.js";

/** What an offer is judged by. */
export interface Installed {
	readonly product: string;
	readonly target: string;
	/** Of what runs. */
	readonly version: string;
	/** Longest image that there is room for, in bytes. */
	readonly capacity: number;
	/** Highest rollback counter that this terminal has had; undefined: nobody knows any more. */
	readonly counter: number | undefined;
	/** Names of offers whose image has failed here. */
	readonly failed: readonly Uint8Array[];
}

/**
 * @param name SHA-256 of the offer's manifest @param now seconds since 1970
 * @returns one sentence when the offer is not for this terminal, or not any more
 */
export function whyNotInstalled(
	offer: UpdateManifest,
	name: Uint8Array,
	{ product, target, version, capacity, counter, failed }: Installed,
	now: number,
): string | undefined {
	const no = (why: string) => `version ${offer.version} is not installed: ${why}`;
	if (counter === undefined) return no("the state of updates is damaged, have the terminal serviced");
	if (offer.product !== product || offer.target !== target)
		return no(`it is for ${offer.product} on ${offer.target}, this is ${product} on ${target}`);
	if (offer.rollbackCounter < counter)
		return no(`its rollback counter is ${offer.rollbackCounter}, this terminal has had ${counter}`);
	if (offer.version === version) return no("it is what runs");
	if (compareVersions(version, offer.minimumVersion) < 0) return no(`${offer.minimumVersion} must be installed first`);
	if (offer.validUntil <= now) return no("its time has passed");
	if (offer.size > capacity) return no(`it is larger than the ${capacity} bytes that there is room for`);
	if (failed.some(each => equal(each, name))) return no("it has failed here: it must be offered anew");
	return undefined;
}
