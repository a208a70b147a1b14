import { equal } from "../bytes/bytes.js";
import { formatHex } from "../bytes/hex.js";
import type { LogReport } from "../journal/chainedLog.js";
import type { JournalReport } from "../journal/verify.js";
import type { KeySlot } from "../keys/keyAttributes.js";
import type { KeySlots } from "../keys/keySlots.js";
import type { CardReader, Crypto, Display, Random, Storage, TamperCause } from "../ports.js";
import type { Finding } from "./finding.js";
import { storageProblem } from "./storageProblem.js";

/** Something with dates between which it holds, in milliseconds since 1970. */
export interface Dated {
	readonly name: string;
	readonly from?: number;
	readonly until: number;
}

/** What the checks look at: no more than each needs. What a terminal does not have is absent. */
export interface CheckInputs {
	/** SHA-256 of the firmware as it is, and as its maker has signed it. */
	readonly firmware?: { readonly actual: Uint8Array; readonly expected: Uint8Array } | undefined;
	/** Which lists of the acquirer's do not open under the terminal's key any more; SHA-256 of the configuration in use, where it is wanted. */
	readonly configuration: { readonly damaged: readonly string[]; readonly digest: Uint8Array | undefined };
	readonly keys: Pick<KeySlots, "isZeroised" | "has" | "kcv">;
	/** Without these nothing can be sold. */
	readonly requiredKeys: readonly KeySlot[];
	/** @throws {Error} on one that cannot be read */
	readonly certificates: () => readonly Dated[];
	readonly caKeys: readonly Dated[];
	readonly storage: Pick<Storage, "replace" | "read" | "remove" | "size">;
	readonly journal?:
		| { readonly whyFull: () => string | undefined; readonly verify: () => JournalReport; readonly lastAt: number }
		| undefined;
	readonly incidents?: { readonly verify: () => LogReport } | undefined;
	readonly accessTrail?: { readonly verify: () => LogReport } | undefined;
	/** How far the clock was from the bank's when it last said the time, in seconds; absent when it never did. */
	readonly bankClockDifference?: number | undefined;
	/** Draws entropy anew. @throws {Error} when the source has failed */
	readonly random: Random & { refresh(): void };
	readonly display: Pick<Display, "width" | "height" | "begin" | "send" | "end">;
	/** Whether somebody listens to the keys. */
	readonly keypadIsHeard: boolean;
	readonly reader: Pick<CardReader, "present" | "deactivate">;
	/** One message to the bank: undefined when it answered, otherwise why not; absent when it is not to be asked now. */
	readonly reachBank?: (() => Promise<string | undefined>) | undefined;
	/** Absent on a board without tamper lines. */
	readonly tamper?: { readonly cause: TamperCause | undefined } | undefined;
}

interface Check {
	readonly title: Readonly<Record<"en" | "zh", string>>;
	readonly isSafetyRelevant: boolean;
	/** Also at power-on, where it must not take long. */
	readonly atStart: boolean;
	readonly run: (inputs: CheckInputs, crypto: Crypto, now: number) => Finding | Promise<Finding>;
}

const both = (en: string, zh: string) => Object.freeze({ en, zh });
const passed = (en: string, zh: string): Finding => ({ verdict: "passed", says: both(en, zh) });
const warning = (en: string, zh: string): Finding => ({ verdict: "warning", says: both(en, zh) });
const failed = (en: string, zh: string): Finding => ({ verdict: "failed", says: both(en, zh) });
const notChecked = (en: string, zh: string): Finding => ({ verdict: "notChecked", says: both(en, zh) });

const PROBE_LENGTH = 64;
const DAY_MS = 86_400_000;
/** Somebody has to act before it ends. */
const SOON_DAYS = 60;
/** Nothing of Kassa is older: 1 January 2026. */
const EARLIEST = Date.UTC(2026, 0, 1);
/** Certificates, limits and receipts cannot be trusted beyond. */
const MOST_CLOCK_SECONDS = 300;
const HOUR_MS = 3_600_000;
const RANDOM_LENGTH = 32;

