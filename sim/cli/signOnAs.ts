import type { Terminal } from "../../src/terminal.js";
import type { Attendant, Credentials, Unaccepted } from "../world/attendant.js";
import { UserError } from "../world/stateFolder.js";

/** An operator signs on at the keypad. @throws {UserError} when the terminal does not let them */
export async function signOnAs(terminal: Terminal, attendant: Attendant, credentials: Credentials): Promise<string> {
	attendant.signsOn(credentials);
	try {
		const { done, reason } = await terminal.signOn();
		if (done) return reason;
		const { unaccepted } = attendant;
		throw new UserError(unaccepted ? SAYS[unaccepted](credentials.number, reason) : reason);
	} finally {
		attendant.signsOn(undefined);
	}
}

const SAYS: Readonly<Record<Unaccepted, (number: string, reason: string) => string>> = Object.freeze({
	wrong: (number: string) => `the passcode of operator ${number} is wrong`,
	noOwn: (_: string, reason: string) => `${reason}: write it in the second line behind the initial one`,
	weakOwn: (number: string) =>
		`the second line is no passcode for operator ${number}: 6 to 12 digits, not too simple, not the initial one`,
});
