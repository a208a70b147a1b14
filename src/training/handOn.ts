import type { Key } from "../ports.js";
import type { TrainingCardKind } from "./trainingCard.js";
import type { TrainingTerminal } from "./trainingTerminal.js";

/** The arrows move the training card; every other key is the training terminal's, but for Cancel while it is idle. */
export function handOn(training: TrainingTerminal, key: Key, card: TrainingCardKind | undefined): "left" | undefined {
	if (key === "up" && card && training.screen?.name === "insertCard") training.insertCard(card);
	else if (key === "down" && training.hasCard) training.removeCard();
	else if (key === "cancel" && training.isIdle) return "left";
	else training.pressKey(key);
	return undefined;
}
