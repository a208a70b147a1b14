import { wipe } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import type { ApplicationSession } from "./applicationSession.js";
import { type CardCommand, type CardResponse, refusal } from "./command.js";
import type { CommandHeader } from "./commandHeader.js";
import { CLA_8C_FORMAT_1, CLA_84_FORMAT_2, unprotectCommand } from "./secureMessaging.js";
import {
	SW_6985_CONDITIONS_NOT_SATISFIED,
	SW_6987_SECURE_MESSAGING_OBJECTS_MISSING,
	SW_6988_SECURE_MESSAGING_OBJECTS_INCORRECT,
	SW_9000_OK,
} from "./statusWord.js";

/** A command that only the issuer can give. */
export interface ScriptCommand {
	readonly ins: number;
	/** The data field is enciphered. */
	isSecret(header: CommandHeader): boolean;
	/** @param data plain; the MAC was right */
	run(application: ApplicationSession, header: CommandHeader, data: Uint8Array): CardResponse;
}

/** The command in both classes of secure messaging (EMV 4.4 Book 2, 9): its data field counts only when its MAC is right. */
export function scriptCommands(command: ScriptCommand): readonly CardCommand[] {
	return [CLA_84_FORMAT_2, CLA_8C_FORMAT_1].map(cla => ({
		cla,
		ins: command.ins,
		body: "incoming",
		slow: true,
		run({ application, crypto }, header, field) {
			// Book 3, 10.10: scripts belong to a transaction, whose first cryptogram makes their keys.
			if (!application?.scriptTransaction) return refusal(SW_6985_CONDITIONS_NOT_SATISFIED);
			if (field.length === 0) return refusal(SW_6987_SECURE_MESSAGING_OBJECTS_MISSING);
			const { iccMasterKeys } = application.personalisation;
			const integrity = parseHex(iccMasterKeys.secureMessagingIntegrity);
			const confidentiality = parseHex(iccMasterKeys.secureMessagingConfidentiality);
			const keys = { integrity, confidentiality };
			const secret = command.isSecret(header);
			let data: Uint8Array | undefined;
			try {
				data = unprotectCommand(crypto, keys, application.scriptTransaction, header, field, secret);
				const response = data
					? command.run(application, header, data)
					: refusal(SW_6988_SECURE_MESSAGING_OBJECTS_INCORRECT);
				count(application, response);
				return response;
			} finally {
				wipe(integrity, confidentiality, data);
			}
		},
	}));
}

/** For the card verification results of the next transaction (EMV 4.4 Book 3, Annex C9.3, byte 4). */
function count(application: ApplicationSession, { statusWord }: CardResponse): void {
	if (!application.cryptogramVersion.countsScripts) return;
	const { processed, failed } = application.state.scripts ?? { processed: 0, failed: false };
	const done = statusWord === SW_9000_OK;
	application.update({ scripts: { processed: processed + (done ? 1 : 0), failed: failed || !done } });
}
