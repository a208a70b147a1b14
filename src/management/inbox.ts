import { kidOf, unverified } from "../binding/cose.js";
import { equal } from "../bytes/bytes.js";
import type { Clock, Crypto } from "../ports.js";
import type { ManagementState } from "./managementState.js";
import { type Authority, MESSAGE_KINDS } from "./messageKinds.js";
import { type AnyMessage, MessageError, openMessage } from "./signedMessage.js";

/** A key of the bank's that this terminal believes, and how far. */
export interface ManagementKey {
	/** Ed25519, 32 bytes. */
	readonly publicKey: Uint8Array;
	readonly authority: Authority;
}

export type Received =
	| { readonly result: "new"; readonly message: AnyMessage<"down">; readonly authority: Authority }
	/** The newest of its kind once more: a broker may say things twice. */
	| { readonly result: "again"; readonly message: AnyMessage<"down"> };

/** What arrives, judged: whose, for whom, when, whether it was there before. */
export class Inbox {
	readonly #terminalId: string;
	readonly #keys: () => readonly ManagementKey[];
	readonly #ports: { readonly crypto: Crypto; readonly clock: Pick<Clock, "now"> };
	readonly #state: ManagementState;

	/** @param keys those that are believed now */
	constructor(
		terminalId: string,
		keys: () => readonly ManagementKey[],
		ports: { readonly crypto: Crypto; readonly clock: Pick<Clock, "now"> },
		state: ManagementState,
	) {
		this.#terminalId = terminalId;
		this.#keys = keys;
		this.#ports = ports;
		this.#state = state;
	}

	/** Changes nothing: who has done what the message asks notes its number. @throws {MessageError} on one that is not taken */
	take(topic: string, payload: Uint8Array): Received {
		const key = this.#signer(payload);
		const opened = openMessage(this.#ports.crypto, topic, payload, (_, kind) => {
			const mayHave: readonly Authority[] = MESSAGE_KINDS[kind].authorities;
			return key && mayHave.includes(key.authority) ? key.publicKey : undefined;
		});
		const { kind, sequence, expiresAt } = opened;
		if (opened.terminalId !== this.#terminalId || MESSAGE_KINDS[kind].direction !== "down")
			throw new MessageError("the message is for somebody else");
		const message = opened as AnyMessage<"down">;
		const newest = this.#state.received(kind);
		if (sequence < newest) throw new MessageError(`the message is older than another "${kind}" that was taken`);
		if (sequence === newest) return { result: "again", message };
		if (expiresAt !== undefined && expiresAt <= this.#ports.clock.now())
			throw new MessageError("the message came too late");
		if (kind === "command" && expiresAt === undefined) throw new MessageError("a command without a time limit");
		return { result: "new", message, authority: key!.authority };
	}

	#signer(payload: Uint8Array): ManagementKey | undefined {
		try {
			const { kid } = unverified(payload);
			return this.#keys().find(({ publicKey }) => equal(kidOf(this.#ports.crypto, publicKey), kid));
		} catch {
			return undefined; // `openMessage` says what is wrong with it
		}
	}
}
