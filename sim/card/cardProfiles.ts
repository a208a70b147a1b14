import { type CardProfile, checkProfile } from "./profile.js";
import blockedApplication from "./profiles/blocked-application.json" with { type: "json" };
import declined from "./profiles/declined.json" with { type: "json" };
import expired from "./profiles/expired.json" with { type: "json" };
import mute from "./profiles/mute.json" with { type: "json" };
import unionpayDebit from "./profiles/unionpay-debit.json" with { type: "json" };
import unionpayOnlinePin from "./profiles/unionpay-online-pin.json" with { type: "json" };

/** The cards that come with Kassa, the ordinary one first. */
export function cardProfiles(): CardProfile[] {
	return [unionpayDebit, unionpayOnlinePin, declined, expired, blockedApplication, mute].map(checkProfile);
}
