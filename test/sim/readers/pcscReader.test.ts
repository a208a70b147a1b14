import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
	PcscError,
	SCARD_E_CANCELLED,
	SCARD_E_NO_SMARTCARD,
	SCARD_E_SERVICE_STOPPED,
	SCARD_W_UNRESPONSIVE_CARD,
} from "../../../sim/readers/pcscError.js";
import type { PcscCard, PcscContext, ReaderState } from "../../../sim/readers/pcscLibrary.js";
import { PcscReader } from "../../../sim/readers/pcscReader.js";
import { formatHex, parseHex } from "../../../src/bytes/hex.js";

const SCARD_E_NOT_TRANSACTED = 0x80100016;
const READ_RECORD = parseHex("00B2010C00");
const STATES: Readonly<Record<"present" | "empty", ReaderState>> = {
	present: { state: 0x20, present: true },
	empty: { state: 0x10, present: false },
};

/** A PC/SC service with a card that answers everything with 9000, unless told otherwise. */
class Service {
	respond = () => parseHex("9000");
	readers = ["Reader A", "Reader B"];
	holding = new Set(["Reader B"]);
	/** Thrown by the call of this name. */
	readonly failures = new Map<string, unknown>();
	/** After how many of them all is well again; 0: never. */
	passing = 0;
	readonly calls: string[] = [];
	contexts = 0;
	readonly #waiting = new Set<() => void>();

	/** The states of the readers have changed. */
	wake(): void {
		for (const each of this.#waiting) each();
	}

	readonly openContext = async (): Promise<PcscContext> => {
		this.contexts++;
		let cancelled = false;
		return {
			listReaders: async () => this.readers,
			statusChange: async (reader, known, timeoutMs) => {
				const state = () => (this.holding.has(reader) ? STATES.present : STATES.empty);
				if (timeoutMs && state().state === known) await new Promise<void>(resolve => this.#waiting.add(resolve));
				this.#call("statusChange");
				if (cancelled) throw new PcscError("SCardGetStatusChange", SCARD_E_CANCELLED);
				return state();
			},
			connect: async reader => {
				this.#call(`connect ${reader}`);
				return this.#card();
			},
			cancel: () => {
				cancelled = true;
				this.wake();
			},
			release: async () => {
				this.contexts--;
			},
		};
	};

	#card(): PcscCard {
		return {
			protocol: 1,
			atr: parseHex("3B00"),
			transmit: async bytes => {
				this.#call(`transmit ${formatHex(bytes)}`);
				return this.respond();
			},
			disconnect: async () => this.#call("disconnect"),
		};
	}

	#call(name: string): void {
		this.calls.push(name);
		const failure = this.failures.get(name.split(" ")[0]!);
		if (!failure) return;
		if (--this.passing === 0) this.failures.clear();
		throw failure;
	}
}

async function withReader(service: Service, work: (reader: PcscReader) => Promise<void>): Promise<void> {
	const reader = await PcscReader.open({ openContext: service.openContext });
	try {
		await work(reader);
	} finally {
		await reader.close();
		expect(service.contexts).toBe(0);
	}
}

