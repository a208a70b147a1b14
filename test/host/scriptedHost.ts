import { ManualClock } from "../../sim/world/manualClock.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { SeededRandom } from "../../sim/world/seededRandom.js";
import { equal } from "../../src/bytes/bytes.js";
import { parseHex } from "../../src/bytes/hex.js";
import { ecbXorMac } from "../../src/crypto/mac.js";
import { encodeFrame } from "../../src/host/frame.js";
import { HostLink } from "../../src/host/hostLink.js";
import type { Fields } from "../../src/host/iso8583/message.js";
import { encodeWithMac, type MessageKeys } from "../../src/host/messageMac.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import { unionPay } from "../../src/host/profiles/unionPay.js";
import { encipherCardData } from "../../src/keys/cardDataCipher.js";
import type { HostSocket } from "../../src/ports.js";

export const MAK = parseHex("0123456789ABCDEF");
export const keys: MessageKeys = {
	keySerialNumber: undefined,
	mac: data => ecbXorMac(nodeCrypto, MAK, data),
	macIsRight: (data, mac) => equal(keys.mac(data), mac),
	encipherData: plain => encipherCardData(nodeCrypto, "T", new Uint8Array(16).fill(3), plain, new Uint8Array(8)),
};

/** One thing that the line does next: bytes arrive, nothing arrives in time, the bank closes, the connection breaks. */
export type Step = Uint8Array | "silence" | "close" | "break";

/** A bank that sends a list, and a clock that moves by `stepMs` at each piece. */
export class ScriptedHost {
	readonly sent: Uint8Array[] = [];
	readonly waits: number[] = [];
	readonly lines: string[] = [];
	closed = false;
	now = 1_000_000;
	elapsedMs = 0;
	readonly link: HostLink;

	constructor(steps: Step[], options: { stepMs?: number; connect?: "refused"; send?: "broken" } = {}) {
		const { stepMs = 0 } = options;
		this.link = new HostLink(unionPay, {
			clock: {
				now: () => this.now,
				monotonicMs: () => this.elapsedMs,
				utcOffsetMinutes: 480,
				set: () => {},
				after: () => () => {},
			},
			random: new SeededRandom(1),
			log: { line: (_source, text) => this.lines.push(text) },
			primary: {
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
							this.elapsedMs += Math.max(0, stepMs);
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
		});
	}
}

/** A frame from the bank under a right MAC. */
export function fromBank(messageType: string, fields: Fields, destination = 0): Uint8Array {
	const message = encodeWithMac(unionPay, { messageType, fields }, keys);
	return encodeFrame(unionPay.frame, { destination, source: 3, header: parseHex("603100310000"), message });
}

/** A link of any profile over one socket, on a clock that stands still. */
export function scriptedLink(profile: HostProfile, primary: HostSocket, backup?: HostSocket) {
	const clock = new ManualClock(1_000_000);
	const lines: string[] = [];
	const log = { line: (_source: unknown, text: string) => lines.push(text) };
	return { clock, lines, link: new HostLink(profile, { primary, backup, clock, random: new SeededRandom(1), log }) };
}
