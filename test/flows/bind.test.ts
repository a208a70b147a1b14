import { beforeAll, describe, expect, test } from "vitest";
import { TEST_MERCHANT, TEST_TERMINAL_IDS } from "../../sim/world/merchant.js";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { testSigner } from "../../sim/world/testBinding.js";
import { type CoseSigner, kidOf } from "../../src/binding/cose.js";
import {
	answerFrames,
	challenges,
	type DeskAnswer,
	type DeskRequest,
	deskAnswers,
	deskRequests,
	greetings,
	hellos,
	requestFrames,
} from "../../src/binding/deskMessages.js";
import { erasureCertificates } from "../../src/binding/erasure.js";
import { screenText } from "../../src/display/screen.js";
import { BUILT_IN_RULES } from "../../src/monitor/builtInRules.js";
import { Attendant, type AttendantHabits } from "./attendant.js";
import { type BenchOptions, PASSCODE } from "./bench.js";
import { BindWorld, type BindWorldOptions, SERIAL } from "./bindWorld.js";
import { refusedBy } from "./refusedCeremony.js";
import { makeSaleWorld } from "./saleWorld.js";

const CARD = "unionpay-online-pin";
let cards: Record<string, Omit<BenchOptions, "crypto">>;
beforeAll(async () => {
	cards = await makeSaleWorld(CARD, "cda");
});

const worldOf = (options: BindWorldOptions = {}, card = CARD, habits?: AttendantHabits) => {
	const w = new BindWorld(cards[card]!, options);
	new Attendant(w.bench, habits);
	return w;
};

test("from manufacture: no sale, and the display says why and whom to call", async () => {
	const { bench } = worldOf();
	expect(await bench.sale(100)).toMatchObject({ outcome: "notAccepted", reason: "notBound", online: false });
	const shown = screenText(bench.screens.at(-1)!);
	expect(shown).toContain("No merchant bound");
	expect(shown).toContain("Call the acquirer");
	expect(bench.entries).toEqual([]);
	expect(bench.bank.received).toEqual([]);
});

describe.each([CARD, "cda"])("the ceremony with the card %s", card => {
	test("binds, shows the terms, and then the terminal sells, also after a start", async () => {
		const w = worldOf({}, card);
		const { bench } = w;
		expect(await bench.terminal.bind(w.code())).toMatchObject({ done: true, code: "bound" });
		const shown = screenText(bench.screens.find(({ name }) => name === "confirm")!);
		for (const text of [TEST_MERCHANT.name, TEST_MERCHANT.merchantId, "TEST-LICENCE-1", "0.6 %", "622126*********"])
			expect(shown).toContain(text);
		bench.removeCard();
		expect(await bench.sale(100)).toMatchObject({ outcome: "approved" });
		bench.restart();
		expect(bench.terminal.bindingProblem).toBeUndefined();
		expect(await bench.sale(100)).toMatchObject({ outcome: "approved" });
		expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toMatchObject({ state: "active" });
	});
});

test("a number of the card, a PIN or a code is in no log, screen or frame", async () => {
	const w = worldOf();
	const frames: Uint8Array[] = [];
	w.line.toDesk = frame => {
		frames.push(frame.slice());
		return frame;
	};
	const code = w.code();
	await w.bench.terminal.bind(code);
	const { pan } = cards[CARD]!.account;
	const bcd = Buffer.from(pan.length % 2 ? `${pan}f` : pan, "hex");
	for (const frame of frames) {
		const bytes = Buffer.from(frame);
		expect(bytes.includes(pan) || bytes.includes(bcd) || bytes.includes(code)).toBe(false);
	}
	const said = [...w.bench.log, ...w.bench.screens.map(screenText)].join("\n");
	for (const secret of [pan, code, PASSCODE]) expect(said).not.toContain(secret);
});

describe("without a supervisor passcode, as from manufacture,", () => {
	const bare = (passcodes: readonly string[]) => {
		const w = worldOf({}, CARD, { passcodes });
		void w.bench.terminal;
		w.bench.disk.remove("passcode-supervisor");
		return w;
	};

	test("one is chosen first, twice and not too simple; then it counts", async () => {
		const chosen = ["1234", "123456", "777777", "258014", "258015", "258014", "258014", "258014"];
		const w = bare(chosen);
		expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: true });
		const said = w.bench.screens.map(screenText).join("\n");
		for (const words of ["Set supervisor passcode", "6 to 12 digits", "Too simple", "They differ"])
			expect(said).toContain(words);
		expect(w.bench.terminal.operators.list()).toEqual([]);
	});

	test("nobody chooses one: not bound", async () => {
		const w = bare(["cancel"]);
		expect(await refusedBy(w, w.code())).toMatchObject({ code: "cancelled" });
	});

	test("once it is bound nobody can choose one, though the file is gone", async () => {
		const w = worldOf();
		expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: true });
		w.bench.disk.remove("passcode-supervisor");
		const again = await w.bench.terminal.bind(w.code());
		expect(again.reason).toContain("no supervisor passcode is set");
	});
});

