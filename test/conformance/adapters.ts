import { atr } from "./areas/atr.js";
import { cvm } from "./areas/cvm.js";
import { dates } from "./areas/dates.js";
import { dol } from "./areas/dol.js";
import { dukptAes } from "./areas/dukptAes.js";
import { dukptTdes } from "./areas/dukptTdes.js";
import { emvCrypto } from "./areas/emvCrypto.js";
import { gpoRead } from "./areas/gpoRead.js";
import { iso8583 } from "./areas/iso8583.js";
import { mac } from "./areas/mac.js";
import { oda } from "./areas/oda.js";
import { pinblock } from "./areas/pinblock.js";
import { restrictions } from "./areas/restrictions.js";
import { selection } from "./areas/selection.js";
import { t0Tpdu } from "./areas/t0Tpdu.js";
import { tlv } from "./areas/tlv.js";
import { tr31 } from "./areas/tr31.js";
import { trm } from "./areas/trm.js";
import type { Operations } from "./runner.js";

/** The areas of the case format. */
export const adapters: Readonly<Record<string, Operations>> = {
	atr,
	tlv,
	dol,
	dates,
	selection,
	gpo_read: gpoRead,
	oda,
	restrictions,
	trm,
	cvm,
	t0_tpdu: t0Tpdu,
	pinblock,
	dukpt_tdes: dukptTdes,
	dukpt_aes: dukptAes,
	tr31,
	mac,
	emv_crypto: emvCrypto,
	iso8583,
};
