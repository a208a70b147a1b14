import type { Done, ManagedTerminal } from "./managedTerminal.js";
import type { MessageBody } from "./messageKinds.js";
import type { IncomingBackup, RestoreHead } from "./restore.js";

export const HAS_HISTORY = "this terminal has transactions of its own: restore onto a new one";

/** A restore under way: asks for one part after another. */
export class RestoreSession {
	/** The part that is asked for. */
	part = 0;
	readonly #backup: IncomingBackup;
	readonly #terminal: Pick<ManagedTerminal, "openSealed" | "hasHistory">;
	#head: RestoreHead | undefined;

	constructor(backup: IncomingBackup, terminal: Pick<ManagedTerminal, "openSealed" | "hasHistory">) {
		this.#backup = backup;
		this.#terminal = terminal;
	}

	/** @returns how it ended; undefined while parts are to come */
	take({
		part,
		parts,
		box,
		why,
		digest,
		batch = 0,
		stan = 0,
		invoice = 0,
	}: MessageBody<"restorePart">): Done | undefined {
		if (part !== this.part) return undefined; // asked for twice
		if (why !== undefined) return this.#end(why);
		if (part === 0) {
			if (!digest || parts === 0) return this.#end("the bank's backup has no end");
			this.#head = { parts, digest, used: { batch, stan, invoice } };
		} else {
			const plain = box && this.#terminal.openSealed(box);
			if (!plain) return this.#end("the backup is damaged and nothing was restored: a part does not open");
			this.#backup.keep(part, plain);
		}
		const head = this.#head!;
		// The lists come behind the last part of the journal.
		if (part > head.parts) return this.#end(this.#terminal.hasHistory() ? HAS_HISTORY : this.#backup.finish(head));
		this.part++;
		return undefined;
	}

	#end(refused: string | undefined): Done {
		if (refused !== undefined) this.#backup.discard();
		const reason = refused ?? "the backup is here: start the terminal again";
		return { done: refused === undefined, reason, lines: [] };
	}
}
