import type { Crypto, Random } from "../ports.js";
import { DukptKeys } from "./dukptKeys.js";
import type { HostKeys, KeySchemeSpec } from "./hostKeys.js";
import type { KeySlots } from "./keySlots.js";
import { MasterSession } from "./masterSession.js";

/** @throws {KeyError} on a scheme whose PIN block format or MAC does not go with its cipher */
export function openHostKeys(
	slots: KeySlots,
	ports: { readonly crypto: Crypto; readonly random: Random },
	spec: KeySchemeSpec,
): HostKeys {
	return spec.keyScheme === "masterSession" ? new MasterSession(slots, ports, spec) : new DukptKeys(slots, ports, spec);
}
