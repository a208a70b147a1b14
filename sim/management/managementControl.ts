import { parseHex } from "../../src/bytes/hex.js";
import type { MessageBody } from "../../src/management/messageKinds.js";
import { hex, integer, list, object, oneOf, optional, text } from "../card/check.js";
import type { Order } from "./managementRecords.js";
import type { ManagementService } from "./managementService.js";
import type { ManagementStore } from "./managementStore.js";

const terminal = text(/^[0-9A-Za-z-]{1,20}$/, "1 to 20 letters, digits and hyphens");
const words = text(/^[\x20-\x7e]{1,60}$/, "1 to 60 ASCII characters");
const enrolLine = object({ enrol: terminal, signing: hex(32, 32), agreement: hex(32, 32) });
const commandLine = object({
	command: oneOf("lock", "release", "sync", "selfCheck", "update"),
	terminal,
	by: words,
	reason: optional(words),
	call: optional(words),
	version: optional(words),
	validMs: integer(1, 86_400_000),
	/** How long to wait for the terminal's answer. */
	waitMs: integer(0, 600_000),
});
const listLine = object({
	list: oneOf("parameters", "aids", "caKeys", "hotCards"),
	terminal,
	records: list(hex(1, 4_096)),
	waitMs: integer(0, 600_000),
});

const offerLine = object({
	offer: terminal,
	/** Signed; absent: nothing is offered any more. */
	manifest: optional(hex(1, 16_384)),
	waitMs: integer(0, 600_000),
});

const rulesLine = object({ rules: hex(0, 65_536), terminal, waitMs: integer(0, 600_000) });
const revocationsLine = object({ revocations: oneOf("send"), terminal, waitMs: integer(0, 600_000) });
const configurationLine = object({
	configuration: object({
		syncSeconds: optional(integer(1, 86_400)),
		statusSeconds: optional(integer(1, 86_400)),
		supportKey: optional(hex(32, 32)),
	}),
	terminal,
	waitMs: integer(0, 600_000),
});

/** Orders and questions of people to the bank's management service, as lines of JSON. */
export class ManagementControl {
	readonly #service: ManagementService;
	readonly #store: ManagementStore;
	readonly #revocations: () => Uint8Array | undefined;

	/** @param revocations what the acquirer has revoked, signed; undefined while it is nothing */
	constructor(service: ManagementService, store: ManagementStore, revocations: () => Uint8Array | undefined) {
		this.#service = service;
		this.#store = store;
		this.#revocations = revocations;
	}

	/** @returns what to answer @throws {TypeError} one sentence when the line is wrong */
	async obey(line: Readonly<Record<string, unknown>>): Promise<object> {
		const { id: _id, ...asked } = line;
		if ("statuses" in asked) return { statuses: this.#statuses() };
		if ("enrol" in asked) {
			const { enrol, signing, agreement } = enrolLine(asked, "control");
			this.#store.enrol(enrol, { signing: parseHex(signing), agreement: parseHex(agreement) });
			return { enrolled: enrol };
		}
		if ("command" in asked) {
			const { terminal: to, validMs, waitMs, ...body } = commandLine(asked, "control");
			this.#know(to);
			return this.#answered(
				await this.#service.order(to, "command", body as MessageBody<"command">, { validMs }),
				waitMs,
			);
		}
		if ("list" in asked) {
			const { list: kind, terminal: to, records, waitMs } = listLine(asked, "control");
			this.#know(to);
			return this.#answered(await this.#service.order(to, kind, { records: records.map(parseHex) }), waitMs);
		}
		if ("offer" in asked) {
			const { offer: to, manifest, waitMs } = offerLine(asked, "control");
			this.#know(to);
			const body = manifest === undefined ? {} : { manifest: parseHex(manifest) };
			return this.#answered(await this.#service.order(to, "updateOffer", body), waitMs);
		}
		if ("rules" in asked) {
			const { rules, terminal: to, waitMs } = rulesLine(asked, "control");
			this.#know(to);
			return this.#answered(await this.#service.order(to, "rules", { set: parseHex(rules) }), waitMs);
		}
		if ("revocations" in asked) {
			const { terminal: to, waitMs } = revocationsLine(asked, "control");
			this.#know(to);
			const list = this.#revocations();
			if (!list) throw new TypeError("the acquirer has revoked nothing: there is no list to send");
			return this.#answered(await this.#service.order(to, "revocations", { list }), waitMs);
		}
		if ("configuration" in asked) {
			const { configuration, terminal: to, waitMs } = configurationLine(asked, "control");
			this.#know(to);
			const { supportKey, ...seconds } = configuration;
			const body = { ...seconds, ...(supportKey !== undefined && { supportKey: parseHex(supportKey) }) };
			return this.#answered(
				await this.#service.order(to, "configuration", body as MessageBody<"configuration">),
				waitMs,
			);
		}
		throw new TypeError(
			"control: must have statuses, enrol, command, list, offer, rules, revocations or configuration",
		);
	}

	#know(terminalId: string): void {
		if (!this.#store.keysOf(terminalId))
			throw new TypeError(
				`the bank has never heard of ${terminalId}: it must have been connected once, with \`npm start\` or \`kassa backup\``,
			);
	}

	/** The answer, or none when the terminal is away for that long. */
	async #answered({ terminalId, kind, sequence }: Order, waitMs: number): Promise<object> {
		for (let waited = 0; ; waited += 20) {
			const answer = this.#store.order(terminalId, kind, sequence)?.answer;
			if (answer || waited >= waitMs) return { terminal: terminalId, answer: answer ?? null };
			await new Promise(resolve => setTimeout(resolve, 20));
		}
	}

	#statuses(): object[] {
		return this.#store.statuses().map(({ terminalId, online, status }) => ({
			terminal: terminalId,
			online,
			...(status && {
				locked: status.locked,
				records: status.lastRecord,
				atBank: this.#store.upTo(terminalId, status.journal),
				owed: status.owed,
				firmware: status.firmware,
			}),
			alerts: this.#store.alerts(terminalId),
			lastDay: this.#store.reports(terminalId, "dayReport").at(-1) ?? null,
			lastCheck: this.#store.reports(terminalId, "checkReport").at(-1) ?? null,
		}));
	}
}
