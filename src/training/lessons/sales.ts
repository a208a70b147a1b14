import { ask, type Lesson, lesson, practise, read, words } from "../lesson.js";

const CARD_KEYS = words("↑ puts the training card in, ↓ takes it out.", "按↑插入培训卡，按↓取出。");

/** What a cashier does every day. */
export const SALES_LESSONS: readonly Lesson[] = Object.freeze([
	lesson("firstSale", "firstSale", [
		read(
			words(
				"You sell something for 12.50. The customer pays by card. No money moves here.",
				"您将完成一笔12.50元的收款，顾客刷卡付款。培训中没有实际交易。",
			),
		),
		read(CARD_KEYS),
		practise({
			text: words(
				"Key in 1250 and Enter. Put the card in with ↑. The customer's PIN is 1234. At the end: ↓, then Enter.",
				"输入1250后按确认，按↑插卡，密码1234。完成后按↓取卡，再按确认。",
			),
			card: "genuine",
			awaits: { screen: "approved", operation: "sale" },
			hint: words(
				"The sale was not approved. Key in 1250, Enter, ↑, then 1234 and Enter.",
				"交易未成功。请输入1250、确认，按↑，再输入1234和确认。",
			),
		}),
		ask(
			words("Who types the PIN?", "谁来输入密码？"),
			[words("You", "收银员"), words("The customer, unseen", "顾客本人，遮挡输入")],
			1,
			words(
				"Only the customer types the PIN. Never ask for it, and look away.",
				"只有顾客本人可以输入密码。不要询问，并请回避。",
			),
		),
		ask(
			words("The screen says Approved. What now?", "屏幕显示交易成功，接下来？"),
			[words("Give card and receipt back", "归还卡片和签购单"), words("Do it once more", "再刷一次")],
			0,
			words("Approved means paid. A second sale would charge twice.", "交易成功即已付款，再刷一次会重复扣款。"),
		),
	]),
	lesson("wrongPin", "incorrectPin", [
		read(
			words(
				"This card checks its PIN itself. After three wrong PINs it is blocked.",
				"此卡自行验证密码，输错三次将被锁定。",
			),
		),
		practise({
			text: words(
				"Sell 5.00 (500, Enter, ↑). Type the PIN 1111 and Enter, and read what the screen says. Press Enter.",
				"收款5.00：输入500、确认、↑。密码输入1111后确认，阅读屏幕，再按确认。",
			),
			card: "chipPin",
			awaits: { screen: "pinIncorrect" },
			hint: words("Type 1111 where the PIN is asked for.", "在要求密码时输入1111。"),
		}),
		practise({
			text: words(
				"Sell 5.00 again; now the customer remembers: 1234. Then ↓ and Enter.",
				"再次收款5.00，这次密码为1234。然后按↓和确认。",
			),
			card: "chipPin",
			awaits: { screen: "approved", operation: "sale" },
			hint: words("The PIN of the training card is 1234.", "培训卡密码是1234。"),
		}),
		ask(
			words("One PIN try is left. What do you say?", "只剩一次密码机会，您怎么说？"),
			[
				words("Try any number", "随便再试一次"),
				words("Another card may be better", "建议换一张卡"),
				words("Tell me your PIN", "把密码告诉我"),
			],
			1,
			words("A third wrong PIN blocks the card. Nobody tells a PIN.", "第三次输错将锁卡。密码不可告诉任何人。"),
		),
	]),
	lesson("refund", "refund", [
		practise({
			text: words(
				"First sell 20.00: 2000, Enter, ↑, 1234, Enter, ↓, Enter.",
				"先收款20.00：2000、确认、↑、1234、确认、↓、确认。",
			),
			card: "genuine",
			awaits: { screen: "approved", operation: "sale" },
			hint: words("The sale must be approved first.", "请先完成收款。"),
		}),
		practise({
			text: words(
				"The goods come back. Open the menu with ↓, choose Refund, invoice {invoice}, amount 2000, confirm. Supervisor passcode: 1234.",
				"顾客退货。按↓打开菜单，选择退货，凭证号{invoice}，金额2000，确认。主管密码：1234。",
			),
			awaits: { screen: "approved", operation: "refund" },
			hint: words(
				"Menu with ↓, Refund, invoice {invoice}, 2000, Enter, passcode 1234.",
				"按↓选退货，凭证号{invoice}，2000，确认，主管密码1234。",
			),
		}),
		ask(
			words("A customer without a receipt wants cash for a card sale.", "顾客无小票，要求把刷卡的钱退现金。"),
			[
				words("Pay cash", "退现金"),
				words("Refund to the card that paid", "退回原付款卡"),
				words("Refund to another card", "退到另一张卡"),
			],
			1,
			words(
				"Money goes back the way it came; anything else is how stolen cards become cash.",
				"款项应原路退回，否则盗刷卡可借此套现。",
			),
		),
	]),
	lesson("settlement", "settle", [
		practise({
			text: words("Sell 8.00: 800, Enter, ↑, 1234, Enter, ↓, Enter.", "收款8.00：800、确认、↑、1234、确认、↓、确认。"),
			card: "genuine",
			awaits: { screen: "approved", operation: "sale" },
			hint: words("The sale must be approved first.", "请先完成收款。"),
		}),
		practise({
			text: words(
				"The shop closes. Open the menu with ↓, go down to Settle, Enter. Read the report, then Enter.",
				"打烊结算：按↓打开菜单，选择结算，按确认。阅读报告后按确认。",
			),
			awaits: { event: "settled", before: "page" },
			hint: words("In the menu choose Settle.", "请在菜单中选择结算。"),
		}),
		ask(
			words("When is the settlement made?", "何时结算？"),
			[words("Every day at closing", "每天打烊时"), words("Once a month", "每月一次")],
			0,
			words("The money of the day arrives only after the settlement.", "结算之后当天款项才会入账。"),
		),
	]),
]);
