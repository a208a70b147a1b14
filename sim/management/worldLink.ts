import type { LinkConnection, ManagementLink } from "../../src/ports.js";
import type { EnrolledSocket } from "../world/enrolledSocket.js";
import type { StateFolder } from "../world/stateFolder.js";
import { type LinkAddress, RUNNING } from "./runningService.js";

const LOOK_MS = 200;

/** The link of a terminal of the test world, to the broker that runs there when it connects. */
export function worldLink(state: StateFolder, enrolled: EnrolledSocket): ManagementLink {
	return {
		async connect(options, timeoutMs): Promise<LinkConnection> {
			// The broker's process starts beside the terminal's.
			for (let waited = 0; !state.has(RUNNING); waited += LOOK_MS) {
				if (waited >= timeoutMs) throw new Error("cannot reach the management service: it does not run");
				await new Promise(resolve => setTimeout(resolve, LOOK_MS));
			}
			const { broker } = state.readJson(RUNNING) as { readonly broker: LinkAddress };
			const { mqttLink } = await import("./mqttLink.js"); // loaded only by whoever uses the link
			return enrolled.withClient(client => mqttLink({ ...broker, ...client }).connect(options, timeoutMs));
		},
	};
}
