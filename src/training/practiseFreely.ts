import { handOn } from "./handOn.js";
import { type Classroom, PATIENCE_MS } from "./runLesson.js";

/** Nothing is asked and nothing is noted: the trainee does what they like, until Cancel on the idle screen or silence. */
export async function practiseFreely({ training, events }: Pick<Classroom, "training" | "events">): Promise<void> {
	training.show();
	for (;;) {
		const event = await events.next(PATIENCE_MS);
		if (event === undefined || event === "stopped") return;
		if (typeof event !== "object") continue;
		if ("screen" in event) {
			if (event.screen.name === "fault") return;
		} else if (handOn(training, event.key, "genuine") === "left") return;
	}
}
