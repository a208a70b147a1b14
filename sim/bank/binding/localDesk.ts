import { concat, readUint, uintBytes } from "../../../src/bytes/bytes.js";
import type { HostConnection, HostSocket } from "../../../src/ports.js";
import type { BindingDesk } from "./bindingDesk.js";

const LENGTH_BYTES = 4;

/** What a test changes on the line: return the frame, another one, or undefined for silence. */
export interface DeskLineTampering {
	toDesk?(frame: Uint8Array): Uint8Array | undefined;
	toTerminal?(frame: Uint8Array): Uint8Array | undefined;
}

/** The binding desk without a network, behind the `HostSocket` port. */
export function localDesk(desk: BindingDesk, tampering: DeskLineTampering = {}): HostSocket {
	const same = (frame: Uint8Array) => frame;
	return {
		async connect(): Promise<HostConnection> {
			const session = desk.open();
			const arrived: Uint8Array[] = [];
			let isClosed = false;
			return {
				async send(bytes) {
					const given = bytes.subarray(LENGTH_BYTES, LENGTH_BYTES + readUint(bytes, 0, LENGTH_BYTES));
					const frame = (tampering.toDesk ?? same).call(tampering, given);
					if (!frame) return;
					try {
						const reply = (tampering.toTerminal ?? same).call(tampering, session.take(frame));
						if (reply) arrived.push(concat(uintBytes(reply.length, LENGTH_BYTES), reply));
					} catch {
						isClosed = true; // as the desk does with what is no request
					}
				},
				receive: async () => arrived.shift() ?? (isClosed ? new Uint8Array(0) : undefined),
				close: () => {},
			};
		},
	};
}
