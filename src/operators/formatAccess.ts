import type { AccessEvent } from "./accessEvent.js";
import type { AccessEntry } from "./accessTrail.js";

/** An entry for people, e.g. `11-22 12:00 12 signed on`; 32 characters or little more. */
export function formatAccess({ at, event }: AccessEntry, utcOffsetMinutes: number): string {
	const time = new Date(at + utcOffsetMinutes * 60_000).toISOString();
	return `${time.slice(5, 10)} ${time.slice(11, 16)} ${accessText(event)}`;
}

/** The same without its time. */
export function accessText(event: AccessEvent): string {
	switch (event.type) {
		case "tried":
			return `${event.who} tries a passcode`;
		case "signedOn":
			return `${event.who} signed on`;
		case "signedOff":
			return `${event.who} signed off, ${event.why}`;
		case "approved":
			return `${event.who} approved ${event.what}${event.by === undefined ? "" : ` by ${event.by}`}`;
		case "identified":
			return `${event.who} gave their passcode`;
		case "added":
			return `${event.who} added, ${event.role}, by ${event.by}`;
		case "passcodeChanged":
			return `${event.who} has a new passcode`;
		case "removed":
		case "unlocked":
		case "reset":
			return `${event.who} ${event.type} by ${event.by}`;
		case "suspected":
			return "trail exchanged: all wait";
		case "forgotten":
			return "all operators removed";
		case "listLost":
			return `operators lost, anew by ${event.by}`;
	}
}
