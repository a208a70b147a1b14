/** The languages of the cardholder, as in tag 5F2D (ISO 639-1). */
export type Language = "en" | "zh";

type Message = Readonly<Record<Language, string>>;

/** Frozen in depth, so that the preloaded table needs no memory on the device. */
const both = (en: string, zh: string): Message => Object.freeze({ en, zh });

/**
 * Every word the display shows. The font holds exactly these characters and ASCII, so `npx tsx tools/font.ts`
 * follows each change here.
 */
export const MESSAGES = Object.freeze({
	// EMV 4.4 Book 4, 11.2: the standard messages, in the order of their identifiers
	amount: both("Amount", "金额"), // 01
	amountOk: both("Amount OK?", "请确认金额"), // 02
	approved: both("Approved", "交易成功"), // 03
	callYourBank: both("Call your bank", "请联系发卡行"), // 04
	cancelOrEnter: both("Cancel or Enter", "请按取消或确认"), // 05
	cardError: both("Card error", "卡片错误"), // 06
	declined: both("Declined", "交易被拒绝"), // 07
	enterAmount: both("Enter amount", "请输入金额"), // 08
	enterPin: both("Enter PIN", "请输入密码"), // 09
	incorrectPin: both("Incorrect PIN", "密码错误"), // 0A
	insertCard: both("Insert card", "请插卡"), // 0B
	notAccepted: both("Not accepted", "不受理此卡"), // 0C
	pinOk: both("PIN OK", "密码正确"), // 0D
	pleaseWait: both("Please wait", "请稍候"), // 0E
	processingError: both("Processing error", "处理错误"), // 0F
	removeCard: both("Remove card", "请取出卡片"), // 10
	useChipReader: both("Use chip reader", "请使用芯片"), // 11
	useMagStripe: both("Use mag stripe", "请刷磁条"), // 12
	tryAgain: both("Try again", "请重试"), // 13

	welcome: both("Welcome", "欢迎光临"),
	keyInAmount: both("Key in an amount to begin", "输入金额开始收款"),
	contactingBank: both("Contacting bank", "正在联系银行"),
	leaveCardIn: both("Leave the card in", "请勿取出卡片"),
	takeCard: both("Please take your card", "请取回您的卡片"),
	thankYou: both("Thank you", "谢谢"),
	chooseApplication: both("Choose application", "请选择应用"),
	lastPinTry: both("Last PIN try", "最后一次输入密码"),
	pinTriesLeft: both("PIN tries left", "剩余次数"),
	pinBlocked: both("PIN tries exceeded", "密码次数超限"),
	cancelled: both("Cancelled", "交易已取消"),
	timedOut: both("Time-out", "操作超时"),
	notCharged: both("You have not been charged", "未扣款"),
	reversalOwed: both("Transaction will be reversed", "交易将自动冲正"),
	authorisationCode: both("Authorisation code", "授权码"),
	insufficientFunds: both("Insufficient funds", "余额不足"),
	limitExceeded: both("Limit exceeded", "超出限额"),
	cardExpired: both("Card expired", "卡片已过期"),
	cardBlocked: both("Card blocked", "卡片已锁定"),
	outOfService: both("Out of service", "暂停服务"),
	callService: both("Call the service line", "请联系维护人员"),
	tampered: both("Terminal was opened", "终端曾被打开"),
	keysErased: both("Its keys are erased", "密钥已清除"),
	terminalLocked: both("Locked", "终端已锁定"),
	untilBank: both("The bank releases it", "待银行解除"),
	untilHere: both("Merchant's card releases it", "凭商户卡解除"),
	toCall: both("Call", "请联系"),
	settling: both("Settling", "正在结算"),
	settled: both("Settled", "结算完成"),
	signingIn: both("Signing in", "正在签到"),
	makingKeys: both("Making keys", "正在处理密钥"),
	recovering: both("Completing last sale", "正在处理未完成交易"),
	cancel: both("Cancel", "取消"),
	clear: both("Clear", "清除"),
	enter: both("Enter", "确认"),
	choose: both("Choose", "选择"),
	scroll: both("Scroll", "翻页"),

	// What a receipt says
	merchantCopy: both("Merchant copy", "商户存根"),
	cardholderCopy: both("Cardholder copy", "持卡人存根"),
	reprint: both("REPRINT", "重打印"),
	training: both("TRAINING - NO MONEY MOVED", "培训模式 无实际交易"),
	merchantNumber: both("Merchant no.", "商户编号"),
	terminalNumber: both("Terminal", "终端编号"),
	operator: both("Operator", "操作员号"),
	dateTime: both("Date/time", "日期时间"),
	batch: both("Batch", "批次号"),
	invoice: both("Invoice", "凭证号"),
	stan: both("Trace", "流水号"),
	cardNumber: both("Card", "卡号"),
	application: both("Application", "应用"),
	reference: both("Reference", "参考号"),
	answer: both("Answer", "应答码"),
	cashback: both("Cashback", "返现"),
	tip: both("Tip", "小费"),
	total: both("TOTAL", "总计"),
	approvedOffline: both("Approved offline", "脱机批准"),
	pinVerified: both("PIN verified", "已验证密码"),
	noVerification: both("No signature or PIN required", "免签免密"),
	signature: both("Signature", "持卡人签名"),

	// What a merchant can do
	sale: both("Sale", "消费"),
	saleWithCashback: both("Sale with cashback", "消费返现"),
	cash: both("Cash", "取现"),
	saleVoid: both("Void", "消费撤销"),
	refund: both("Refund", "退货"),
	refundByCard: both("Refund by card", "无凭证退货"),
	preAuthorisation: both("Pre-authorisation", "预授权"),
	increment: both("Increment", "追加预授权"),
	preAuthorisationVoid: both("Pre-auth void", "预授权撤销"),
	completion: both("Completion", "预授权完成"),
	completionAdvice: both("Completion advice", "预授权完成通知"),
	completionVoid: both("Completion void", "预授权完成撤销"),
	balance: both("Balance", "余额查询"),
	offlineSale: both("Offline sale", "离线消费"),
	tipAdjust: both("Tip", "补录小费"),
	adjust: both("Adjust", "调整"),
	query: both("Query", "交易查询"),
	settle: both("Settle", "结算"),
	totals: both("Totals", "交易汇总"),
	reprintLast: both("Reprint last", "重打上笔"),
	reprintAny: both("Reprint any", "重打任意笔"),
	signIn: both("Sign in", "签到"),
	signOff: both("Sign off", "签退"),
	echo: both("Line test", "线路测试"),
	download: both("Update parameters", "参数更新"),
	loadKey: both("Load bank key", "装载银行密钥"),
	statusUpload: both("Report status", "上报终端状态"),
	uploadOwed: both("Send what waits", "上送离线交易"),

	// What an operation asks and how it ends
	menu: both("Menu", "菜单"),
	confirm: both("Please confirm", "请确认"),
	enterInvoice: both("Invoice number", "请输入凭证号"),
	enterAuthorisationCode: both("Authorisation code", "请输入授权码"),
	enterReference: both("Reference number", "请输入参考号"),
	enterTip: both("Tip", "请输入小费"),
	enterCashback: both("Cashback", "请输入返现金额"),
	custodian1Passcode: both("Custodian 1 passcode", "请保管员1输入密码"),
	custodian2Passcode: both("Custodian 2 passcode", "请保管员2输入密码"),
	component1: both("Key component 1", "密钥分量 1"),
	component2: both("Key component 2", "密钥分量 2"),
	wholeKey: both("Whole key", "完整密钥"),
	checkValue: both("Check value", "校验值"),
	keyLoaded: both("Key loaded", "密钥已装载"),
	keyRefused: both("Key not loaded", "密钥未装载"),
	keyInAgain: both("Key it in again", "请重新输入"),
	supervisorPasscode: both("Supervisor passcode", "请输入主管密码"),
	signOnFirst: both("Sign on first", "请先登录操作员"),
	operatorSignOn: both("Operator sign-on", "操作员登录"),
	operatorSignOff: both("Operator sign-off", "操作员退出"),
	signedOn: both("Signed on", "已登录"),
	signedOff: both("Signed off", "已退出"),
	operatorNumber: both("Operator number", "请输入操作员号"),
	supervisorNumber: both("Supervisor number", "请输入主管号"),
	operatorPasscode: both("Operator passcode", "请输入操作员密码"),
	operatorUnknown: both("No such operator", "无此操作员"),
	otherPerson: both("Another must agree", "须由他人授权"),
	newPasscode: both("New passcode, 6 to 12", "请输入6至12位新密码"),
	newSupervisorPasscode: both("Set supervisor passcode", "请设置主管密码"),
	newPasscodeAgain: both("New passcode again", "请再次输入新密码"),
	passcodesDiffer: both("They differ, begin again", "两次不一致，请重输"),
	passcodeLength: both("6 to 12 digits", "密码须为6至12位"),
	passcodeTrivial: both("Too simple, another one", "密码过于简单"),
	passcodeSame: both("Choose another one", "不能与旧密码相同"),
	passcodeChanged: both("Passcode changed", "密码已修改"),
	changePasscode: both("Change passcode", "修改密码"),
	initialPasscode: both("Initial passcode", "初始密码"),
	operators: both("Operators", "操作员管理"),
	operatorsLost: both("Operators lost", "操作员数据丢失"),
	listOperators: both("List", "操作员列表"),
	addOperator: both("Add", "增加操作员"),
	removeOperator: both("Remove", "删除操作员"),
	resetPasscode: both("Reset passcode", "重置密码"),
	unlockOperator: both("Unlock", "解锁操作员"),
	accessTrail: both("Access trail", "操作日志"),
	cashier: both("Cashier", "收银员"),
	supervisor: both("Supervisor", "主管"),
	administrator: both("Administrator", "管理员"),
	approvedBy: both("Approved by", "授权人"),
	wrongPasscode: both("Wrong passcode", "密码错误"),
	passcodeLocked: both("Passcode locked", "密码已锁定"),
	receipt: both("Receipt", "签购单"),
	unusualActivity: both("Unusual activity", "交易异常"),
	held: both("A supervisor must look", "请主管核查"),
	dailyReport: both("Daily report", "每日风险报告"),
	selfCheck: both("Self-check", "设备自检"),
	done: both("Done", "操作成功"),
	failed: both("Failed", "操作失败"),
	pending: both("Pending", "待处理"),
	notFound: both("No such transaction", "无此交易"),
	notAllowed: both("Not allowed", "不允许此交易"),
	alreadyVoided: both("Already voided", "交易已撤销"),
	aboveOriginal: both("Above the original", "超过原交易金额"),
	callAcquirer: both("Call the acquirer", "请联系收单机构"),
	settleFirst: both("Settle first", "请先结算"),
	signInFirst: both("Sign in first", "请先签到"),
	storageFull: both("Storage full", "存储空间已满"),
	noPrinter: both("No printer", "未连接打印机"),
	noPaper: both("Printer out of paper", "打印机缺纸"),
	bankUnreachable: both("Bank does not answer", "银行无应答"),
	merchantCardWaits: both("Merchant's card waits for it", "商户卡待银行确认"),
	totalsAgree: both("Totals agree", "对账平"),
	totalsDiffer: both("Totals differ", "对账不平"),

	// The binding to a merchant
	notBound: both("No merchant bound", "终端未绑定商户"),
	sealBroken: both("Binding damaged", "绑定数据损坏"),
	bindingForeign: both("Foreign binding", "绑定不属于本终端"),
	bindingRevoked: both("Binding revoked", "绑定已吊销"),
	bindingNotYetValid: both("Binding not valid yet", "绑定尚未生效"),
	bindingExpired: both("Binding expired", "绑定已到期"),
	licenceExpired: both("Acquirer licence expired", "支付牌照已到期"),
	licence: both("Licence", "支付牌照"),
	support: both("Support", "客服"),
	about: both("About", "关于本机"),
	category: both("Category", "商户类别"),
	address: both("Address", "地址"),
	bindingNumber: both("Binding", "绑定编号"),
	validUntil: both("Valid until", "有效期至"),
	acquirer: both("Acquirer", "收单机构"),
	settlementCard: both("Settled to", "结算卡"),
	fees: both("Fees", "手续费"),
	gross: both("Gross", "交易总额"),
	net: both("Net", "净额"),
	creditDate: both("Credit date", "入账日期"),
	acceptFees: both("Accept new fees?", "请确认新费率"),
	newFees: both("New fees", "新费率"),
	merchant: both("Merchant", "商户"),
	lockTerminal: both("Lock the terminal", "锁定终端"),
	backup: both("Back up", "备份"),
	restore: both("Restore", "恢复数据"),
	restoreReady: both("The backup is here", "备份已收到"),
	startAgain: both("Restart the terminal", "请重新启动终端"),
	restoreFailed: both("Nothing was restored", "数据未恢复"),
	bind: both("Bind to a merchant", "绑定商户"),
	unbind: both("End the binding", "解除绑定"),
	bound: both("Bound", "绑定成功"),
	activationCode: both("Activation code", "请输入激活码"),
	confirmBinding: both("Bind to this merchant?", "请确认绑定商户"),
	selfTestFailed: both("Self-test failed", "自检失败"),
	bankNotTrusted: both("Bank not trusted", "银行身份无效"),
	terminalUnknown: both("Terminal not registered", "终端未登记"),
	terminalTampered: both("Needs bank's release", "终端需银行解锁"),
	codeWrong: both("Activation code wrong", "激活码错误"),
	codeUsed: both("Activation code used", "激活码已使用"),
	codeExpired: both("Activation code expired", "激活码已过期"),
	codeLocked: both("Too many wrong codes", "激活码错误次数超限"),
	merchantClosed: both("Merchant closed", "商户已停用"),
	merchantCardUnknown: both("Card not known", "银行无此卡"),
	merchantCardNotGenuine: both("Card not genuine", "卡片真伪验证失败"),
	merchantCardNoPin: both("PIN not verified", "密码未验证"),
	merchantCardRefused: both("Card refused by its bank", "发卡行拒绝此卡"),
	notOwner: both("Not the merchant's card", "非商户结算卡"),

	// Training
	trainingMode: both("Training", "培训"),
	trainingReport: both("Training report", "培训记录"),
	freePractice: both("Free practice", "自由练习"),
	firstSale: both("First sale", "第一笔收款"),
	powerLoss: both("Power loss", "断电"),
	suspiciousCard: both("Suspicious card", "可疑卡片"),
	lockAndRelease: both("Lock and release", "锁定与解锁"),
	openedTerminal: both("Opened terminal", "终端被打开"),
	phishingCall: both("Phishing call", "诈骗电话"),
	lessonRight: both("Right", "正确"),
	lessonWrong: both("Not quite", "不正确"),
	lessonPassed: both("Lesson passed", "课程通过"),
	lessonNotPassed: both("Take it again", "请重新学习"),

	// New firmware
	firmware: both("Firmware", "固件"),
	update: both("Update", "更新"),
	installUpdate: both("Install update", "安装更新"),
	updateReady: both("ready to install", "可安装"),
	updateOnTrial: both("On trial", "试运行"),
	updateFailed: both("Did not work", "更新失败"),
	updateRequired: both("Update: settle today", "待更新，请先结算"),
	updateOverdue: both("Overdue: settle", "更新已到期，请先结算"),
	updateNeedsPower: both("Update: charge me", "待更新，请充电"),

	available: both("Available", "可用余额"),
	count: both("Count", "笔数"),
});

export type MessageId = keyof typeof MESSAGES;

/** Messages that tell the cardholder why the transaction was declined. */
export type DeclineReason = Extract<
	MessageId,
	| "callYourBank"
	| "cardBlocked"
	| "cardExpired"
	| "incorrectPin"
	| "insufficientFunds"
	| "limitExceeded"
	| "notAccepted"
	| "pinBlocked"
	| "processingError"
	| "tryAgain"
>;

export function message(id: MessageId, language: Language): string {
	return MESSAGES[id][language];
}
