import { beforeAll, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { asciiBytes, concat, latin1Text } from "../../src/bytes/bytes.js";
import { generic87 } from "../../src/host/profiles/generic87.js";
import { derInteger, derSequence } from "../../src/keys/der.js";
import type { CheckName } from "../../src/monitor/checks.js";
import type { Verdict } from "../../src/monitor/finding.js";
import { type BenchOptions, SaleBench } from "./bench.js";
import { makeSaleWorld } from "./saleWorld.js";

const NOON = Date.UTC(2026, 10, 22, 4);
const DAY = 86_400_000;
let world: Omit<BenchOptions, "crypto">;

beforeAll(async () => {
	world = (await makeSaleWorld("unionpay-credit"))["unionpay-credit"]!;
});

/** A terminal that has sold, with the card out. */
async function atWork(more: Partial<BenchOptions> = {}): Promise<SaleBench> {
	const b = new SaleBench({ ...world, crypto: nodeCrypto, ...more });
	for (const amountMinor of [100, 200]) {
		expect(await b.sale(amountMinor)).toMatchObject({ outcome: "approved" });
		b.removeCard();
	}
	return b;
}

async function found(b: SaleBench, check: CheckName, scope: "start" | "full" = "full") {
	const { results, blocking } = await b.terminal.selfCheck(scope);
	return { blocking, ...results.find(each => each.check === check)! };
}

function flip(b: SaleBench, name: string, at: number): void {
	const bytes = b.disk.read(name, 0, b.disk.size(name)!);
	bytes[at]! ^= 1;
	b.disk.replace(name, bytes);
}

/** As much of an X.509 certificate as tells from when until when it holds (RFC 5280, 4.1). */
function certificate(from: number, until: number): Uint8Array {
	const time = (at: number) => {
		const digits = new Date(at).toISOString().slice(2, 19).replace(/\D/g, "");
		return concat(Uint8Array.of(0x17, 13), asciiBytes(`${digits}Z`));
	};
	const nothing = derSequence();
	return derSequence(
		derSequence(derInteger(Uint8Array.of(1)), nothing, nothing, derSequence(time(from), time(until)), nothing, nothing),
	);
}

type Row = readonly [
	what: string,
	arrange: (b: SaleBench) => unknown,
	check: CheckName,
	verdict: Verdict,
	says: string,
	/** The check blocks sales. */
	blocks: boolean,
];

const ROWS: readonly Row[] = [
	...["parameters", "aids", "caKeys", "hotCards"].map(
		(name): Row => [
			`a damaged list: ${name}`,
			b => b.disk.replace(`download-${name}`, new Uint8Array(80)),
			...(["configuration", "failed", `damaged, download again: ${name}`, true] as const),
		],
	),
	[
		"a TLS certificate that has ended",
		b => b.disk.replace("terminal.der", certificate(NOON - 9 * DAY, NOON - DAY)),
		...(["certificates", "failed", "TLS ended on 2026-11-21: renew it", true] as const),
	],
	[
		"one that is not valid yet",
		b => b.disk.replace("terminal.der", certificate(NOON + DAY, NOON + 999 * DAY)),
		...(["certificates", "failed", "TLS does not hold yet", true] as const),
	],
	[
		"one that ends soon",
		b => b.disk.replace("terminal.der", certificate(NOON - DAY, NOON + 9 * DAY)),
		...(["certificates", "warning", "TLS ends on 2026-12-01", false] as const),
	],
	[
		"one that cannot be read",
		b => b.disk.replace("terminal.der", new Uint8Array(80)),
		...(["certificates", "failed", "the TLS certificate cannot be read", true] as const),
	],
	[
		"a clock that was ten minutes from the bank's",
		async b => {
			b.bankClock.offsetMs = 600_000;
			await b.terminal.serve({ service: "signIn" });
		},
		...(["clock", "warning", "was 600 s from the bank's", false] as const),
	],
	[
		"a clock behind the last transaction",
		b => b.clock.set(NOON - 2 * 3_600_000),
		...(["clock", "failed", "is behind the last transaction", true] as const),
	],
	[
		"a record that is lost in both copies",
		b => {
			for (const copy of ["journal", "mirror"]) flip(b, `${copy}.000001`, 60);
		},
		...(["journal", "failed", "records are lost", true] as const),
	],
	[
		"a record that is lost in one copy",
		b => flip(b, "mirror.000001", 60),
		...(["journal", "warning", "were repaired", false] as const),
	],
	[
		"an incident log that was changed",
		b => {
			b.terminal.monitor.refused("supervisor", "passcodeWrong");
			b.terminal.monitor.refused("supervisor", "passcodeWrong");
			const name = "incidents.000000";
			flip(b, name, latin1Text(b.disk.read(name, 0, b.disk.size(name)!)).indexOf("Wrong"));
		},
		...(["incidents", "failed", "the line behind entry 0 was changed", false] as const),
	],
	[
		"an access trail that was changed",
		b => {
			b.terminal.access.append(NOON, { type: "unlocked", who: "12", by: "20" });
			b.terminal.access.append(NOON, { type: "unlocked", who: "12", by: "20" });
			const name = "access.000000";
			flip(b, name, latin1Text(b.disk.read(name, 0, b.disk.size(name)!)).indexOf("unlocked"));
		},
		...(["accessTrail", "failed", "", false] as const),
	],
	[
		"a storage without room",
		b => {
			b.disk.remove("journal.reserve");
			b.disk.capacityBytes = b.disk.names().reduce((sum, name) => sum + b.disk.size(name)!, 0) + 9_000;
		},
		...(["storage", "failed", "the storage is full; settle", true] as const),
	],
	["a silent bank", b => b.bank.failNext("silent"), ...(["link", "warning", "", false] as const)],
	["a card that was left", b => b.insertCard(), ...(["slot", "warning", "a card is in it", false] as const)],
	[
		"an open lid that nothing has answered to",
		b => {
			b.tamper.cause = "mesh";
		},
		...(["tamper", "failed", "mesh", true] as const),
	],
];

describe("the self-check of a terminal at work finds", () => {
	test.each(ROWS)("%s", async (_, arrange, check, verdict, says, blocks) => {
		const b = await atWork();
		await b.terminal.selfCheck("full");
		expect(b.terminal.monitor.lastCheck?.results.filter(each => each.verdict !== "passed")).toMatchObject([
			{ check: "firmware", verdict: "notChecked" },
		]);
		await arrange(b);
		const finding = await found(b, check);
		expect(finding).toMatchObject({ verdict, blocking: blocks ? [check] : [] });
		expect(finding.says.en).toContain(says);
		expect(b.terminal.monitor.lastCheck?.results.filter(each => each.verdict === "failed")).toHaveLength(
			verdict === "failed" ? 1 : 0,
		);
	});

	test("a clock that goes right again as soon as the bank says so", async () => {
		const b = await atWork();
		expect((await found(b, "clock")).says.en).toBe("is set; the bank has not said the time yet");
		for (const [offsetMs, verdict, says] of [
			[600_000, "warning", "was 600 s from the bank's"],
			[0, "passed", "0 s from the bank's"],
		] as const) {
			b.bankClock.offsetMs = offsetMs;
			await b.terminal.serve({ service: "signIn" });
			expect(await found(b, "clock")).toMatchObject({ verdict, says: { en: says } });
		}
	});

	test("a terminal without the bank's keys, and tells the check values of those that it has", async () => {
		const master = new SaleBench({ ...world, crypto: nodeCrypto, isUnbound: true });
		expect(await found(master, "keys")).toMatchObject({
			...{ verdict: "failed", blocking: ["keys"] },
			says: { en: "missing: master" },
		});
		const dukpt = new SaleBench({ ...world, crypto: nodeCrypto, isUnbound: true, profile: generic87 });
		expect((await found(dukpt, "keys")).says.en).toBe("missing: dukpt");
		const { says } = await found(await atWork(), "keys");
		expect(says.en).toMatch(/^check values journal [0-9A-F]+, link [0-9A-F]+, master [0-9A-F]{6}$/);
	});

	test("the configuration in use, when there is time for it", async () => {
		const b = await atWork();
		expect((await found(b, "configuration", "start")).says.en).toBe("no list is damaged");
		const [whole, again] = [await found(b, "configuration"), await found(b, "configuration")];
		expect(whole.says.en).toMatch(/^in use: [0-9A-F]{8}$/);
		expect(again.says).toEqual(whole.says);
		const other = await atWork({ configuration: { ...(world.configuration as object), ifdSerialNumber: "KASSA009" } });
		expect((await found(other, "configuration")).says).not.toEqual(whole.says);
	});

	test("card schemes' keys that have ended", async () => {
		const configuration = structuredClone(world.configuration) as { caPublicKeys: { expiry: string }[] };
		for (const key of configuration.caPublicKeys) key.expiry = "261121";
		const b = new SaleBench({ ...world, crypto: nodeCrypto, configuration });
		expect(await found(b, "caKeys")).toMatchObject({ verdict: "failed", blocking: [] });
	});
});