/** Every check, in the order in which it is told. docs/monitoring.md has this table. */
export const CHECKS = Object.freeze({
	tamper: check("Tamper lines", "防拆", "safety", "start", ({ tamper, keys }) => {
		if (keys.isZeroised) return failed("the keys are erased: have the terminal looked at", "密钥已清除，请送检");
		if (!tamper) return notChecked("this board has none", "本机无防拆线路");
		return tamper.cause
			? failed(`somebody got at the inside: ${tamper.cause}`, `机身被打开：${tamper.cause}`)
			: passed("closed", "完好");
	}),
	firmware: check("Firmware", "固件", "safety", "start", ({ firmware }) => {
		if (!firmware) return notChecked("this build carries no signed digest", "本版本无签名摘要");
		return equal(firmware.actual, firmware.expected)
			? passed(`as signed, ${short(firmware.actual)}`, `与签名一致 ${short(firmware.actual)}`)
			: failed("is not what its maker signed", "与签名不符");
	}),
	configuration: check("Configuration", "配置", "safety", "start", ({ configuration }) => {
		const { damaged, digest } = configuration;
		if (damaged.length)
			return failed(`damaged, download again: ${damaged.join(", ")}`, `数据损坏，请重新下载：${damaged.join("、")}`);
		return digest
			? passed(`in use: ${short(digest)}`, `使用中：${short(digest)}`)
			: passed("no list is damaged", "数据完好");
	}),
	keys: check("Keys", "密钥", "safety", "start", ({ keys, requiredKeys }) => {
		const missing = requiredKeys.filter(slot => !keys.has(slot));
		if (missing.length) return failed(`missing: ${missing.join(", ")}`, `缺少：${missing.join("、")}`);
		const values = requiredKeys.map(slot => `${slot} ${formatHex(keys.kcv(slot)!)}`).join(", ");
		return passed(`check values ${values}`, `校验值 ${values}`);
	}),
	certificates: check("Certificates", "证书", "safety", "start", ({ certificates }, _, now) =>
		datesOf(certificates(), now),
	),
	caKeys: check("Card schemes' keys", "卡组织公钥", "other", "start", ({ caKeys }, _, now) => datesOf(caKeys, now)),
	random: check("Random numbers", "随机数", "safety", "start", ({ random }) => {
		random.refresh();
		const [one, other] = [random.bytes(RANDOM_LENGTH), random.bytes(RANDOM_LENGTH)];
		return equal(one, other) || new Set(one).size < RANDOM_LENGTH / 4
			? failed("repeats itself", "重复")
			: passed("source and generator passed their tests", "噪声源与发生器通过测试");
	}),
	storage: check("Storage", "存储", "safety", "start", ({ storage, random, journal }) => {
		const problem = storageProblem(storage, random.bytes(PROBE_LENGTH));
		if (problem !== undefined) return failed(problem, "写入或读取有误");
		const full = journal?.whyFull();
		return full ? failed(full, "空间不足，请先结算") : passed("keeps what is written", "读写一致");
	}),
	journal: check("Journal", "交易流水", "safety", "full", ({ journal }) => {
		if (!journal) return notChecked("there is none without keys", "无密钥时不可读");
		const { records, damage } = journal.verify();
		const lost = damage.filter(({ repaired }) => !repaired).length;
		if (lost) return failed(`${lost} of ${records} records are lost`, `${records} 条中 ${lost} 条损坏`);
		return damage.length
			? warning(`${damage.length} of ${records} records were repaired`, `${records} 条中已修复 ${damage.length} 条`)
			: passed(`${records} records, whole in both copies`, `${records} 条，两份一致`);
	}),
	incidents: check("Incident log", "事件日志", "other", "full", ({ incidents }) => chainOf(incidents)),
	accessTrail: check("Access trail", "操作员日志", "other", "full", ({ accessTrail }) => chainOf(accessTrail)),
	clock: check("Clock", "时钟", "safety", "start", ({ bankClockDifference, journal }, _, now) => {
		if (now < EARLIEST) return failed("is not set: have it set by the bank's sign-in", "未设置，请签到校时");
		if (journal && now < journal.lastAt - HOUR_MS) return failed("is behind the last transaction", "早于上一笔交易");
		if (bankClockDifference === undefined)
			return passed("is set; the bank has not said the time yet", "已设置，银行尚未校时");
		const seconds = Math.abs(bankClockDifference);
		return seconds > MOST_CLOCK_SECONDS
			? warning(`was ${seconds} s from the bank's`, `与银行相差 ${seconds} 秒`)
			: passed(`${seconds} s from the bank's`, `与银行相差 ${seconds} 秒`);
	}),
	display: check("Display", "显示屏", "other", "start", ({ display }) => {
		const { width, height } = display;
		display.begin(0, 0, 1, 1);
		display.send(new Uint8Array(2));
		display.end();
		return width > 0 && height > 0
			? passed(`${width} x ${height} pixels`, `${width} x ${height} 像素`)
			: failed("has no size", "无尺寸");
	}),
	keypad: check("Keypad", "键盘", "safety", "start", ({ keypadIsHeard }) =>
		keypadIsHeard ? passed("is listened to", "已连接") : failed("nobody listens to its keys", "未连接"),
	),
	slot: check("Card slot", "卡槽", "other", "start", async ({ reader }) => {
		await reader.deactivate();
		return reader.present ? warning("a card is in it", "有卡未取") : passed("empty, contacts off", "空，触点已断电");
	}),
	link: check("Line to the bank", "银行线路", "other", "full", async ({ reachBank }) => {
		if (!reachBank) return notChecked("not asked now", "此次未测");
		const problem = await reachBank();
		return problem === undefined ? passed("the bank answers", "银行应答") : warning(problem, "银行无应答");
	}),
});

export type CheckName = keyof typeof CHECKS;

function check(
	en: string,
	zh: string,
	relevance: "safety" | "other",
	when: "start" | "full",
	run: Check["run"],
): Check {
	return Object.freeze({
		title: both(en, zh),
		isSafetyRelevant: relevance === "safety",
		atStart: when === "start",
		run,
	});
}

function chainOf(log: CheckInputs["incidents"]): Finding {
	if (!log) return notChecked("there is none", "无");
	const { entries, problems } = log.verify();
	return problems.length
		? failed(problems[0]!, `日志被更改（${problems.length}）`)
		: passed(`${entries} entries, an unbroken chain`, `${entries} 条，链完整`);
}

/** What has ended is a failure, what ends soon a warning; the one that ends first is named. */
function datesOf(all: readonly Dated[], now: number): Finding {
	if (all.length === 0) return notChecked("there are none", "无");
	const early = all.find(({ from = 0 }) => now < from);
	if (early) return failed(`${early.name} does not hold yet`, `${early.name} 尚未生效`);
	const first = all.reduce((a, b) => (b.until < a.until ? b : a));
	const day = new Date(first.until).toISOString().slice(0, 10);
	if (first.until <= now)
		return failed(`${first.name} ended on ${day}: renew it`, `${first.name} 已于 ${day} 到期，请更新`);
	if (first.until - now < SOON_DAYS * DAY_MS)
		return warning(`${first.name} ends on ${day}`, `${first.name} 将于 ${day} 到期`);
	return passed(`${all.length}, the first ends on ${day}`, `${all.length} 个，最早 ${day} 到期`);
}

function short(digest: Uint8Array): string {
	return formatHex(digest.subarray(0, 4));
}
