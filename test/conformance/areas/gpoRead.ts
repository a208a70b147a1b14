import { concat } from "../../../src/bytes/bytes.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { findTlv } from "../../../src/bytes/tlv.js";
import { initiateApplicationProcessing } from "../../../src/emv/initiateApplicationProcessing.js";
import { decodeAfl, readApplicationData } from "../../../src/emv/readApplicationData.js";
import { finalSelection } from "../../../src/emv/selectApplication.js";
import { APPLICATION, openScripted } from "../../emv/scriptedCard.js";
import { DataObjectsOf, Words } from "../compare.js";
import { CaseError } from "../inputs.js";
import type { Operations } from "../runner.js";
import { assertAllSent, exchangesOf } from "./exchanges.js";
import { wordsOf } from "./outcomes.js";

export const gpoRead: Operations = {
	gpo: async inputs => {
		const fci = inputs.hex("fci");
		const aid = findTlv(findTlv(fci, 0x6f)!, 0x84)!;
		const name = formatHex(aid);
		const select = `00A40400${formatHex(Uint8Array.of(aid.length))}${name}00`;
		const { t, card } = openScripted({
			exchanges: [[select, `${formatHex(fci)}9000`], ...exchangesOf(inputs)],
			terminal: inputs.dataObjects("terminal_data"),
		});
		const configuration = { ...APPLICATION, aid };
		t.candidates = [{ dfName: aid, label: name, priority: 0, confirmationRequired: false, configuration }];
		if ((await finalSelection(t, 0)) !== undefined) throw new CaseError("the FCI cannot be selected");
		const ended = await initiateApplicationProcessing(t);
		assertAllSent(card);
		return {
			outcome:
				ended === "selectAnother" ? new Words("gpo_not_accepted", "try_again", "select_another") : wordsOf(ended),
			aip_82: t.data.card(0x82),
			afl_94: t.data.card(0x94),
		};
	},
	read_records: async inputs => {
		const { t, card } = openScripted({
			exchanges: exchangesOf(inputs),
			card: { "82": "0000", "94": inputs.text("afl") },
		});
		const ended = await readApplicationData(t);
		if (!ended) assertAllSent(card); // where the AFL or a record ends it, what would have come behind need not be read
		const objects = new DataObjectsOf(tag => t.data.card(tag));
		return {
			outcome: wordsOf(ended),
			data: objects,
			data_objects: objects,
			card_data: objects,
			offline_auth_data: t.staticData && concat(...t.staticData),
			offline_auth_possible: t.staticData !== undefined,
		};
	},
	check_afl: inputs => {
		const entries = decodeAfl(inputs.hex("afl"));
		return {
			ok: entries !== undefined,
			well_formed: entries !== undefined,
			valid: entries !== undefined,
			outcome: new Words(entries ? "ok" : "card_error"),
		};
	},
};
