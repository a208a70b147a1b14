import { buildMessage, operationProfile } from "./buildMessage.js";
import type { FieldValue } from "./iso8583/field.js";
import { type IsoMessage, responseType } from "./iso8583/message.js";
import type { MessageValues } from "./messageValues.js";
import { findField, parseCarried } from "./profiles/carried.js";
import type { HostProfile } from "./profiles/hostProfile.js";
import type { MessageKind } from "./readValues.js";

/**
 * The acquirer's answer to a request: what identifies it and what it must repeat are the request's, the rest is of `values` as
 * far as the profile lets an answer say it. Field 60 or what stands for it is repeated, too, unless the answer has its own.
 * @throws {Iso8583Error} when a value is missing or does not fit its field
 */
export function replyMessage(
	profile: HostProfile,
	{ operation, isReversal }: Pick<MessageKind, "operation" | "isReversal">,
	request: IsoMessage,
	values: MessageValues,
): IsoMessage {
	const { answers, carries } = isReversal ? profile.reversal : operationProfile(profile, operation);
	const { codes } = operationProfile(profile, operation);
	const own = buildMessage(profile, responseType(request.messageType), answers, codes, values);
	const fields: Record<number, FieldValue | undefined> = {};
	const { identify, echo, repeat } = profile.matching;
	for (const entry of carries) {
		const { name } = parseCarried(entry);
		const { number } = findField(profile, name);
		if ([...identify, ...echo, ...repeat].includes(name)) fields[number] = request.fields[number];
	}
	return { messageType: own.messageType, fields: { ...fields, ...own.fields } };
}
