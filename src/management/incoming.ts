import { equal } from "../bytes/bytes.js";
import { checkCommand } from "./commands.js";
import { Inbox, type ManagementKey } from "./inbox.js";
import type { Done, ListName, ManagementOptions, ManagementPorts } from "./managedTerminal.js";
import type { Authority, MessageBody } from "./messageKinds.js";
import { obey } from "./obey.js";
import type { Outbox } from "./outbox.js";
import { type AnyMessage, MessageError } from "./signedMessage.js";

export type ToAnswer = MessageBody<"answer">;

/** What comes down the link, and what the terminal does with it. */
export class Incoming {
	/** Called when a restore has ended. */
	onRestored: ((done: Done) => void) | undefined;
	readonly #ports: ManagementPorts;
	readonly #options: ManagementOptions;
	readonly #outbox: Outbox;
	readonly #inbox: Inbox;

	constructor(ports: ManagementPorts, options: ManagementOptions, outbox: Outbox) {
		this.#ports = ports;
		this.#options = options;
		this.#outbox = outbox;
		this.#inbox = new Inbox(options.terminalId, () => this.#keys(), ports, options.state);
	}

	/** Never throws on what the bank or anybody else has sent. @returns what is to be answered */
	async receive(topic: string, payload: Uint8Array): Promise<ToAnswer | undefined> {
		if (payload.length === 0) return undefined; // a retained message was removed
		try {
			const received = this.#inbox.take(topic, payload);
			this.#outbox.update.bankReached();
			if (received.result === "new") return await this.#do(received.message, received.authority);
			return this.#answerAgain(received.message);
		} catch (error) {
			if (!(error instanceof MessageError)) throw error;
			this.#log(`refused a message for ${topic}: ${error.message}`);
			return undefined;
		}
	}

	/** The acquirer's, from the chain under the bank root, and its help desk's, which the acquirer has named. */
	#keys(): readonly ManagementKey[] {
		const bank = this.#options.terminal.bank();
		if (!bank) return [];
		const { supportKey } = this.#options.state.stored;
		const acquirer: ManagementKey = { publicKey: bank.signingKey, authority: "acquirer" };
		return supportKey ? [acquirer, { publicKey: supportKey, authority: "support" }] : [acquirer];
	}

	async #do(message: AnyMessage<"down">, authority: Authority): Promise<ToAnswer | undefined> {
		const { kind, sequence } = message;
		const { state, terminal } = this.#options;
		const answered = (done: Done): ToAnswer => ({ kind, to: sequence, ...done });
		switch (message.kind) {
			case "kept":
			case "backedUp": {
				const { journal, upTo } = message.body;
				const isOurs = equal(journal, this.#outbox.journal);
				state.take(kind, sequence, isOurs ? { [message.kind]: { journal, upTo } } : {});
				this.#outbox.hurry(message.kind === "kept" ? "journal" : "backup");
				return undefined;
			}
			case "listsBackedUp": {
				const listsDigest = this.#outbox.listsIn(message.body.digest);
				state.take(kind, sequence, listsDigest && { listsDigest });
				this.#outbox.hurry("backup");
				return undefined;
			}
			case "noticeKept":
				terminal.notices.delivered(message.body.number);
				state.take(kind, sequence);
				this.#outbox.hurry("notice");
				return undefined;
			case "configuration": {
				const { syncSeconds, statusSeconds, supportKey } = { ...state.stored, ...message.body };
				await terminal.alone(() => state.take(kind, sequence, { syncSeconds, statusSeconds, supportKey }));
				return answered(IN_USE);
			}
			case "parameters":
			case "aids":
			case "caKeys":
			case "hotCards": {
				const { records } = message.body;
				const lines = [`${kind}: ${records.length}`];
				return answered(
					await terminal.alone(() => this.#keep(message, lines, () => terminal.keepList(message.kind, records))),
				);
			}
			case "revocations": {
				const { list } = message.body;
				return answered(await terminal.alone(() => this.#keep(message, [], () => terminal.keepRevocations(list))));
			}
			case "rules": {
				const { set } = message.body;
				return answered(await terminal.alone(() => this.#keep(message, [], () => terminal.keepRules(set))));
			}
			case "command": {
				const done = await terminal.alone(() => this.#obey(message.body, authority, sequence));
				this.#outbox.hurry("status");
				return answered(done);
			}
			case "updateOffer": {
				const { done, reason } = await terminal.alone(() => this.#outbox.update.offer(message.body.manifest));
				state.take(kind, sequence);
				this.#outbox.hurry("update");
				return answered({ done, reason, lines: [] });
			}
			case "updateChunk": {
				const now = this.#ports.clock.monotonicMs();
				await terminal.alone(() => this.#outbox.update.take(message.body, now));
				state.take(kind, sequence);
				this.#outbox.hurry("update", this.#outbox.update.until);
				return undefined;
			}
			case "restorePart": {
				state.take(kind, sequence);
				const done = this.#outbox.restore?.take(message.body);
				this.#outbox.hurry("restore");
				if (done) this.onRestored?.(done);
				return undefined;
			}
		}
	}

	/** What it brings first, then its number: after a power cut between the two it is taken once more. */
	#keep(
		{ kind, sequence }: { readonly kind: ListName | "revocations" | "rules"; readonly sequence: number },
		lines: readonly string[],
		keep: () => string | undefined,
	): Done {
		const why = keep();
		this.#options.state.take(kind, sequence);
		if (why === undefined) return { ...IN_USE, lines };
		this.#options.terminal.notices.alert("listRefused", `${kind}: ${why}`);
		return { done: false, reason: why, lines };
	}

	async #obey(body: MessageBody<"command">, authority: Authority, sequence: number): Promise<Done> {
		const { state, terminal } = this.#options;
		const refused = checkCommand(body, authority);
		const { done, sendsNow } =
			refused === undefined
				? await obey(body, terminal)
				: { done: { done: false, reason: refused, lines: [] }, sendsNow: false };
		if (sendsNow) this.#outbox.sync();
		this.#log(`${body.by} ordered ${body.command}: ${done.reason}`);
		// The number and the answer in one write: asked again, the terminal answers and does nothing.
		state.take("command", sequence, { answer: { to: sequence, ...done } });
		return done;
	}

	/** The answer may have been lost; what is retained comes again at each connection and needs none. */
	#answerAgain({ kind, sequence }: AnyMessage<"down">): ToAnswer | undefined {
		const { answer } = this.#options.state.stored;
		return kind === "command" && answer?.to === sequence ? { kind, ...answer } : undefined;
	}

	#log(text: string): void {
		this.#ports.log.line("terminal", `management: ${text}`);
	}
}

const IN_USE: Done = Object.freeze({ done: true, reason: "in use", lines: Object.freeze([]) });
