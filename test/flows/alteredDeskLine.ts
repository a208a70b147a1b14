import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { testSigner } from "../../sim/world/testBinding.js";
import { type CoseSigner, kidOf } from "../../src/binding/cose.js";
import {
	answerFrames,
	type DeskAnswer,
	type DeskRefusal,
	type DeskRequest,
	deskAnswers,
	deskRequests,
	requestFrames,
} from "../../src/binding/deskMessages.js";
import { ACQUIRER_SEED } from "./bench.js";
import type { BindWorld } from "./bindWorld.js";

/** The first conversation of a ceremony is a hello and its request; what follows is the confirmation. */
const REQUEST = 2;

/** What the ceremony asks for, caught on its way: the desk has not seen it. */
export async function caughtRequest(w: BindWorld): Promise<DeskRequest> {
	let caught: DeskRequest | undefined;
	let count = 0;
	w.line.toDesk = frame => {
		if (++count !== REQUEST) return frame;
		caught = deskRequests.read(requestFrames.decode(frame));
		return undefined;
	};
	await w.bench.terminal.bind(w.code());
	w.line.toDesk = frame => frame;
	w.bench.removeCard();
	if (!caught) throw new Error("the ceremony has asked the desk for nothing");
	return caught;
}

/**
 * A ceremony whose request says something else, under the terminal's own signature: what a terminal could make up.
 * @param signer in the place of the terminal, for a request that names its key
 * @returns what the desk says to it; undefined when it gives a binding
 */
export async function answerToAltered(
	w: BindWorld,
	change: (request: DeskRequest) => Partial<DeskRequest>,
	signer: CoseSigner = signerOf(w),
): Promise<DeskRefusal | undefined> {
	let sent = 0;
	w.line.toDesk = frame => {
		if (++sent !== REQUEST) return frame;
		const request = deskRequests.read(requestFrames.decode(frame));
		return requestFrames.encode(deskRequests.sign({ ...request, ...change(request) }, signer));
	};
	let answer: DeskAnswer | undefined;
	let received = 0;
	w.line.toTerminal = frame => {
		if (++received === REQUEST) answer = deskAnswers.read(answerFrames.decode(frame));
		return frame;
	};
	await w.bench.terminal.bind(w.code());
	if (!answer) throw new Error("the desk has given no answer");
	return answer.refusal;
}

function signerOf({ bench }: BindWorld): CoseSigner {
	const identity = bench.terminal.identity();
	return { kid: kidOf(nodeCrypto, identity.publicKeys.signing), sign: bytes => identity.signCose(bytes) };
}

/** From now on the desk's answer to the ceremony's request says something else, under the acquirer's own signature. */
export function alterAnswer(w: BindWorld, change: (answer: DeskAnswer) => Partial<DeskAnswer>): void {
	let received = 0;
	w.line.toTerminal = frame => {
		if (++received !== REQUEST) return frame;
		const answer = deskAnswers.read(answerFrames.decode(frame));
		return answerFrames.encode(
			deskAnswers.sign({ ...answer, ...change(answer) }, testSigner(nodeCrypto, ACQUIRER_SEED)),
		);
	};
}
