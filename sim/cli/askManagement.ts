import { useManagement } from "../management/startManagement.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";

/**
 * Asks the bank's management service of this folder, one started for it if none runs.
 * @throws {UserError} the service's own sentence when it does not take the line
 */
export async function askManagement(state: StateFolder, line: object): Promise<Readonly<Record<string, unknown>>> {
	const management = await useManagement(state);
	try {
		return await management.ask(line);
	} catch (error) {
		throw new UserError((error as Error).message);
	} finally {
		await management.leave();
	}
}
