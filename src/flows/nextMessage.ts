import type { MessageValues } from "../host/messageValues.js";
import type { TransactionName } from "../journal/entries.js";
import type { Clock } from "../ports.js";
import type { FlowContext } from "./flowContext.js";
import { localTime } from "./localTime.js";

/** Name and time of a message that is no transaction. */
export function nextMessage(c: FlowContext): MessageValues & TransactionName {
	const stan = c.journal.takeStan(); // first: it may begin a batch
	return { batch: c.journal.batch, stan, ...messageTime(c.clock) };
}

/** Local date MMDD and time hhmmss, and the moment in UTC, as messages carry them. */
export function messageTime(
	clock: Pick<Clock, "now" | "utcOffsetMinutes">,
): Pick<MessageValues, "localDate" | "localTime" | "transmissionDateTime"> {
	const local = localTime(clock);
	const utc = localTime({ now: () => clock.now(), utcOffsetMinutes: 0 });
	return {
		localDate: local.date.slice(2),
		localTime: local.time,
		transmissionDateTime: utc.date.slice(2) + utc.time,
	};
}
