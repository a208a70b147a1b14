import { type CardProfile, checkProfile } from "./profile.js";
import blockedApplication from "./profiles/blocked-application.json" with { type: "json" };
import cda from "./profiles/cda.json" with { type: "json" };
import declined from "./profiles/declined.json" with { type: "json" };
import expired from "./profiles/expired.json" with { type: "json" };
import mute from "./profiles/mute.json" with { type: "json" };
import noPse from "./profiles/no-pse.json" with { type: "json" };
import pinBlocked from "./profiles/pin-blocked.json" with { type: "json" };
import plaintextPin from "./profiles/plaintext-pin.json" with { type: "json" };
import sda from "./profiles/sda.json" with { type: "json" };
import twoApplicationsConfirm from "./profiles/two-applications-confirm.json" with { type: "json" };
import unionpayCredit from "./profiles/unionpay-credit.json" with { type: "json" };
import unionpayDebit from "./profiles/unionpay-debit.json" with { type: "json" };
import unionpayOnlinePin from "./profiles/unionpay-online-pin.json" with { type: "json" };

/** The cards that come with Kassa, the ordinary one first. */
export function cardProfiles(): CardProfile[] {
	return PROFILES.map(checkProfile);
}

const PROFILES: readonly unknown[] = Object.freeze([
	unionpayDebit,
	unionpayOnlinePin,
	declined,
	expired,
	blockedApplication,
	mute,
	unionpayCredit,
	cda,
	sda,
	noPse,
	plaintextPin,
	pinBlocked,
	twoApplicationsConfirm,
]);
