import { createServer, type Server, type TLSSocket } from "node:tls";
import { answerFrame, encodeFrame, type Frame, FrameReader } from "../../src/host/frame.js";
import { formatMessage } from "../../src/host/iso8583/formatMessage.js";
import { decodeMessage } from "../../src/host/iso8583/message.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import type { Acquirer } from "./acquirer.js";
import { type Fault, spoil } from "./fault.js";

export interface BankTls {
	/** PEM. */
	readonly key: string;
	readonly cert: string;
	readonly ca: string;
}

/** One JSON line of the bank's log. */
export type BankEvent =
	| { readonly received: string }
	| { readonly sent: string }
	| { readonly spoiled: Fault }
	| { readonly refused: string };

/** A board's TLS speaks 1.2 with this one suite; Node's also 1.3. */
const CIPHERS = "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
const IDLE_MS = 120_000;

/** The acquirer behind TLS with client certificates. */
export class BankServer {
	readonly #profile: HostProfile;
	readonly #acquirer: Acquirer;
	readonly #log: (event: BankEvent) => void;
	readonly #server: Server;
	readonly #sockets = new Set<TLSSocket>();
	/** Next answers to be spoiled, first in, first out. */
	readonly #faults: Fault[] = [];
	/** An answer that comes late: it goes out in front of the next one. */
	readonly #late: Uint8Array[] = [];

	constructor(profile: HostProfile, acquirer: Acquirer, tls: BankTls, log: (event: BankEvent) => void) {
		this.#profile = profile;
		this.#acquirer = acquirer;
		this.#log = log;
		this.#server = createServer(
			{ ...tls, minVersion: "TLSv1.2", ciphers: CIPHERS, requestCert: true, rejectUnauthorized: true },
			socket => this.#serve(socket),
		);
		this.#server.on("tlsClientError", error => log({ refused: error.message }));
	}

	/** @returns the port @throws {Error} of `node:net` when the port cannot be had */
	listen(host: string, port: number): Promise<number> {
		return new Promise((resolve, reject) => {
			this.#server.once("error", reject);
			this.#server.listen(port, host, () => resolve((this.#server.address() as { port: number }).port));
		});
	}

	/** The next `count` answers suffer from `fault`. */
	arm(fault: Fault, count: number): void {
		for (let i = 0; i < count; i++) this.#faults.push(fault);
	}

	close(): void {
		this.#server.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	#serve(socket: TLSSocket): void {
		const reader = new FrameReader(this.#profile.frame);
		this.#sockets.add(socket);
		socket.on("close", () => this.#sockets.delete(socket));
		socket.on("error", error => this.#log({ refused: error.message }));
		socket.setTimeout(IDLE_MS, () => socket.destroy());
		socket.on("data", (bytes: Buffer) => {
			reader.push(bytes);
			try {
				for (let frame = reader.next(); frame; frame = reader.next()) this.#answer(socket, frame);
			} catch (error) {
				// Not a frame, or not a message in it: there is nobody to answer.
				this.#log({ refused: error instanceof Error ? error.message : String(error) });
				socket.destroy();
			}
		});
	}

	#answer(socket: TLSSocket, frame: Frame): void {
		const { request, bytes } = this.#acquirer.handle(frame.message);
		this.#log({ received: formatMessage(this.#profile.message, request) });
		const fault = this.#faults.shift();
		switch (fault) {
			case undefined:
				for (const late of this.#late.splice(0)) socket.write(late);
				socket.write(encodeFrame(this.#profile.frame, answerFrame(frame, bytes)));
				this.#log({ sent: formatMessage(this.#profile.message, decodeMessage(this.#profile.message, bytes)) });
				return;
			case "noReply":
				break;
			case "lateReply":
				this.#late.push(encodeFrame(this.#profile.frame, answerFrame(frame, bytes)));
				break;
			case "closeAfterRequest":
				socket.destroy();
				break;
			case "wrongMac":
			case "wrongAmount":
			case "wrongStan":
			case "garbled":
				socket.write(
					encodeFrame(this.#profile.frame, answerFrame(frame, spoil(this.#profile, this.#acquirer.keys, fault, bytes))),
				);
				break;
		}
		this.#log({ spoiled: fault });
	}
}