describe("PcscReader", () => {
	test("without a name the first reader with a card, or else the first", async () => {
		const service = new Service();
		await withReader(service, async reader => expect(reader.name).toBe("Reader B"));
		service.holding.clear();
		await withReader(service, async reader => expect([reader.name, reader.present]).toEqual(["Reader A", false]));
	});

	test("no reader: one sentence, nothing left open", async () => {
		const service = new Service();
		service.readers = [];
		await expect(PcscReader.open({ openContext: service.openContext })).rejects.toThrow(
			/^PC\/SC knows no reader: plug/,
		);
		expect(service.contexts).toBe(0);
	});

	test("the exact name counts before a part of others", async () => {
		const service = new Service();
		service.readers = ["Reader", "Reader B"];
		const reader = await PcscReader.open({ name: "Reader", openContext: service.openContext });
		expect(reader.name).toBe("Reader");
		await reader.close();
	});

	test("a new activation takes the contacts down first", async () => {
		const service = new Service();
		await withReader(service, async reader => {
			await reader.activate();
			await reader.activate();
			const cardCalls = service.calls.filter(call => call !== "statusChange");
			expect(cardCalls).toEqual(["connect Reader B", "disconnect", "connect Reader B"]);
		});
	});

	test("a card that does not answer its first reset gets a second one, and no third", async () => {
		const service = new Service();
		await withReader(service, async reader => {
			const none = new PcscError("SCardConnect", SCARD_W_UNRESPONSIVE_CARD);
			service.failures.set("connect", none);
			const connects = () => service.calls.filter(call => call === "connect Reader B").length;
			await expect(reader.activate()).rejects.toMatchObject({ reason: "mute" });
			expect(connects()).toBe(2);
			service.passing = 1;
			expect((await reader.activate()).length).toBeGreaterThan(0);
			expect(connects()).toBe(4);
		});
	});

	test.each([
		["no card", SCARD_E_NO_SMARTCARD, "removed"],
		["an unresponsive card", SCARD_W_UNRESPONSIVE_CARD, "mute"],
		["any failure of the line while the card is there", SCARD_E_NOT_TRANSACTED, "protocol"],
	])("%s", async (_, code, reason) => {
		const service = new Service();
		await withReader(service, async reader => {
			await reader.activate();
			service.failures.set("transmit", new PcscError("SCardTransmit", code));
			await expect(reader.transmit(READ_RECORD)).rejects.toMatchObject({ name: "CardError", reason });
			expect(service.calls).toContain("disconnect");
			await expect(reader.transmit(READ_RECORD)).rejects.toThrow("call activate first");
		});
	});

	test("a failure of the line because the card has gone", async () => {
		const service = new Service();
		await withReader(service, async reader => {
			await reader.activate();
			service.holding.clear();
			service.failures.set("transmit", new PcscError("SCardTransmit", SCARD_E_NOT_TRANSACTED));
			await expect(reader.transmit(READ_RECORD)).rejects.toMatchObject({ reason: "removed" });
		});
	});

	test("the service stops: the card is gone, closing still works", async () => {
		const service = new Service();
		await withReader(service, async reader => {
			const gone = new Promise<boolean>(resolve => {
				reader.onChange = resolve;
			});
			service.failures.set("statusChange", new PcscError("SCardGetStatusChange", SCARD_E_SERVICE_STOPPED));
			service.wake();
			expect(await gone).toBe(false);
			expect(reader.present).toBe(false);
		});
	});

	test("whatever the reader hands over: a response or a card error, and the card is disconnected", async () => {
		const service = new Service();
		await withReader(service, reader =>
			fc.assert(
				fc.asyncProperty(
					fc.array(fc.uint8Array({ maxLength: 300 }), { minLength: 1, maxLength: 4 }),
					async responses => {
						let turn = 0;
						service.respond = () => responses[turn++ % responses.length]!.slice();
						service.calls.length = 0;
						await reader.activate();
						try {
							expect((await reader.transmit(READ_RECORD)).length).toBeGreaterThanOrEqual(2);
							expect(service.calls).not.toContain("disconnect");
						} catch (error) {
							expect(error).toMatchObject({ name: "CardError", reason: "protocol" });
							expect(service.calls).toContain("disconnect");
						}
						await reader.deactivate();
					},
				),
				{ numRuns: 200 },
			),
		);
	});

	test("what is no error of PC/SC is our own fault and stays one", async () => {
		const service = new Service();
		await withReader(service, async reader => {
			await reader.activate();
			service.failures.set("transmit", new TypeError("bug"));
			await expect(reader.transmit(READ_RECORD)).rejects.toThrow(TypeError);
		});
	});
});