describe("altered on the line:", () => {
	test("any byte of the request gives no binding", async () => {
		let length = 0;
		const probe = worldOf();
		probe.line.toDesk = frame => {
			length = frame.length; // of the last one: the confirmation; the one before is longer
			return frame;
		};
		await probe.bench.terminal.bind(probe.code());
		for (let at = 3; at < length; at += 83) {
			const w = worldOf();
			let count = 0;
			w.line.toDesk = frame => {
				if (++count !== 2) return frame;
				const altered = frame.slice();
				altered[at]! ^= 1 << (at % 8);
				return altered;
			};
			const { done } = await w.bench.terminal.bind(w.code());
			expect(done, `byte ${at}`).toBe(false);
			expect(w.bench.terminal.bindingProblem).toBe("notBound");
			expect(w.registry.bindings()).toEqual([]);
		}
	}, 120_000);

	test.each([
		[1, "greeting"],
		[2, "answer"],
	])(
		"any byte of frame %i to the terminal (%s) gives no binding",
		async (which, _name) => {
			for (let at = 1; at < 1200; at += 167) {
				const w = worldOf();
				let count = 0;
				let isAltered = false;
				w.line.toTerminal = frame => {
					if (++count !== which || at >= frame.length) return frame;
					const altered = frame.slice();
					altered[at]! ^= 1 << (at % 8);
					isAltered = true;
					return altered;
				};
				const result = await w.bench.terminal.bind(w.code());
				if (!isAltered) break;
				expect(result.done, `byte ${at}`).toBe(false);
				expect(w.bench.terminal.bindingProblem).toBe("notBound");
			}
		},
		120_000,
	);

	test("an answer to another terminal's request binds nothing", async () => {
		const first = worldOf({ bench: { seed: 7 } });
		let answer: Uint8Array | undefined;
		let count = 0;
		first.line.toTerminal = frame => {
			if (++count === 2) answer = frame.slice();
			return frame;
		};
		expect(await first.bench.terminal.bind(first.code())).toMatchObject({ done: true });
		const w = worldOf();
		let second = 0;
		w.line.toTerminal = frame => (++second === 2 ? answer : frame);
		const result = await w.bench.terminal.bind(w.code());
		expect(result).toMatchObject({ done: false, code: "bankNotTrusted" });
		expect(result.reason).toBe("binding answer: request is another one");
		expect(w.bench.terminal.bindingProblem).toBe("notBound");
	});
});

describe("the line breaks:", () => {
	test.each([1, 2])("answer %i is lost: nothing has changed, and the same code binds the next time", async lost => {
		const w = worldOf();
		const code = w.code();
		let count = 0;
		w.line.toTerminal = frame => (++count === lost ? undefined : frame);
		expect(await w.bench.terminal.bind(code)).toMatchObject({ done: false, code: "bankUnreachable" });
		expect(w.bench.terminal.bindingProblem).toBe("notBound");
		w.bench.removeCard();
		expect(await w.bench.terminal.bind(code)).toMatchObject({ done: true });
		w.bench.removeCard();
		expect(await w.bench.sale(100)).toMatchObject({ outcome: "approved" });
	});

	test.each([3, 4])("the confirmation's frame %i is lost: bound, and confirmed before the first money", async lost => {
		const w = worldOf();
		let count = 0;
		w.line.toTerminal = frame => (++count === lost ? undefined : frame);
		expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: false, code: "bankUnreachable" });
		expect(w.bench.terminal.bindingProblem).toBeUndefined();
		w.bench.removeCard();
		expect(await w.bench.sale(100)).toMatchObject({ outcome: "approved" });
		expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toMatchObject({ state: "active" });
	});
});

test("the power is cut at every write of the ceremony: the old state or the new one, and it can be taken up again", async () => {
	const outcomes = new Set<string>();
	for (let writes = 0; ; writes++) {
		const w = worldOf();
		const code = w.code();
		void w.bench.terminal;
		w.bench.disk.cutAfter(writes, () => 0);
		const result = await w.bench.terminal.bind(code).catch(() => undefined);
		w.bench.restart();
		new Attendant(w.bench);
		if (result?.done) {
			expect(writes).toBeGreaterThan(5);
			break;
		}
		const problem = w.bench.terminal.bindingProblem;
		expect([undefined, "notBound"]).toContain(problem);
		outcomes.add(String(problem));
		const again = await w.bench.terminal.bind(problem ? code : w.code());
		expect(again, `cut after ${writes} writes`).toMatchObject({ done: true });
		w.bench.removeCard();
		expect(await w.bench.sale(100), `cut after ${writes} writes`).toMatchObject({ outcome: "approved" });
		expect(w.registry.bindings().filter(({ state }) => state === "active").length).toBe(1);
	}
	expect([...outcomes].sort()).toEqual(["notBound", "undefined"]);
}, 300_000);

