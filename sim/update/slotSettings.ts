import type { Supply } from "../../src/ports.js";
import type { TestTerminal } from "../world/merchant.js";
import type { Slot } from "./slots.js";

/** What the launcher tells the terminal that it starts. */
export interface SlotSettings {
	/** State folder. */
	readonly state: string;
	readonly name: TestTerminal;
	readonly slot: Slot;
	/** Of the test bank, and of its binding desk; 0 and none where another host is called. */
	readonly bankPort: number;
	readonly deskPort?: number | undefined;
	/** Absent: there is no battery. */
	readonly supply?: Supply | undefined;
}

/** Exit status of a terminal that wants to be started again. */
export const RESTART = 75;
