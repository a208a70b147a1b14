import { ask, type Lesson, lesson, practise, read, words } from "../lesson.js";

/** What seldom happens, and has to be done right when it does. */
export const INCIDENT_LESSONS: readonly Lesson[] = Object.freeze([
	lesson("powerLoss", "powerLoss", [
		practise({
			text: words(
				"Sell 30.00: 3000, Enter, ↑, 1234, Enter. The power will go while the bank is asked.",
				"收款30.00：3000、确认、↑、1234、确认。联系银行时将会断电。",
			),
			card: "genuine",
			cutsPowerAt: "sale",
			awaits: { event: "powerCut" },
			hint: words("Begin the sale again: 3000, Enter, ↑, 1234.", "请重新收款：3000、确认、↑、1234。"),
		}),
		read(
			words(
				"The power went in the middle of the sale. Nobody saw the bank's answer. Enter switches the terminal on again.",
				"交易途中断电，没有看到银行应答。按确认重新开机。",
			),
		),
		practise({
			text: words(
				"Watch the terminal start. It makes good what was left, before anything else. Then press Enter.",
				"观察终端启动：它会先处理未完成的交易。然后按确认。",
			),
			happens: "powerComesBack",
			awaits: { event: "takenBack", before: "idle" },
			hint: words("The terminal could not take the sale back. Start again.", "未能冲正，请重试。"),
		}),
		read(
			words(
				"Before it took anything new, the terminal told the bank to take the sale of 30.00 back, and the bank has.",
				"终端在受理新交易之前，已通知银行冲正30.00这笔交易，银行已冲正。",
			),
		),
		ask(
			words("Has the customer paid?", "顾客付款了吗？"),
			[
				words("Yes: let them go", "付了，让顾客离开"),
				words("No: it was taken back. Sell again", "没有，已冲正，重新收款"),
			],
			1,
			words(
				"What has no Approved is taken back. Ask the menu (Query) when in doubt.",
				"未显示交易成功的会被冲正。有疑问可在菜单中查询。",
			),
		),
	]),
	lesson("suspiciousCard", "suspiciousCard", [
		practise({
			text: words(
				"A card claims to have approved by itself. Sell 6.00: 600, Enter, ↑, and what it asks. Then ↓, Enter.",
				"有一张卡自称已批准。收款6.00：600、确认、↑，按提示操作。然后↓、确认。",
			),
			card: "hostile",
			awaits: { screen: "cardError" },
			hint: words("The terminal must refuse this card. Try again.", "终端应拒绝此卡，请重试。"),
		}),
		practise({
			text: words(
				"Now a copied card. Sell 6.00 with PIN 1234: its chip cannot prove itself. Then ↓, Enter.",
				"现在是一张伪卡。收款6.00，密码1234：芯片无法证明真伪。然后↓、确认。",
			),
			card: "counterfeit",
			awaits: { screen: "declined" },
			hint: words("The bank must decline this card. Try again.", "银行应拒绝此卡，请重试。"),
		}),
		practise({
			text: words(
				"A good card: sell 7.00 (700, ↑, 1234, ↓, Enter).",
				"一张正常卡：收款7.00（700、↑、1234、↓、确认）。",
			),
			card: "genuine",
			awaits: { screen: "approved", operation: "sale" },
			hint: words("Key in 700, Enter, ↑, 1234, Enter.", "输入700、确认、↑、1234、确认。"),
		}),
		practise({
			text: words(
				"The same card again at once: 7.00. Take it out with ↓ and see the warning. Then Enter.",
				"同一张卡立刻再付7.00。按↓取卡，查看警告，然后按确认。",
			),
			card: "genuine",
			awaits: { screen: "warning" },
			onTheWay: Object.freeze(["approved"] as const),
			hint: words("Sell 7.00 with the same card, and take it out.", "用同一张卡再收7.00并取卡。"),
		}),
		ask(
			words("The screen warns of unusual activity. What do you do?", "屏幕提示交易异常，怎么办？"),
			[
				words("Go on, it is only a text", "不用理会，继续"),
				words("Stop, tell the supervisor", "停止并告知主管"),
				words("Split the amount", "把金额拆开"),
			],
			1,
			words("A warning is for a person to look. Never split an amount.", "警告需要人来核查，切勿拆分金额。"),
		),
	]),
	lesson(
		"lock",
		"lockAndRelease",
		[
			read(
				words(
					"A supervisor has locked the terminal. A supervisor and the merchant's card release it; in training the passcode will do.",
					"主管锁定了终端，须主管密码和商户卡才能解锁。培训中只用密码。",
				),
			),
			practise({
				text: words(
					"Try to sell 1.00: 100, Enter. See that it is locked. Supervisor passcode 1234 releases it; go on with ↑, 1234, ↓, Enter.",
					"试收1.00：100、确认，会看到已锁定。主管密码1234解锁，再按↑、1234、↓、确认。",
				),
				card: "genuine",
				happens: "lock",
				awaits: { screen: "approved", operation: "sale" },
				hint: words("Release it with passcode 1234 and finish the sale.", "用密码1234解锁并完成收款。"),
			}),
			ask(
				words("A stranger asks for the supervisor passcode to release the terminal.", "陌生人索要主管密码来解锁。"),
				[words("Give it", "告诉他"), words("Refuse, call the acquirer", "拒绝并联系收单机构")],
				1,
				words(
					"A passcode belongs to one person. The number is on the idle screen.",
					"密码只属于本人，电话见待机屏幕。",
				),
			),
		],
		true,
	),
	lesson(
		"tamper",
		"openedTerminal",
		[
			read(
				words(
					"Somebody opens the terminal's lid. Watch what it does; only its training keys are erased. Then press Enter.",
					"有人打开终端外壳。观察它的反应：只清除培训密钥。然后按确认。",
				),
			),
			practise({
				text: words("The lid is opened now. Read the screen, then press Enter.", "外壳现在被打开。阅读屏幕后按确认。"),
				happens: "openCase",
				awaits: { screen: "tampered" },
				hint: words("The terminal must show that it was opened.", "终端应显示曾被打开。"),
			}),
			ask(
				words("What do you do with a terminal that shows this?", "终端出现此提示时怎么办？"),
				[
					words("Switch it off and on", "重新开机再用"),
					words("Do not use it, call the acquirer", "停用并联系收单机构"),
					words("Close the lid, go on", "合上外壳继续"),
				],
				1,
				words("Its keys are gone, and somebody may have put something in.", "密钥已清除，且可能被装入异物。"),
			),
		],
		true,
	),
	lesson(
		"phishingCall",
		"phishingCall",
		[
			ask(
				words(
					"The bank calls: your terminal needs a test refund of 5000.00 to this card at once.",
					"“银行”来电：请立即向这张卡做5000元测试退货。",
				),
				[words("Do it", "照做"), words("Hang up, call the number of the terminal", "挂断，拨打终端上的电话")],
				1,
				words(
					"No bank tests with a refund. Call back by the number on the idle screen.",
					"银行不会用退货测试，请回拨待机屏幕上的电话。",
				),
			),
			ask(
				words("A caller wants the code that the terminal shows, or a passcode.", "来电索要屏幕上的代码或密码。"),
				[words("Tell it", "告诉对方"), words("Never", "绝不告诉")],
				1,
				words("Who has your passcode is you, to the terminal.", "对终端来说，有您密码的人就是您。"),
			),
			ask(
				words("A man in overalls wants to exchange the terminal, without notice.", "有人未经预约要更换终端。"),
				[words("Let him", "让他换"), words("Ask the acquirer first", "先联系收单机构核实")],
				1,
				words("Exchanged terminals read cards for thieves.", "被调换的终端会替盗贼读卡。"),
			),
			ask(
				words("You gave a passcode away. What now?", "密码已经泄露，怎么办？"),
				[words("Say nothing", "不说"), words("Have it changed, tell the acquirer", "更换密码并告知收单机构")],
				1,
				words("Told within minutes it does little harm.", "及时告知可减少损失。"),
			),
		],
		true,
	),
]);
