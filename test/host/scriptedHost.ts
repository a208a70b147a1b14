import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { parseHex } from "../../src/bytes/hex.js";
import { ecbXorMac } from "../../src/crypto/mac.js";
import type { HostLink } from "../../src/host/exchange.js";
import { encodeFrame } from "../../src/host/frame.js";
import type { Fields } from "../../src/host/iso8583/message.js";
import { encodeWithMac, type MessageKeys } from "../../src/host/messageMac.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";

export const MAK = parseHex("0123456789ABCDEF");
export const keys: MessageKeys = { mac: data => ecbXorMac(nodeCrypto, MAK, data) };

/** One thing that the line does next: bytes arrive, nothing arrives in time, the bank closes, the connection breaks. */
export type Step = Uint8Array | "silence" | "close" | "break";

/** A bank that sends a list, and a clock that moves by `stepMs` at each piece. */
export class ScriptedHost {
	readonly sent: Uint8Array[] = [];
	readonly waits: number[] = [];
	readonly lines: string[] = [];
	closed = false;
	now = 1_000_000;
	readonly link: HostLink;

	constructor(steps: Step[], options: { stepMs?: number; connect?: "refused"; send?: "broken" } = {}) {
		const { stepMs = 0 } = options;
		this.link = {
			profile: unionPay,
			clock: { now: () => this.now, utcOffsetMinutes: 480, after: () => () => {} },
			log: { line: (_source, text) => this.lines.push(text) },
			socket: {
				connect: async () => {
					if (options.connect) throw new Error("cannot reach the bank: refused");
					return {
						send: async bytes => {
							this.sent.push(bytes);
							if (options.send) throw new Error("broken pipe");
						},
						receive: async timeoutMs => {
							this.waits.push(timeoutMs);
							this.now += stepMs;
							const step = steps.shift() ?? "silence";
							if (step === "break") throw new Error("reset");
							if (step === "close") return new Uint8Array(0);
							return step === "silence" ? undefined : step;
						},
						close: () => {
							this.closed = true;
						},
					};
				},
			},
		};
	}
}

/** A frame from the bank under a right MAC. */
export function fromBank(messageType: string, fields: Fields, destination = 0): Uint8Array {
	const message = encodeWithMac(unionPay, { messageType, fields }, keys);
	return encodeFrame({ destination, source: 3, header: parseHex("603100310000"), message });
}
