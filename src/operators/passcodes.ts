import { SealedFile, type SealedStorage } from "../journal/sealedFile.js";
import type { Crypto, Random } from "../ports.js";
import type { AccessTrail } from "./accessTrail.js";
import { isPasscode, type KeptPasscode, keepPasscode } from "./passcode.js";
import { ROLES, type Role } from "./rights.js";

/** What passcodes are kept with. */
export interface PasscodePorts extends SealedStorage {
	readonly crypto: Crypto;
	readonly random: Random;
}

/**
 * Passcodes of the terminal's own. A passcode has few digits: what protects it is the lock after five wrong ones, whose count
 * is in the access trail before the answer is given, and the device's seal: whoever has the medium can neither try digits
 * against it nor put a passcode of their own there.
 */
export class Passcodes {
	readonly #ports: PasscodePorts;
	readonly #trail: AccessTrail;
	readonly #rounds: number;

	/** @param rounds of PBKDF2 for new passcodes @param now milliseconds since 1970 */
	constructor(ports: PasscodePorts, trail: AccessTrail, rounds: number, now: number) {
		this.#ports = ports;
		this.#trail = trail;
		this.#rounds = rounds;
		// A trail is begun before the first passcode is set: one that is not there was removed, with the tries that it counted.
		if (trail.isNew && ROLES.some(role => this.isSet(role))) trail.suspect(now, "it was removed");
	}

	isSet(role: Role): boolean {
		return isPasscodeSet(this.#ports, role);
	}

	/**
	 * Ends a lock, too.
	 * @param passcode ASCII digits, one a byte; the caller wipes them
	 * @param now milliseconds since 1970
	 */
	set(role: Role, passcode: Uint8Array, now: number): void {
		this.#trail.keep();
		this.#file(role).write(keepPasscode(this.#ports, passcode, this.#rounds));
		this.#trail.append(now, { type: "passcodeChanged", who: role, by: role });
	}

	/** @param now milliseconds since 1970 @param what it is for, for the trail */
	verify(
		role: Role,
		passcode: Uint8Array,
		now: number,
		what: string,
	): "right" | "wrong" | "locked" | "notSet" | "damaged" {
		const kept = this.#file(role).read();
		if (!kept) return "notSet";
		if (kept === "damaged") return kept;
		const isRight = () => isPasscode(this.#ports.crypto, kept, passcode);
		return this.#trail.judge(role, now, isRight, { type: "approved", who: role, what });
	}

	#file(role: Role): SealedFile<KeptPasscode> {
		return fileOf(this.#ports, role);
	}
}

/** Looks into nothing else: the access trail is left for whoever has to tell of what is wrong with it. */
export function isPasscodeSet(ports: SealedStorage, role: Role): boolean {
	const kept = fileOf(ports, role).read();
	return kept !== undefined && kept !== "damaged";
}

function fileOf(ports: SealedStorage, role: Role): SealedFile<KeptPasscode> {
	return new SealedFile(ports, `passcode-${role}`);
}
