import { CoseError, type CoseSigner, coseSign1, openCoseSign1 } from "../binding/cose.js";
import { type CborMap, decodeDeterministic, encodeDeterministic } from "../bytes/cbor.js";
import type { Crypto } from "../ports.js";
import {
	decodeBody,
	encodeBody,
	isMessageKind,
	MESSAGE_KINDS,
	type MessageBody,
	type MessageKindName,
} from "./messageKinds.js";
import { type Direction, parseTopic, topicOf } from "./topics.js";

/** What is said besides the message's own members. */
export interface MessageHead {
	/** Rises with each message of a signer; a gap means nothing. */
	readonly sequence: number;
	/** Milliseconds since 1970-01-01 00:00 UTC, as the signer's clock says it. */
	readonly issuedAt: number;
	/** Not to be taken from this time on. */
	readonly expiresAt?: number | undefined;
}

/** A message with its kind. */
export type AnyMessage<D extends Direction = Direction> = {
	[K in MessageKindName]: { readonly kind: K; readonly body: MessageBody<K> } & MessageHead;
}[KindOf<D>];

export type KindOf<D extends Direction> = {
	[K in MessageKindName]: (typeof MESSAGE_KINDS)[K]["direction"] extends D ? K : never;
}[MessageKindName];

/** Why a message is not taken, in one sentence. */
export class MessageError extends Error {
	override readonly name = "MessageError";
}

/**
 * COSE_Sign1 over `{1: sequence, 2: issuedAt, 3: expiresAt, 4: members}`. The topic is the signature's context: a message
 * for one terminal, or of one kind, does not open as another.
 * @returns what goes to the broker
 */
export function signMessage<K extends MessageKindName>(
	terminalId: string,
	kind: K,
	{ sequence, issuedAt, expiresAt }: MessageHead,
	body: MessageBody<K>,
	signer: CoseSigner,
): { readonly topic: string; readonly payload: Uint8Array; readonly retain: boolean } {
	const { direction, retain } = MESSAGE_KINDS[kind];
	const topic = topicOf({ terminalId, direction, kind });
	const message: [number, number | CborMap][] = [
		[SEQUENCE, sequence],
		[ISSUED_AT, issuedAt],
		[BODY, encodeBody(body)],
	];
	if (expiresAt !== undefined) message.push([EXPIRES_AT, expiresAt]);
	return { topic, retain, payload: coseSign1(encodeDeterministic(new Map(message)), signer, topic) };
}

/** Who may sign what, to the receiver. @returns an Ed25519 key, undefined where this signer may not */
export type KeyOfSigner = (kid: Uint8Array, kind: MessageKindName) => Uint8Array | undefined;

/**
 * @throws {MessageError} on a message that is not signed by whom it must be, for this topic, or is not in its form
 */
export function openMessage(
	crypto: Crypto,
	topic: string,
	payload: Uint8Array,
	keyOf: KeyOfSigner,
): { readonly terminalId: string } & AnyMessage {
	const name = parseTopic(topic);
	if (!name || !isMessageKind(name.kind) || MESSAGE_KINDS[name.kind].direction !== name.direction)
		throw new MessageError("there is no such topic");
	const { kind, terminalId } = name;
	try {
		const message = decodeDeterministic(openCoseSign1(crypto, payload, kid => keyOf(kid, kind), topic));
		return { terminalId, kind, ...decodeMessage(kind, message) } as { terminalId: string } & AnyMessage;
	} catch (error) {
		if (error instanceof CoseError) throw new MessageError(error.message);
		throw error;
	}
}

function decodeMessage(kind: MessageKindName, message: unknown) {
	const members = message instanceof Map ? (message as CborMap) : new Map();
	const [sequence, issuedAt, expiresAt] = [SEQUENCE, ISSUED_AT, EXPIRES_AT].map(label => members.get(label));
	const isWhole = isTime(sequence) && isTime(issuedAt) && (expiresAt === undefined || isTime(expiresAt));
	const count = expiresAt === undefined ? 3 : 4;
	if (!isWhole || members.size !== count) throw new MessageError("the message has not the members it must have");
	const body = decodeBody(kind, members.get(BODY) ?? null);
	if (typeof body === "string") throw new MessageError(body);
	return { sequence, issuedAt, expiresAt, body };
}

function isTime(value: unknown): value is number {
	return typeof value === "number" && value >= 0;
}

const SEQUENCE = 1;
const ISSUED_AT = 2;
const EXPIRES_AT = 3;
const BODY = 4;
