import { idleScreen } from "./flows/boundMerchant.js";
import { type CheckedDevice, checkTerminal } from "./flows/checkTerminal.js";
import { deliverAdvices, deliverReversals, stuckReversal } from "./flows/deliverOwed.js";
import { enterAmount } from "./flows/enterAmount.js";
import type { FlowContext } from "./flows/flowContext.js";
import { localTime } from "./flows/localTime.js";
import { lockedScreen } from "./flows/lockedScreen.js";
import { menu } from "./flows/menu.js";
import { echo } from "./flows/networkManagement.js";
import { perform } from "./flows/perform.js";
import { removeCard } from "./flows/removeCard.js";
import { restoreScreen } from "./flows/restoreHistory.js";
import { signOn, whyNotSignedOn } from "./flows/signOn.js";
import { tidy } from "./flows/tidy.js";
import { unusualScreen } from "./flows/unusualScreen.js";
import { seeToUpdate, updateIsDue } from "./flows/updateFirmware.js";
import type { Digit } from "./ports.js";
import type { Turns } from "./turns.js";

/** How often the idle screen's clock is drawn again. */
export const IDLE_REFRESH_MS = 20_000;
const NOTICE_MS = 4_000;
const DELIVERY_PAUSE_MS = 30_000;
const MOST_DELIVERY_PAUSE_MS = 30 * 60_000;
const UPDATE_PAUSE_MS = 60 * 60_000;
const CHECK_PAUSE_MS = 24 * 60 * 60_000;

interface IdleParts {
	/** @throws {KeyError} when the keys were erased */
	flows(): FlowContext;
	readonly turns: Turns;
	readonly checked: CheckedDevice;
}

/** What the terminal does while nobody orders: shows who it is, waits for a key, sees to the line to the bank and to itself. */
export class IdleLoop {
	readonly #flows: () => FlowContext;
	readonly #turns: Turns;
	readonly #checked: CheckedDevice;
	#deliverAfter = 0;
	#deliverPauseMs = DELIVERY_PAUSE_MS;
	#checkAfter = 0;
	#updateAfter = 0;
	#echoWanted = false;

	constructor({ flows, turns, checked }: IdleParts) {
		this.#flows = flows;
		this.#turns = turns;
		this.#checked = checked;
	}

	/** The line to the bank was idle for the profile's time. */
	wantEcho(): void {
		this.#echoWanted = true;
	}

	/**
	 * Until `isRunning` says no.
	 * @throws {Error} on a fault that makes selling unsafe
	 */
	async run(isRunning: () => boolean): Promise<void> {
		const c = this.#flows();
		await this.#free(); // somebody may have ordered before, or between the two
		await this.#check(c, "start");
		await this.#free();
		await this.#alone(deliverReversals);
		while (isRunning()) {
			if (this.#turns.isBusy) {
				await this.#turns.ended();
				await this.#deliverInPeace(c);
				await this.#seeToUpdate(c);
				continue;
			}
			this.#idle(this.#flows());
			const event = await c.events.next(IDLE_REFRESH_MS);
			if (this.#turns.isBusy) continue; // what came belongs to nobody now
			if (event === undefined) await this.#serveLine(c);
			if (typeof event !== "object") continue;
			if (event.key === "up" || event.key === "down") await this.#alone(menu);
			if (event.key >= "0" && event.key <= "9" && event.key.length === 1) {
				await this.#alone(each => beginWith(each, event.key as Digit));
				await this.#deliverInPeace(c);
			}
		}
	}

	async #free(): Promise<void> {
		while (this.#turns.isBusy) await this.#turns.untilFree();
	}

	#alone<T>(work: (c: FlowContext) => Promise<T>): Promise<T> {
		return this.#turns.alone(() => work(this.#flows()));
	}

	/** What the line to the bank needs while nobody waits, and the terminal itself once a day. */
	async #serveLine(c: FlowContext): Promise<void> {
		tidy(c);
		await this.#deliverInPeace(c);
		if (!this.#turns.isBusy && c.clock.monotonicMs() >= this.#checkAfter) await this.#check(c, "full");
		await this.#seeToUpdate(c);
		if (!this.#echoWanted || this.#turns.isBusy) return;
		this.#echoWanted = false;
		await this.#alone(echo);
	}

	/** New firmware: what runs on trial is judged, and what is due is installed. */
	async #seeToUpdate(c: FlowContext): Promise<void> {
		c.update?.idle();
		if (!updateIsDue(c) || this.#turns.isBusy || c.clock.monotonicMs() < this.#updateAfter) return;
		// What is refused now would be refused in a moment again: each try is a self-check, and a report to the bank.
		if (await this.#alone(seeToUpdate)) this.#updateAfter = c.clock.monotonicMs() + UPDATE_PAUSE_MS;
	}

	async #check(c: FlowContext, scope: "start" | "full"): Promise<void> {
		this.#checkAfter = c.clock.monotonicMs() + CHECK_PAUSE_MS;
		await this.#alone(each => checkTerminal(each, this.#checked, scope));
	}

	/** What the bank must still hear, while nobody waits; less and less often while it does not answer. */
	async #deliverInPeace(c: FlowContext): Promise<void> {
		const before = c.journal.owed().length;
		if (!before || c.clock.monotonicMs() < this.#deliverAfter || this.#turns.isBusy) return;
		await this.#alone(async each => {
			if (await deliverReversals(each)) await deliverAdvices(each);
		});
		this.#deliverPauseMs =
			c.journal.owed().length < before ? DELIVERY_PAUSE_MS : Math.min(2 * this.#deliverPauseMs, MOST_DELIVERY_PAUSE_MS);
		this.#deliverAfter = c.clock.monotonicMs() + this.#deliverPauseMs;
	}

	#idle(c: FlowContext): void {
		const { time } = localTime(c.clock);
		c.show(
			stuckReversal(c) ??
				lockedScreen(c) ??
				restoreScreen(c) ??
				unusualScreen(c) ??
				idleScreen(c, `${time.slice(0, 2)}:${time.slice(2, 4)}`),
		);
	}
}

/** The first digit of an amount or, where somebody must sign on before that, of their number. */
async function beginWith(c: FlowContext, first: Digit): Promise<void> {
	if (!whyNotSignedOn(c, "sale") || c.bindingProblem()) {
		await sellFrom(c, first);
		return;
	}
	const { reason } = await signOn(c, first);
	c.log.line("terminal", reason);
	await c.events.next(NOTICE_MS);
}

/** A sale that begins with the first digit of its amount. */
async function sellFrom(c: FlowContext, first: Digit): Promise<void> {
	const amountMinor = await enterAmount(c, "enterAmount", first);
	if (amountMinor === undefined) return;
	const result = await perform(c, { operation: "sale", amountMinor });
	c.log.line("terminal", `${result.outcome}: ${result.reason}`);
	await removeCard(c, result.language);
	if (result.reversal === "owed") await deliverReversals(c);
}
