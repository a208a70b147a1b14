import { beforeAll, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { testSigner } from "../../sim/world/testBinding.js";
import { BindingError } from "../../src/binding/bindingError.js";
import { openAcquirerCertificate } from "../../src/binding/chain.js";
import {
	answerFrames,
	challenges,
	deskAnswers,
	deskRequests,
	greetings,
	requestFrames,
} from "../../src/binding/deskMessages.js";
import { Attendant } from "../flows/attendant.js";
import { BindWorld } from "../flows/bindWorld.js";
import { makeSaleWorld } from "../flows/saleWorld.js";

// What desk and terminal each do first with a frame, without the ceremony around it: every byte can be altered.
const ROOT_SEED = 1; // that of the bench
let frames: { readonly greeting: Uint8Array; readonly request: Uint8Array; readonly answer: Uint8Array };
let acquirerKey: Uint8Array;
let bankRoot: Uint8Array;
let now: number;

beforeAll(async () => {
	const world = (await makeSaleWorld("unionpay-online-pin"))["unionpay-online-pin"]!;
	const w = new BindWorld(world);
	new Attendant(w.bench);
	const [toDesk, toTerminal]: [Uint8Array[], Uint8Array[]] = [[], []];
	const noted = (to: Uint8Array[]) => (frame: Uint8Array) => {
		to.push(frame.slice());
		return frame;
	};
	w.line.toDesk = noted(toDesk);
	w.line.toTerminal = noted(toTerminal);
	expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: true });
	frames = { greeting: toTerminal[0]!, request: toDesk[1]!, answer: toTerminal[1]! };
	acquirerKey = w.bench.terminal.binding.acquirer!.signingKey;
	bankRoot = testSigner(nodeCrypto, ROOT_SEED).publicKey;
	now = w.bench.clock.now();
}, 60_000);

const OPENED: Readonly<Record<keyof typeof frames, (frame: Uint8Array) => unknown>> = {
	greeting(frame) {
		const [certificate, challenge] = greetings.decode(frame);
		const { signingKey } = openAcquirerCertificate(nodeCrypto, bankRoot, certificate, now);
		return challenges.open(nodeCrypto, challenge, signingKey);
	},
	request(frame) {
		const message = requestFrames.decode(frame);
		return deskRequests.open(nodeCrypto, message, deskRequests.read(message).signingKey);
	},
	answer: frame => deskAnswers.open(nodeCrypto, answerFrames.decode(frame), acquirerKey),
};

test.each(["greeting", "request", "answer"] as const)(
	"%s: as it came it is taken, with any byte altered, missing or too many it is refused",
	name => {
		const frame = frames[name];
		const open = OPENED[name];
		expect(open(frame)).toBeDefined();
		for (let at = 0; at < frame.length; at++) {
			const altered = frame.slice();
			altered[at]! ^= 1 << (at % 8);
			expect(() => open(altered), `byte ${at} of ${frame.length}`).toThrow(BindingError);
		}
		expect(() => open(frame.subarray(0, -1))).toThrow(BindingError);
		expect(() => open(new Uint8Array([...frame, 0]))).toThrow(BindingError);
	},
	120_000,
);
