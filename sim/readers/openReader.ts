import { readFileSync } from "node:fs";
import { ContactReader } from "../../src/card/contactReader.js";
import type { CardReader, Clock, Random } from "../../src/ports.js";
import type { CardFault } from "../card/cardFault.js";
import type { LineTrace } from "../card/lineTrace.js";
import { openCard } from "../card/openCard.js";
import { VirtualSlot } from "../card/virtualSlot.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";
import { systemClock, systemRandom } from "../world/system.js";
import { type Dialogue, DialogueError, isFailure, parseDialogue } from "./dialogue.js";
import { PcscReader } from "./pcscReader.js";
import type { ReaderName } from "./readerName.js";
import { ReplayReader } from "./replayReader.js";
import type { Transport } from "./transport.js";
import { VpcdReader } from "./vpcdReader.js";

/** A reader at work, and what of the world belongs to it. */
export interface OpenReader {
	readonly reader: CardReader;
	/** For people: which one it is. */
	readonly title: string;
	/** The card may be anybody's: nothing of it is recorded in clear, and no PIN is tried that nobody gave. */
	readonly foreign: boolean;
	readonly clock: Clock;
	readonly random: Random;
	/** Puts the card in; without it a person does. */
	insertCard?(): void;
	/** Tells of what happens at the contacts; without it there are none to look at. */
	traceLine?(note: LineTrace["note"]): void;
	/** What is wrong with the dialogue as a whole, once it has ended. */
	objection?(): string | undefined;
	close(): Promise<void>;
}

/**
 * @param faults of a card in the virtual reader, besides those of its profile
 * @throws {UserError} in one sentence that says what to do
 */
export async function openReader(
	state: StateFolder,
	name: ReaderName,
	transport: Transport | undefined,
	faults: readonly CardFault[] = [],
): Promise<OpenReader> {
	if (faults.length && name.kind !== "virtual")
		throw new UserError(`the reader ${name.kind} has no say in what its card does wrong: leave out --fault`);
	if (transport && (name.kind === "virtual" || name.kind === "replay"))
		throw new UserError(`the reader ${name.kind} leaves no choice of protocol: leave out --transport`);
	const world = { foreign: true, clock: systemClock, random: systemRandom };
	switch (name.kind) {
		case "virtual": {
			const card = await openCard(state, name.card, faults);
			const slot = new VirtualSlot();
			return {
				...world,
				reader: new ContactReader(slot),
				title: `virtual:${name.card}`,
				foreign: false,
				insertCard: () => slot.insert(card),
				traceLine: note => {
					slot.onLine = note;
				},
				close: async () => slot.remove(),
			};
		}
		case "pcsc": {
			const reader = await PcscReader.open({ name: name.reader, transport });
			return { ...world, reader, title: `pcsc:${reader.name}`, close: () => reader.close() };
		}
		case "vpcd": {
			const reader = await VpcdReader.listen({ ...(name.port && { port: name.port }), transport });
			return { ...world, reader, title: `vpcd:${reader.port}`, close: () => reader.close() };
		}
		case "replay": {
			const reader = new ReplayReader(readDialogue(name.file));
			return {
				reader,
				title: `replay:${name.file}`,
				foreign: false,
				clock: reader.clock(systemClock),
				random: reader.random(systemRandom),
				objection: () => reader.difference,
				close: async () => {},
			};
		}
	}
}

function readDialogue(file: string): Dialogue {
	let text: string;
	try {
		text = readFileSync(file, "utf8");
	} catch {
		throw new UserError(`cannot read the recording ${file}`);
	}
	try {
		const dialogue = parseDialogue(text);
		if (dialogue.steps.some(({ answer }) => !isFailure(answer) && answer.includes(undefined)))
			throw new UserError(`${file} is masked, for reading only: record a test card with --reveal to replay it`);
		return dialogue;
	} catch (error) {
		if (error instanceof DialogueError) throw new UserError(`${file} is no recording: ${error.message}`);
		throw error;
	}
}
