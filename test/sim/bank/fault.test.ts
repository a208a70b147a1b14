import { expect, test } from "vitest";
import { AnswerLine } from "../../../sim/bank/answerLine.js";
import { ANSWER_FAULTS, type AnswerFault, FaultPlan } from "../../../sim/bank/fault.js";
import { MemoryBooks } from "../../../sim/bank/memoryBooks.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { requestFrame } from "../../../src/host/frame.js";
import { BankTerminal, bankIn, PROFILE_CASES } from "./bankTerminal.js";
import { MERCHANT, OPENINGS } from "./bankWorld.js";

const ORDER = { count: 1 } as const;

test("faults come in their order, each as often as it was ordered, for the terminal that it was ordered for", () => {
	const plan = new FaultPlan();
	plan.arm({ fault: "noReply", count: 2 });
	plan.arm({ fault: "duplicate", count: 1, terminalId: "TERM0002" });
	plan.arm({ fault: "resetInHandshake", count: 1 });
	plan.arm({ fault: "slow", count: Number.POSITIVE_INFINITY, delayMs: 5 });
	const next = (terminalId: string) => plan.takeForAnswer(terminalId)?.fault;
	expect(next("TERM0001")).toBe("noReply");
	expect(next("TERM0002")).toBe("noReply");
	expect(next("TERM0001")).toBe("slow");
	expect(next("TERM0002")).toBe("duplicate");
	expect(plan.takeForAnswer("TERM0002")).toEqual({ fault: "slow", delayMs: 5 });
	expect(plan.list().map(({ fault }) => fault)).toEqual(["resetInHandshake", "slow"]);
	expect([plan.takeForConnection(), plan.takeForConnection()]).toEqual(["resetInHandshake", undefined]);
	plan.clear();
	expect(next("TERM0001")).toBeUndefined();
});

test("faults by chance are the same for the same seed, and about as many as wanted", () => {
	const run = (seed: number) => {
		const plan = new FaultPlan();
		plan.armRandom({ seed, percent: 20, faults: ["noReply", "garbled"] });
		return Array.from({ length: 1_000 }, () => plan.takeForAnswer("TERM0001")?.fault);
	};
	expect(run(7)).toEqual(run(7));
	expect(run(7)).not.toEqual(run(8));
	const faults = run(7).filter(fault => fault !== undefined);
	expect(faults.length).toBeGreaterThan(150);
	expect(faults.length).toBeLessThan(250);
	expect(new Set(faults)).toEqual(new Set(["noReply", "garbled"]));
	const plan = new FaultPlan();
	plan.armRandom({ seed: 1, percent: 100, faults: ["noReply"] });
	plan.armRandom(undefined);
	expect(plan.takeForAnswer("TERM0001")).toBeUndefined();
});

test.each(PROFILE_CASES)(
	"%s: what each fault makes of the answer; the booking stands in every case",
	(_name, profileCase) => {
		const books = new MemoryBooks([MERCHANT.merchantId], OPENINGS);
		const acquirer = bankIn(profileCase, books);
		const terminal = new BankTerminal(acquirer, profileCase);
		const plan = new FaultPlan();
		const line = new AnswerLine(acquirer, plan);
		const { frame } = profileCase.profile;
		const ask = (fault?: AnswerFault) => {
			if (fault) plan.arm({ fault, ...ORDER, delayMs: 77 });
			const message = terminal.encode("echo");
			return line.deliver(requestFrame(frame, message));
		};
		const whole = ask().pieces[0]!;
		const expected: Record<AnswerFault, { pieces: number; delayMs?: number; close?: boolean }> = {
			slow: { pieces: 1, delayMs: 77 },
			noReply: { pieces: 0 },
			lateReply: { pieces: 0 },
			duplicate: { pieces: 3 }, // the late one comes first
			garbled: { pieces: 1 },
			wrongMac: { pieces: 1 },
			wrongAmount: { pieces: 1 },
			wrongStan: { pieces: 1 },
			halfFrame: { pieces: 1 },
			closeAfterRequest: { pieces: 0, close: true },
		};
		for (const fault of ANSWER_FAULTS) {
			const { pieces, delayMs, close } = ask(fault);
			expect({ fault, pieces: pieces.length, delayMs, close }).toEqual({
				...{ fault, delayMs: 0, close: false },
				...expected[fault],
			});
			if (fault === "halfFrame") expect(pieces[0]!.length).toBeLessThan(whole.length);
			if (fault === "duplicate") expect(formatHex(pieces[1]!)).toBe(formatHex(pieces[2]!));
		}
	},
);
