import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { compressedNumericText } from "../../../src/bytes/bcd.js";
import { concat, readUint, uintBytes } from "../../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";
import { encodeTlv } from "../../../src/bytes/tlv.js";
import type { RsaPublicKey } from "../../../src/crypto/rsa.js";
import {
	type CertificateObjects,
	checkIccCertificate,
	openIccCertificate,
	openIssuerCertificate,
	openSignedStaticData,
	recoverCombinedData,
	recoverIccPublicKey,
	recoverIssuerPublicKey,
	verifySignedDynamicData,
	verifySignedStaticData,
} from "../../../src/emv/certificates.js";
import { dayNumber } from "../../../src/emv/date.js";
import { caPublicKeyChecksum } from "../../../src/emv/decodeConfiguration.js";
import { generateFirstAc } from "../../../src/emv/generateAc.js";
import { offlineDataAuthentication } from "../../../src/emv/offlineDataAuthentication.js";
import type { Transaction } from "../../../src/emv/transaction.js";
import { type Exchange, openScripted } from "../../emv/scriptedCard.js";
import type { Got } from "../compare.js";
import { CaseError, type Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";

const FAILED: Got = { result: "failed" };

export const oda: Operations = {
	capk_checksum: inputs => {
		const { modulus, exponent } = keyOf(inputs);
		const key = { rid: inputs.hex("rid"), index: readUint(inputs.hex("index")), modulus, exponent };
		const checksum = caPublicKeyChecksum(nodeCrypto, key);
		return { checksum, checksum_ok: formatHex(checksum) === inputs.text("checksum") };
	},
	recover_issuer: inputs => {
		const [caKey, card] = [keyOf(inputs.object("ca_key")), inputs.object("card")];
		const objects = issuerObjects(card);
		const recovered = recoverIssuerPublicKey(
			nodeCrypto,
			caKey,
			objects,
			panOf(card),
			dayNumber(inputs.hex("transaction_date")),
		);
		return recovered.ok ? { result: "ok", ...keyHex(recovered.value), ...issuerCertificate(caKey, objects) } : FAILED;
	},
	recover_ssad: inputs => {
		const issuerKey = keyOf(inputs.object("issuer_key"));
		const signed = inputs.hex("ssad_93");
		const opened = openSignedStaticData(issuerKey, signed);
		if (!opened.ok) return FAILED;
		if (
			inputs.has("static_data") &&
			!verifySignedStaticData(nodeCrypto, issuerKey, signed, [inputs.hex("static_data")]).ok
		)
			return FAILED;
		const { format, hashAlgorithm, dataAuthenticationCode, hash } = opened.value;
		return {
			result: "ok",
			format: Uint8Array.of(format),
			hash_alg: Uint8Array.of(hashAlgorithm),
			dac_9f45: dataAuthenticationCode,
			hash,
		};
	},
	recover_icc: inputs => {
		const [issuerKey, card] = [keyOf(inputs.object("issuer_key")), inputs.object("card")];
		const objects = iccObjects(card);
		const [pan, date] = [panOf(card), dayNumber(inputs.hex("transaction_date"))];
		const opened = openIccCertificate(issuerKey, objects);
		if (!opened.ok) return FAILED;
		const recovered = inputs.has("static_data")
			? recoverIccPublicKey(nodeCrypto, issuerKey, objects, [inputs.hex("static_data")], pan, date)
			: checkIccCertificate(opened.value, pan, date);
		if (!recovered.ok) return FAILED;
		const { identifier, expiry, serial, hash } = opened.value;
		return {
			result: "ok",
			pan: identifier,
			cert_expiry_mmyy: expiry,
			cert_serial: serial,
			hash,
			...keyHex(recovered.value),
		};
	},
	verify_sdad: inputs => {
		const data = inputs.hex("terminal_dynamic_data");
		const verified = verifySignedDynamicData(
			nodeCrypto,
			keyOf(inputs.object("icc_key")),
			inputs.hex("sdad_9f4b"),
			data,
		);
		if (!verified.ok) return FAILED;
		const [length] = verified.value;
		return { result: "ok", icc_dynamic_number_9f4c: verified.value.slice(1, 1 + length!) };
	},
	verify_sdad_cda: inputs => {
		const iccKey = keyOf(inputs.object("icc_key"));
		const recovered = recoverCombinedData(nodeCrypto, iccKey, inputs.hex("sdad_9f4b"), inputs.hex("un_9f37"));
		if (!recovered.ok) return FAILED;
		const { iccDynamicNumber, cid, applicationCryptogram, transactionDataHash } = recovered.value;
		return {
			result: "ok",
			icc_dynamic_number_9f4c: iccDynamicNumber,
			cid_9f27: Uint8Array.of(cid),
			application_cryptogram_9f26: applicationCryptogram,
			transaction_data_hash: transactionDataHash,
		};
	},
	sda: async inputs => {
		const t = openForAuthentication(inputs, AIP_SDA);
		await offlineDataAuthentication(t);
		return verdict(t, inputs);
	},
	dda: async inputs => {
		const dynamic = inputs.object("dynamic");
		const ddolData = dynamic.hex("ddol_data");
		const signed = encodeTlv(0x77, encodeTlv(0x9f4b, dynamic.hex("sdad_9f4b")));
		// One entry of the right length stands for the whole DDOL: only the data that it makes are signed.
		const card = { "9F49": `9F37${hexByte(ddolData.length)}` };
		const t = openForAuthentication(inputs, AIP_DDA, {
			exchanges: [[`00880000${hexByte(ddolData.length)}${formatHex(ddolData)}00`, `${formatHex(signed)}9000`]],
			terminal: { "9F37": formatHex(ddolData) },
			card,
		});
		await offlineDataAuthentication(t);
		return verdict(t, inputs);
	},
	cda: async inputs => {
		const dynamic = inputs.object("dynamic");
		const cdol1Data = dynamic.hex("cdol1_values");
		const response = encodeTlv(
			0x77,
			concat(dynamic.hex("response_objects_without_9f4b"), encodeTlv(0x9f4b, dynamic.hex("sdad_9f4b"))),
		);
		const type = (["AAC", "TC", "ARQC"] as const)[readUint(dynamic.hex("cid_9f27")) >> 6];
		if (type === undefined || type === "AAC") throw new CaseError("the cryptogram is not one that CDA signs");
		const p1 = hexByte((type === "TC" ? 0x40 : 0x80) | 0x10);
		// As above: one entry stands for the whole CDOL1. A failed signature over an ARQC has the card told AAC.
		const exchanges: Exchange[] = [
			[`80AE${p1}00${hexByte(cdol1Data.length)}${formatHex(cdol1Data)}00`, `${formatHex(response)}9000`],
			["80AE000000", "6985"],
		];
		const t = openForAuthentication(inputs, AIP_CDA, {
			exchanges,
			terminal: { "9F37": dynamic.text("un_9f37"), [PRIVATE_TAG]: formatHex(cdol1Data) },
			card: { "8C": `${PRIVATE_TAG}${hexByte(cdol1Data.length)}`, "8D": "" },
		});
		t.sent.pdol = dynamic.hex("pdol_values");
		await offlineDataAuthentication(t);
		if (t.cdaKey) {
			t.requestedCryptogram = type;
			await generateFirstAc(t);
		}
		return verdict(t, inputs);
	},
};

const AIP_SDA = "4000";
const AIP_DDA = "2000";
const AIP_CDA = "0100";
const PRIVATE_TAG = "DF7F";
/** TVR byte 1: not performed, SDA failed, DDA failed, CDA failed, SDA selected. */
const ODA_BITS = 0xce;
const FAILURE_BITS = 0xcc;

interface More {
	readonly exchanges?: readonly Exchange[];
	readonly terminal?: Readonly<Record<string, string>>;
	readonly card?: Readonly<Record<string, string>>;
}

/** A transaction whose records are read. */
function openForAuthentication(inputs: Inputs, aip: string, more: More = {}): Transaction {
	const ca = inputs.object("ca_key");
	const caKey = { rid: ca.hex("rid"), index: readUint(ca.hex("index")), ...keyOf(ca), expiry: undefined };
	// The case appends the AIP itself where the SDA tag list asks for it.
	const { "9F4A": _sdaTagList, ...card } = inputs.dataObjects("card");
	const { t } = openScripted({
		...more,
		date: inputs.text("transaction_date"),
		configuration: { caPublicKeys: [caKey] },
		card: { "82": aip, ...card, ...more.card },
		terminal: { "9F06": `${formatHex(caKey.rid)}1010`, ...more.terminal },
	});
	t.staticData = [inputs.hex("static_data")];
	return t;
}

function verdict(t: Transaction, inputs: Inputs): Got {
	const bits = t.data.tvr[0]! & ODA_BITS;
	const common = {
		result: bits & FAILURE_BITS ? "failed" : "ok",
		tvr_byte1: Uint8Array.of(bits),
		tsi_byte1: Uint8Array.of(t.data.tsi[0]! & 0x80),
	};
	if (bits & FAILURE_BITS) return common;
	const caKey = keyOf(inputs.object("ca_key"));
	const objects = issuerObjects(inputs.object("card"));
	const issuerKey = t.issuerPublicKey!;
	const icc = openIccCertificate(issuerKey, iccObjects(inputs.object("card")));
	return {
		...common,
		issuer_public_key: keyHex(issuerKey),
		issuer_cert: issuerCertificate(caKey, objects),
		icc_public_key: icc.ok ? { modulus: icc.value.modulus, exponent: icc.value.exponent } : undefined,
		dac_9f45: t.data.card(0x9f45),
		icc_dynamic_number_9f4c: t.data.card(0x9f4c),
		application_cryptogram_9f26: t.data.card(0x9f26),
	};
}

function issuerCertificate(caKey: RsaPublicKey, objects: CertificateObjects): Got {
	const opened = openIssuerCertificate(caKey, objects);
	if (!opened.ok) throw new Error("a certificate that held cannot be opened");
	const { identifier, expiry, serial } = opened.value;
	return { issuer_id: identifier, cert_expiry_mmyy: expiry, cert_serial: serial };
}

function issuerObjects(card: Inputs): CertificateObjects {
	return { certificate: optional(card, "90"), remainder: optional(card, "92"), exponent: optional(card, "9F32") };
}

function iccObjects(card: Inputs): CertificateObjects {
	return { certificate: optional(card, "9F46"), remainder: optional(card, "9F48"), exponent: optional(card, "9F47") };
}

function optional(card: Inputs, tag: string): Uint8Array | undefined {
	return card.has(tag) ? card.hex(tag) : undefined;
}

function panOf(card: Inputs): string {
	return compressedNumericText(parseHex(card.text("5A")));
}

function keyOf(key: Inputs): RsaPublicKey & { readonly exponent: 3 | 65537 } {
	const exponent = readUint(key.hex("exponent"));
	if (exponent !== 3 && exponent !== 65537) throw new CaseError("an exponent is neither 3 nor 65537");
	return { modulus: key.hex("modulus"), exponent };
}

function keyHex({ modulus, exponent }: RsaPublicKey): Got {
	return { modulus, exponent: uintBytes(exponent, exponent === 3 ? 1 : 3) };
}

function hexByte(value: number): string {
	return formatHex(Uint8Array.of(value));
}
