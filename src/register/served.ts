import type { ServiceResult } from "../flows/serviceResult.js";
import { isSameService, type RegisterService } from "./registerService.js";
import { Waiters } from "./waiters.js";

/** Something that is no transaction, as a cash register sees it. */
export interface ServiceView {
	readonly key: string;
	readonly service: RegisterService["service"];
	readonly status: "underWay" | "done" | "failed";
	/** Where it stands, in one sentence. */
	readonly reason: string;
	/** What it says beyond that, e.g. totals, a line each; absent until it has ended. */
	readonly lines?: readonly string[];
}

/** A service that a cash register has asked for since the terminal started. */
export class Served {
	readonly key: string;
	readonly asked: RegisterService;
	/** Undefined until it has ended; null when the terminal has failed. */
	result: ServiceResult | null | undefined;
	/** Told when it is no longer under way. */
	readonly waiters = new Waiters();

	constructor(key: string, asked: RegisterService) {
		this.key = key;
		this.asked = asked;
	}

	get isUnderWay(): boolean {
		return this.result === undefined;
	}

	get hasEnded(): boolean {
		return this.result !== undefined;
	}

	isFor(asked: RegisterService): boolean {
		return isSameService(this.asked, asked);
	}

	over(result: ServiceResult | null): void {
		this.result = result;
		this.waiters.tell();
	}

	view(): ServiceView {
		const { key, result } = this;
		const { service } = this.asked;
		if (result) return serviceView(key, service, result);
		if (result === null) return { key, service, status: "failed", reason: FAILED };
		return { key, service, status: "underWay", reason: "the terminal is at work" };
	}
}

export function serviceView(
	key: string,
	service: RegisterService["service"],
	{ done, reason, lines }: ServiceResult,
): ServiceView {
	return { key, service, status: done ? "done" : "failed", reason, lines };
}

const FAILED = "the terminal has failed: start it again, then ask with the same key";