test("a sale with the card of the binding is one with the merchant's own card to whoever watches", async () => {
	const w = worldOf({ bench: { monitoring: BUILT_IN_RULES } });
	await w.bench.terminal.bind(w.code());
	w.bench.removeCard();
	await w.bench.sale(100);
	const events = [...w.bench.terminal.monitor.incidents.lines()].map(line => JSON.parse(line).event);
	expect(events).toContainEqual({ type: "opened", cause: "hold", detail: "rule ownCard" });
});

test("binding again: settled first, then the new certificate takes the place of the old, which the bank refuses", async () => {
	const w = worldOf();
	await w.bench.terminal.bind(w.code());
	w.bench.removeCard();
	const before = w.bench.terminal.binding.certificate!.subject;
	await w.bench.sale(100);
	w.bench.removeCard();
	expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: false, code: "settleFirst" });
	expect(await w.bench.terminal.serve({ service: "settle" })).toMatchObject({ done: true });
	expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: true });
	expect(w.bench.terminal.binding.certificate!.subject).not.toBe(before);
	expect(w.registry.byNumber(before)).toMatchObject({ state: "ended" });
	w.bench.removeCard();
	expect(await w.bench.sale(100)).toMatchObject({ outcome: "approved" });
});

describe("unbinding", () => {
	async function bound(): Promise<BindWorld> {
		const w = worldOf();
		expect(await w.bench.terminal.bind(w.code())).toMatchObject({ done: true });
		w.bench.removeCard();
		return w;
	}
	const SLOTS = ["master", "pin", "mac", "data"];

	test("settles, tells the bank, erases its keys; the bank verifies and keeps the certificate of it", async () => {
		const w = await bound();
		const { bench } = w;
		const { subject } = bench.terminal.binding.certificate!;
		await bench.sale(100);
		const result = await bench.terminal.unbind();
		expect(result).toMatchObject({ done: true, erased: SLOTS, isDelivered: true });
		expect(result.reason).toContain("the bank has the certificate of erasure");
		expect(bench.terminal.bindingProblem).toBe("notBound");
		expect(bench.terminal.journal.batches().every(({ phase, count }) => phase === "settled" || count === 0)).toBe(true);
		expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toBeUndefined();
		const [kept, ...others] = w.registry.devices.erasures();
		expect(others).toEqual([]);
		expect(kept).toMatchObject({
			bindingNumber: subject,
			serial: SERIAL,
			slots: SLOTS,
			certificate: result.certificate,
		});
		const { signing } = bench.terminal.identity().publicKeys;
		expect(erasureCertificates.open(nodeCrypto, kept!.certificate, signing).bindingNumber).toBe(subject);
		expect(bench.terminal.binding.erasure).toBeUndefined();
		bench.removeCard();
		bench.restart();
		new Attendant(bench);
		expect(await bench.sale(100)).toMatchObject({ outcome: "notAccepted", reason: "notBound" });
		expect(await bench.terminal.unbind()).toMatchObject({
			done: false,
			reason: "the terminal is bound to no merchant",
		});
		bench.removeCard();
		expect(await bench.terminal.bind(w.code())).toMatchObject({ done: true });
	});

	test.each<[string, (w: BindWorld) => Promise<unknown>]>([
		["by unbinding again", w => w.bench.terminal.unbind()],
		["by the next ceremony", w => w.bench.terminal.bind(w.code())],
	])("the line breaks before the proof is there: kept, and delivered %s, once", async (_how, again) => {
		const w = await bound();
		const end = w.registry.end.bind(w.registry);
		w.registry.end = number => {
			end(number);
			w.line.toTerminal = () => undefined; // from the next frame on: the answer to the note still arrives
		};
		const result = await w.bench.terminal.unbind();
		expect(result).toMatchObject({ done: true, erased: SLOTS, isDelivered: false });
		expect(result.reason).toContain("its certificate of erasure waits: ");
		expect(w.registry.devices.erasures()).toEqual([]);
		expect(w.bench.terminal.binding.erasure).toEqual(result.certificate);
		w.bench.restart();
		new Attendant(w.bench);
		w.registry.end = end;
		w.line.toTerminal = frame => frame;
		expect(await again(w)).toMatchObject({ done: true });
		expect(w.registry.devices.erasures().map(({ certificate }) => certificate)).toEqual([result.certificate]);
		expect(w.bench.terminal.binding.erasure).toBeUndefined();
	});

	test("the answer to the proof is lost: sent again, kept once", async () => {
		const w = await bound();
		const save = w.registry.devices.saveErasure.bind(w.registry.devices);
		let saved = 0;
		w.registry.devices.saveErasure = erasure => {
			save(erasure);
			saved++;
		};
		w.line.toTerminal = frame => (saved === 1 ? undefined : frame);
		expect(await w.bench.terminal.unbind()).toMatchObject({ done: true, isDelivered: false });
		w.line.toTerminal = frame => frame;
		expect(await w.bench.terminal.unbind()).toMatchObject({
			done: true,
			isDelivered: true,
			reason: "the bank has the certificate of erasure",
		});
		expect(saved).toBe(2);
		expect(w.registry.devices.erasures().length).toBe(1);
	});

	test("the power is cut at every write: done again it ends with the keys erased and the proof at the bank", async () => {
		for (let writes = 0; ; writes++) {
			const w = await bound();
			w.bench.disk.cutAfter(writes, () => 0);
			const result = await w.bench.terminal.unbind().catch(() => undefined);
			w.bench.restart();
			new Attendant(w.bench);
			if (result?.done) {
				expect(writes).toBeGreaterThan(5);
				break;
			}
			const again = await w.bench.terminal.unbind();
			const isOver = !again.done && again.reason === "the terminal is bound to no merchant";
			expect(isOver || again.done, `cut after ${writes} writes: ${again.reason}`).toBe(true);
			expect(w.bench.terminal.bindingProblem).toBe("notBound");
			expect(w.bench.terminal.binding.kept).toBeUndefined();
			const erasures = w.registry.devices.erasures();
			expect(
				erasures.map(({ slots }) => slots),
				`cut after ${writes} writes`,
			).toEqual([SLOTS]);
		}
	}, 120_000);

	test("a proof that is another terminal's, or altered, is not kept", async () => {
		const w = await bound();
		const identity = w.bench.terminal.identity();
		const { subject: bindingNumber } = w.bench.terminal.binding.certificate!;
		const { signing } = identity.publicKeys;
		const own = { kid: kidOf(nodeCrypto, signing), sign: (bytes: Uint8Array) => identity.signCose(bytes) };
		const claims = { serial: SERIAL, bindingNumber, erasedAt: 1_795_000_000, slots: SLOTS };
		const good = erasureCertificates.sign(claims, own);
		const stranger = testSigner(nodeCrypto, 99);
		const altered = good.map((byte, at) => (at === good.length - 1 ? byte ^ 1 : byte));
		for (const [erasure, refusal, signer, key] of [
			[erasureCertificates.sign(claims, stranger), "malformed", own, signing],
			[erasureCertificates.sign(claims, stranger), "notBound", stranger, stranger.publicKey],
			[erasureCertificates.sign({ ...claims, bindingNumber: "999999999999" }, own), "notBound", own, signing],
			[erasureCertificates.sign({ ...claims, serial: "OTHER" }, own), "notBound", own, signing],
			[altered, "malformed", own, signing],
			[undefined, "malformed", own, signing],
		] as const) {
			const answer = ask(w, { purpose: "erased", signingKey: key, ...(erasure && { erasure }) }, signer);
			expect(answer.refusal).toBe(refusal);
		}
		expect(w.registry.devices.erasures()).toEqual([]);
		expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toMatchObject({ state: "active" });
	});

	test("whoever knows a terminal's serial and certificate, but has not its key, ends nothing", async () => {
		const w = await bound();
		const subject = nodeCrypto.sha256(w.bench.terminal.binding.kept!.certificate);
		const stranger = testSigner(nodeCrypto, 99);
		const asked = { purpose: "unbind", signingKey: stranger.publicKey, subject } as const;
		expect(ask(w, asked, stranger).refusal).toBe("notBound");
		expect(w.registry.active(TEST_TERMINAL_IDS.commandLine)).toMatchObject({ state: "active" });
	});
});

/** A request in a conversation of its own, whoever signs it. */
function ask(
	w: BindWorld,
	asked: Pick<DeskRequest, "purpose" | "signingKey"> & Partial<DeskRequest>,
	signer: CoseSigner,
): DeskAnswer {
	const session = w.desk.open();
	const [, challenge] = greetings.decode(session.take(hellos.encode(SERIAL)));
	const { nonce } = challenges.read(challenge);
	const request = { serial: SERIAL, nonce, agreementKey: new Uint8Array(32), keySequence: 1, ...asked };
	const reply = session.take(requestFrames.encode(deskRequests.sign(request, signer)));
	return deskAnswers.read(answerFrames.decode(reply));
}
