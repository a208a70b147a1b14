import { equal } from "../bytes/bytes.js";
import { hasRocaFingerprint } from "../crypto/roca.js";
import type { RsaPublicKey } from "../crypto/rsa.js";
import { type Recovered, recoverIccPublicKey, recoverIssuerPublicKey } from "./certificates.js";
import { TVR_B1_ICC_DATA_MISSING } from "./fields.js";
import { expired } from "./processingRestrictions.js";
import {
	TAG_8F_CA_PUBLIC_KEY_INDEX,
	TAG_9F2D_ICC_PIN_KEY_CERTIFICATE,
	TAG_9F2E_ICC_PIN_KEY_EXPONENT,
	TAG_9F2F_ICC_PIN_KEY_REMAINDER,
	TAG_9F4A_SDA_TAG_LIST,
	TAG_9F06_AID_TERMINAL,
	TAG_9F32_ISSUER_PUBLIC_KEY_EXPONENT,
	TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE,
	TAG_9F47_ICC_PUBLIC_KEY_EXPONENT,
	TAG_9F48_ICC_PUBLIC_KEY_REMAINDER,
	TAG_82_AIP,
	TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE,
	TAG_92_ISSUER_PUBLIC_KEY_REMAINDER,
} from "./tags.js";
import type { Transaction } from "./transaction.js";
import { setTvr } from "./why.js";

/** Book 2, 6.3: once per transaction. */
export function issuerPublicKey(t: Transaction): Recovered<RsaPublicKey> {
	if (t.issuerPublicKey) return { ok: true, value: t.issuerPublicKey };
	const index = t.data.card(TAG_8F_CA_PUBLIC_KEY_INDEX)?.[0];
	const rid = t.data.get(TAG_9F06_AID_TERMINAL)!.subarray(0, 5);
	if (index === undefined) return missing(t, "the card names no CA key");
	const caKey = t.configuration.caPublicKeys.find(key => key.index === index && equal(key.rid, rid));
	if (!caKey) return failed("the terminal does not have the CA key that the card names");
	if (caKey.expiry && expired(caKey.expiry, t.today)) return failed("the CA key has expired");
	const objects = {
		certificate: t.data.card(TAG_90_ISSUER_PUBLIC_KEY_CERTIFICATE),
		remainder: t.data.card(TAG_92_ISSUER_PUBLIC_KEY_REMAINDER),
		exponent: t.data.card(TAG_9F32_ISSUER_PUBLIC_KEY_EXPONENT),
	};
	if (!objects.certificate || !objects.exponent) return missing(t, "the card lacks its issuer's certificate");
	const recovered = recoverIssuerPublicKey(t.crypto, caKey, objects, t.data.pan, t.today);
	if (!recovered.ok) return recovered;
	// 5.1.2 and 6.3 step 10: the payment system may have withdrawn this one certificate
	const { serial } = recovered.value;
	const isRevoked = t.configuration.revokedCertificates.some(
		revoked => equal(revoked.rid, rid) && revoked.caPublicKeyIndex === index && equal(revoked.serial, serial),
	);
	if (isRevoked) return failed("the issuer certificate has been revoked");
	t.issuerPublicKey = recovered.value;
	warnOfWeakKey(t, "issuer", recovered.value);
	return recovered;
}

/** Book 2, 6.4. */
export function iccPublicKey(t: Transaction): Recovered<RsaPublicKey> {
	const issuerKey = issuerPublicKey(t);
	if (!issuerKey.ok) return issuerKey;
	const staticData = staticDataToBeAuthenticated(t);
	if (!staticData.ok) return staticData;
	const objects = {
		certificate: t.data.card(TAG_9F46_ICC_PUBLIC_KEY_CERTIFICATE),
		remainder: t.data.card(TAG_9F48_ICC_PUBLIC_KEY_REMAINDER),
		exponent: t.data.card(TAG_9F47_ICC_PUBLIC_KEY_EXPONENT),
	};
	if (!objects.certificate || !objects.exponent) return missing(t, "the card lacks its own certificate");
	const recovered = recoverIccPublicKey(t.crypto, issuerKey.value, objects, staticData.value, t.data.pan, t.today);
	if (recovered.ok) warnOfWeakKey(t, "ICC", recovered.value);
	return recovered;
}

/** Book 2, 7.1: the key for an enciphered offline PIN is the PIN encipherment key, or else the card's own key. */
export function pinEnciphermentKey(t: Transaction): Recovered<RsaPublicKey> {
	const certificate = t.data.card(TAG_9F2D_ICC_PIN_KEY_CERTIFICATE);
	if (!certificate) return iccPublicKey(t);
	const issuerKey = issuerPublicKey(t);
	if (!issuerKey.ok) return issuerKey;
	const objects = {
		certificate,
		remainder: t.data.card(TAG_9F2F_ICC_PIN_KEY_REMAINDER),
		exponent: t.data.card(TAG_9F2E_ICC_PIN_KEY_EXPONENT),
	};
	return recoverIccPublicKey(t.crypto, issuerKey.value, objects, [], t.data.pan, t.today);
}

/** Book 3, 10.3 and Book 2, 5.1.1: the marked records, then what the SDA Tag List names, which may only be the AIP. */
export function staticDataToBeAuthenticated(t: Transaction): Recovered<readonly Uint8Array[]> {
	if (!t.staticData) return failed("a record for offline data authentication is not a template 70");
	const list = t.data.card(TAG_9F4A_SDA_TAG_LIST);
	if (!list) return { ok: true, value: t.staticData };
	if (list.length !== 1 || list[0] !== TAG_82_AIP) return failed("the SDA tag list names more than the AIP");
	return { ok: true, value: [...t.staticData, t.data.card(TAG_82_AIP)!] };
}

/** A weak key is no reason of the Books to turn a card away: it is told to who asks why. */
function warnOfWeakKey(t: Transaction, whose: string, key: RsaPublicKey): void {
	if (!t.why || !hasRocaFingerprint(key.modulus)) return;
	const inputs = { bits: String(8 * key.modulus.length) };
	t.why({ section: "CVE-2017-15361", rule: `is the ${whose} key sound`, inputs, result: "warning: ROCA fingerprint" });
}

/** Book 3, 7.5: an object that the chosen method needs is missing; the method has failed and the TVR says why. */
export function missing(t: Transaction, reason: string): { ok: false; reason: string } {
	setTvr(t, TVR_B1_ICC_DATA_MISSING, "Book 3, 7.5", reason);
	return failed(reason);
}

export function failed(reason: string): { ok: false; reason: string } {
	return { ok: false, reason };
}
