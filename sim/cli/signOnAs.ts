import type { Terminal } from "../../src/terminal.js";
import type { Attendant, Credentials } from "../world/attendant.js";
import { UserError } from "../world/stateFolder.js";

/** An operator signs on at the keypad. @throws {UserError} when the terminal does not let them */
export async function signOnAs(terminal: Terminal, attendant: Attendant, credentials: Credentials): Promise<string> {
	attendant.signsOn(credentials);
	try {
		const { done, reason } = await terminal.signOn();
		if (done) return reason;
		const [, own] = credentials.passcodes;
		const isInitial = terminal.operators.find(credentials.number)?.isInitial;
		throw new UserError(
			isInitial && own === undefined ? `${reason}: write it in the second line behind the initial one` : reason,
		);
	} finally {
		attendant.signsOn(undefined);
	}
}
