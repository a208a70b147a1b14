import { createServer as createNetServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type Server as TlsServer } from "node:tls";
import { type Frame, FrameReader } from "../../src/host/frame.js";
import { formatMessage } from "../../src/host/iso8583/formatMessage.js";
import { decodeMessage } from "../../src/host/iso8583/message.js";
import type { Acquirer } from "./acquirer.js";
import { AnswerLine, type Delivery } from "./answerLine.js";
import type { ConnectionFault, Fault, FaultPlan } from "./fault.js";

export interface BankTls {
	/** PEM. */
	readonly key: string;
	readonly cert: string;
	readonly ca: string;
}

/** One JSON line of the bank's log. */
export type BankEvent =
	| { readonly received: string }
	| { readonly sent: string; readonly magicAmounts?: true }
	| { readonly spoiled: Fault }
	| { readonly refused: string }
	| { readonly restarted: true };

export interface BankServerOptions {
	readonly acquirer: Acquirer;
	readonly faults: FaultPlan;
	readonly tls: BankTls;
	/** A key and certificate that no terminal believes; asked for when the fault is wanted. */
	readonly strangerTls: () => Promise<BankTls>;
	readonly log: (event: BankEvent) => void;
}

/** A board's TLS speaks 1.2 with this one suite; Node's also 1.3. */
const CIPHERS = "TLS_AES_128_GCM_SHA256:ECDHE-ECDSA-AES128-GCM-SHA256";
const IDLE_MS = 120_000;
/** TLS alert record: fatal, handshake_failure (RFC 5246, 7.2). */
const HANDSHAKE_FAILURE = Uint8Array.of(0x15, 3, 3, 0, 2, 2, 40);

/** The acquirer behind TLS with client certificates, for many terminals at once. */
export class BankServer {
	readonly #options: BankServerOptions;
	readonly #line: AnswerLine;
	readonly #tls: TlsServer;
	#stranger: Promise<TlsServer> | undefined;
	#front: Server;
	readonly #sockets = new Set<Socket>();
	/** Requests that came since the last commit. */
	#waiting: { readonly socket: TLSSocket; readonly frame: Frame }[] = [];

	constructor(options: BankServerOptions) {
		this.#options = options;
		this.#line = new AnswerLine(options.acquirer, options.faults);
		this.#tls = this.#tlsServer(options.tls);
		this.#front = this.#frontServer();
	}

	/** @returns the port @throws {Error} of `node:net` when the port cannot be had */
	listen(host: string, port: number): Promise<number> {
		return new Promise((resolve, reject) => {
			this.#front.once("error", reject);
			this.#front.listen(port, host, () => resolve((this.#front.address() as { port: number }).port));
		});
	}

	/** Drops every connection and what was under way on it, and listens again after a while. */
	async restart(downMs: number): Promise<void> {
		const { address, port } = this.#front.address() as { address: string; port: number };
		this.#waiting = [];
		await new Promise<void>(done => {
			this.#front.close(() => done());
			for (const socket of this.#sockets) socket.destroy();
		});
		await new Promise(done => setTimeout(done, downMs));
		this.#front = this.#frontServer();
		await this.listen(address, port);
		this.#options.log({ restarted: true });
	}

	close(): void {
		this.#front.close();
		for (const socket of this.#sockets) socket.destroy();
	}

	/** Takes connections in before TLS, so that the handshake itself can go wrong. */
	#frontServer(): Server {
		return createNetServer(socket => {
			this.#sockets.add(socket);
			socket.on("close", () => this.#sockets.delete(socket));
			socket.on("error", () => {});
			const fault = this.#options.faults.takeForConnection();
			if (fault === undefined) this.#tls.emit("connection", socket);
			else void this.#spoilConnection(socket, fault);
		});
	}

	async #spoilConnection(socket: Socket, fault: ConnectionFault): Promise<void> {
		this.#options.log({ spoiled: fault });
		switch (fault) {
			case "resetInHandshake":
				socket.once("data", () => socket.resetAndDestroy());
				return;
			case "handshakeFailure":
				socket.once("data", () => socket.end(HANDSHAKE_FAILURE));
				return;
			case "wrongCertificate":
				this.#stranger ??= this.#options.strangerTls().then(tls => this.#tlsServer(tls));
				(await this.#stranger).emit("connection", socket);
				return;
		}
	}

	#tlsServer(tls: BankTls): TlsServer {
		const server = createTlsServer(
			{ ...tls, minVersion: "TLSv1.2", ciphers: CIPHERS, requestCert: true, rejectUnauthorized: true },
			socket => this.#serve(socket),
		);
		server.on("tlsClientError", error => this.#options.log({ refused: error.message }));
		return server;
	}

	#serve(socket: TLSSocket): void {
		const { log, acquirer } = this.#options;
		const reader = new FrameReader(acquirer.profile.frame);
		socket.on("error", error => log({ refused: error.message }));
		socket.setTimeout(IDLE_MS, () => socket.destroy());
		socket.on("data", (bytes: Buffer) => {
			reader.push(new Uint8Array(bytes));
			try {
				for (let frame = reader.next(); frame; frame = reader.next()) this.#queue(socket, frame);
			} catch (error) {
				this.#hangUp(socket, error); // not a frame: what follows cannot be understood
			}
		});
	}

	/** What has come by now shares one commit; no answer leaves before its booking is on the medium. */
	#queue(socket: TLSSocket, frame: Frame): void {
		this.#waiting.push({ socket, frame });
		if (this.#waiting.length === 1) setImmediate(() => this.#answerAll());
	}

	#answerAll(): void {
		const waiting = this.#waiting;
		this.#waiting = [];
		const deliveries: (readonly [TLSSocket, Delivery])[] = [];
		this.#options.acquirer.bank.books.together(() => {
			for (const { socket, frame } of waiting)
				try {
					deliveries.push([socket, this.#line.deliver(frame)]);
				} catch (error) {
					this.#hangUp(socket, error); // no message in it: there is nobody to answer
				}
		});
		for (const [socket, delivery] of deliveries) this.#send(socket, delivery);
	}

	#send(socket: TLSSocket, { answer, pieces, delayMs, close, fault }: Delivery): void {
		const { log, acquirer } = this.#options;
		const format = (message: Parameters<typeof formatMessage>[1]) => formatMessage(acquirer.profile.message, message);
		log({ received: format(answer.request) });
		const write = () => {
			for (const piece of pieces) socket.write(piece);
		};
		if (delayMs > 0) setTimeout(write, delayMs);
		else write();
		if (close) socket.destroy();
		if (fault) log({ spoiled: fault });
		else {
			const { magicAmounts } = acquirer.bank.scenarios;
			const sent = format(decodeMessage(acquirer.profile.message, answer.bytes));
			log({ sent, ...(magicAmounts && { magicAmounts }) });
		}
	}

	#hangUp(socket: TLSSocket, error: unknown): void {
		this.#options.log({ refused: error instanceof Error ? error.message : String(error) });
		socket.destroy();
	}
}
