import { generic87 } from "./generic87.js";
import type { HostProfile } from "./hostProfile.js";
import { unionPay } from "./unionPay.js";

/** The profiles that come with the firmware, by name. */
export const PROFILES: Readonly<Record<string, HostProfile>> = Object.freeze({ unionPay, generic87 });
