import { BindingError } from "../binding/bindingError.js";
import type { AcquirerCertificate } from "../binding/certificates.js";
import { openAcquirerCertificate } from "../binding/chain.js";
import {
	answerFrames,
	type Challenge,
	challenges,
	type DeskAnswer,
	type DeskRequest,
	deskAnswers,
	deskRequests,
	greetings,
	hellos,
	requestFrames,
} from "../binding/deskMessages.js";
import { terminalSigner } from "../binding/terminalSigner.js";
import { concat, equal, readUint, uintBytes } from "../bytes/bytes.js";
import type { HostConnection } from "../ports.js";
import type { FlowContext } from "./flowContext.js";

const CONNECT_TIMEOUT_MS = 10_000;
const ANSWER_TIMEOUT_MS = 30_000;
const LENGTH_BYTES = 4;
const MOST_FRAME_BYTES = 65_536;

/** Nobody at the desk, or the line broke: try again. What the desk says and must not say is a `BindingError`. */
export class DeskUnreachable extends Error {
	override readonly name = "DeskUnreachable";
}

/** What a request says that no other does. */
export type Asked = Pick<DeskRequest, "purpose" | "attestation" | "card" | "subject" | "batch" | "erasure">;

/** One conversation with the acquirer's binding desk (docs/binding.md): its challenge first, then one request. */
export class DeskConversation {
	/** Verified under the bank root. */
	readonly acquirer: AcquirerCertificate;
	readonly acquirerCertificate: Uint8Array;
	readonly challenge: Challenge;
	readonly #c: FlowContext;
	readonly #line: Line;

	private constructor(c: FlowContext, line: Line, acquirerCertificate: Uint8Array, challengeMessage: Uint8Array) {
		const { bankRoot, serial } = c.device;
		this.#c = c;
		this.#line = line;
		this.acquirerCertificate = acquirerCertificate;
		this.acquirer = openAcquirerCertificate(c.crypto, bankRoot, acquirerCertificate, c.clock.now());
		this.challenge = challenges.open(c.crypto, challengeMessage, this.acquirer.signingKey);
		if (this.challenge.serial !== serial)
			throw new BindingError("binding challenge: serial is that of another terminal");
	}

	/**
	 * @throws {DeskUnreachable} when nobody answers
	 * @throws {BindingError} when who answers is no acquirer under this terminal's bank root
	 */
	static async open(c: FlowContext): Promise<DeskConversation> {
		const line = await Line.open(c);
		try {
			const [certificate, challenge] = greetings.decode(await line.ask(hellos.encode(c.device.serial)));
			return new DeskConversation(c, line, certificate, challenge);
		} catch (error) {
			line.close();
			throw error;
		}
	}

	/**
	 * Asks once, under the terminal's signature.
	 * @throws {DeskUnreachable} when no answer comes: the desk may have acted on the request
	 * @throws {BindingError} on an answer that is not this acquirer's to this request
	 */
	async ask(asked: Asked): Promise<DeskAnswer> {
		const { crypto, device } = this.#c;
		const identity = device.identity();
		const { signing, agreement } = identity.publicKeys;
		const request: DeskRequest = {
			...asked,
			serial: device.serial,
			nonce: this.challenge.nonce,
			signingKey: signing,
			agreementKey: agreement,
			keySequence: device.keySequence(),
		};
		const message = deskRequests.sign(request, terminalSigner(identity, crypto));
		const reply = answerFrames.decode(await this.#line.ask(requestFrames.encode(message)));
		const answer = deskAnswers.open(crypto, reply, this.acquirer.signingKey);
		if (!equal(answer.request, crypto.sha256(message)))
			throw new BindingError("binding answer: request is another one");
		return answer;
	}

	close(): void {
		this.#line.close();
	}
}

/** Frames over a connection: a length of 4 bytes, then as many bytes. */
class Line {
	readonly #connection: HostConnection;
	readonly #c: FlowContext;
	#arrived: Uint8Array = new Uint8Array(0);

	constructor(connection: HostConnection, c: FlowContext) {
		this.#connection = connection;
		this.#c = c;
	}

	static async open(c: FlowContext): Promise<Line> {
		const { desk } = c.device;
		if (!desk) throw new DeskUnreachable("this terminal has no line to a binding desk");
		try {
			return new Line(await desk.connect(CONNECT_TIMEOUT_MS), c);
		} catch (error) {
			throw new DeskUnreachable((error as Error).message);
		}
	}

	/** One frame there, one back. */
	async ask(frame: Uint8Array): Promise<Uint8Array> {
		try {
			await this.#connection.send(concat(uintBytes(frame.length, LENGTH_BYTES), frame));
		} catch {
			throw new DeskUnreachable("the line to the bank broke");
		}
		const deadline = this.#c.clock.monotonicMs() + ANSWER_TIMEOUT_MS;
		for (;;) {
			const reply = this.#take();
			if (reply) return reply;
			const left = deadline - this.#c.clock.monotonicMs();
			const bytes = left > 0 ? await this.#receive(left) : undefined;
			if (!bytes) throw new DeskUnreachable("the bank gives no answer");
			if (!bytes.length) throw new DeskUnreachable("the bank closed the line");
			this.#arrived = concat(this.#arrived, bytes);
		}
	}

	close(): void {
		try {
			this.#connection.close();
		} catch {
			// closed already
		}
	}

	async #receive(timeoutMs: number): Promise<Uint8Array | undefined> {
		try {
			return await this.#connection.receive(timeoutMs);
		} catch {
			throw new DeskUnreachable("the line to the bank broke");
		}
	}

	#take(): Uint8Array | undefined {
		if (this.#arrived.length < LENGTH_BYTES) return undefined;
		const length = readUint(this.#arrived, 0, LENGTH_BYTES);
		if (length > MOST_FRAME_BYTES) throw new BindingError("the frame is too long");
		if (this.#arrived.length < LENGTH_BYTES + length) return undefined;
		const frame = this.#arrived.slice(LENGTH_BYTES, LENGTH_BYTES + length);
		this.#arrived = this.#arrived.slice(LENGTH_BYTES + length);
		return frame;
	}
}
