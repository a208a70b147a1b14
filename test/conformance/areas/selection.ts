import { asciiBytes, latin1Text } from "../../../src/bytes/bytes.js";
import { formatHex } from "../../../src/bytes/hex.js";
import type { Candidate } from "../../../src/emv/candidate.js";
import type { ApplicationConfiguration } from "../../../src/emv/configuration.js";
import { buildCandidateList, finalSelection, isChoiceRequired } from "../../../src/emv/selectApplication.js";
import { APPLICATION, openScripted } from "../../emv/scriptedCard.js";
import { Facts, Words } from "../compare.js";
import type { Inputs } from "../inputs.js";
import type { Operations } from "../runner.js";
import { assertAllSent, exchangesOf } from "./exchanges.js";
import { wordsOf } from "./outcomes.js";

export const selection: Operations = {
	build_candidate_list: async inputs => {
		const applications = inputs.objects("terminal_aids").map(configurationOf);
		const { t, card } = openScripted({ exchanges: exchangesOf(inputs), configuration: { applications } });
		const ended = await buildCandidateList(t);
		assertAllSent(card);
		const candidates = ended ? [] : t.candidates!;
		return {
			outcome: wordsOf(ended),
			candidates: candidates.map(factsOf),
			cardholder_selection_or_confirmation_required: isChoiceRequired(candidates),
		};
	},
	final_selection: async inputs => {
		const { t, card } = openScripted({ exchanges: exchangesOf(inputs) });
		t.candidates = inputs.objects("candidate_list_before").map(candidateOf);
		const ended = await finalSelection(t, inputs.number("chosen_index"));
		assertAllSent(card);
		const outcome =
			ended !== "selectAnother"
				? wordsOf(ended)
				: new Words(...(t.candidates.length ? ["try_again", "select_another"] : ["not_accepted"]));
		return {
			outcome,
			candidate_list_after: t.candidates.map(({ dfName }) => dfName),
			selected_aid: ended === undefined ? t.data.get(0x9f06) : undefined,
		};
	},
};

function configurationOf(aid: Inputs): ApplicationConfiguration {
	return { ...APPLICATION, aid: aid.hex("aid"), partialSelection: aid.text("asi") === "partial" };
}

function candidateOf(entry: Inputs): Candidate {
	const dfName = entry.hex("aid");
	return {
		dfName,
		label: entry.has("label") ? latin1Text(asciiBytes(entry.text("label"))) : "",
		priority: entry.has("priority") ? entry.number("priority") : 0,
		confirmationRequired: false,
		configuration: { ...APPLICATION, aid: dfName },
	};
}

function factsOf({ dfName, label, priority, confirmationRequired }: Candidate): Facts {
	return new Facts(
		{ aid: dfName, label, display_name: label, priority, confirmation_required: confirmationRequired },
		formatHex(dfName),
	);
}
