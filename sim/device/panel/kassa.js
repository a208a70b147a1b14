/** mcsim's panel for Kassa: the terminal's body with display, PIN pad and card slot; cards and the line to the bank beside it. */
import { ButtonsRow, ControlsColumn, InfoRow, StatusRow, SwitchRow } from "ControlsPane";
import { DeviceBehavior, DeviceContainer, DeviceScreen } from "DevicePane";
import { groups } from "./lib/cards.js";
import { faults } from "./lib/faults.js";
import { rows } from "./lib/keys.js";
import { menuRow, showItems } from "./lib/menuRow.js";
import { fillRound, shade } from "./lib/shapes.js";

const BODY = [43, 49, 60];
const BEZEL = [18, 21, 27];
const SLOT = [10, 12, 15];
const CARD = [28, 78, 138];
const CHIP = [214, 176, 92];

const WIDTH = 372;
const BODY_HEIGHT = 536;
const CARD_WIDTH = 214;
const CARD_HEIGHT = 135;
const CARD_OUT = BODY_HEIGHT + 8;
const CARD_IN = BODY_HEIGHT - 92;
const SLIDE_MS = 220;
const NO_FAULTS = "The card does nothing wrong";
const KEY_WIDTH = 74;
const KEY_HEIGHT = 44;

const digitStyle = new Style({ font: "semibold 22px Open Sans", color: "white", horizontal: "center" });
const wordStyle = new Style({ font: "semibold 15px Open Sans", color: "white", horizontal: "center" });
const brandStyle = new Style({ font: "semibold 13px Open Sans", color: "#8d99ab", horizontal: "center" });
const cardStyle = new Style({ font: "semibold 13px Open Sans", color: "white", horizontal: "left" });

class BodyBehavior extends Behavior {
	onDraw(port) {
		fillRound(port, shade(BODY, 0.7), 0, 2, port.width, port.height - 2, 22);
		fillRound(port, BODY, 0, 0, port.width, port.height - 4, 22);
		fillRound(port, BEZEL, 16, 16, port.width - 32, 260, 10);
		fillRound(port, SLOT, (port.width - CARD_WIDTH) / 2 - 8, port.height - 16, CARD_WIDTH + 16, 9, 4);
	}
}

class KeyBehavior extends Behavior {
	onCreate(_port, data) {
		this.data = data;
		this.down = false;
	}
	onDraw(port) {
		const { colour } = this.data;
		const drop = this.down ? 2 : 0;
		fillRound(port, shade(colour, 0.6), 0, 3, port.width, port.height - 3, 8);
		fillRound(port, shade(colour, this.down ? 0.85 : 1), 0, drop, port.width, port.height - 4, 8);
	}
	onTouchBegan(port) {
		// GTK tells of the second of two quick presses once more, as a double click.
		if (this.down) return;
		this.press(port, true);
		port.bubble("onPadKey", this.data.key);
	}
	onTouchEnded(port) {
		this.press(port, false);
	}
	onTouchCancelled(port) {
		this.press(port, false);
	}
	press(port, down) {
		this.down = down;
		port.invalidate();
	}
}

class CardBehavior extends Behavior {
	onDraw(port) {
		fillRound(port, shade(CARD, 0.75), 0, 1, port.width, port.height - 1, 9);
		fillRound(port, CARD, 0, 0, port.width, port.height - 2, 9);
		// The chip goes first: on the short way in, near the leading edge.
		fillRound(port, CHIP, 30, 22, 36, 28, 5);
		for (const [x, y, width, height] of [
			[30, 31, 12, 1],
			[30, 40, 12, 1],
			[54, 31, 12, 1],
			[54, 40, 12, 1],
			[42, 22, 1, 28],
			[54, 22, 1, 28],
		])
			port.fillColor(rgb(120, 92, 34), x, y, width, height);
	}
}

/** Slides the card between the slot and the air below it. */
class CardHolderBehavior extends Behavior {
	slide(holder, from, to, onEnd) {
		this.from = from;
		this.to = to;
		this.onEnd = onEnd;
		holder.visible = true;
		holder.duration = SLIDE_MS;
		holder.time = 0;
		holder.start();
		this.onTimeChanged(holder);
	}
	onTimeChanged(holder) {
		const eased = 1 - (1 - holder.fraction) ** 2;
		holder.y = holder.container.y + this.from + (this.to - this.from) * eased;
	}
	onFinished() {
		this.onEnd();
	}
}

const CardHolder = Container.template($ => ({
	left: (WIDTH - CARD_WIDTH) / 2,
	top: CARD_OUT,
	width: CARD_WIDTH,
	height: CARD_HEIGHT,
	visible: false,
	Behavior: CardHolderBehavior,
	contents: [
		Port($, { left: 0, right: 0, top: 0, bottom: 0, Behavior: CardBehavior }),
		Label($, { left: 14, right: 6, bottom: 10, height: 18, style: cardStyle }),
	],
}));

const PadKey = Container.template($ => ({
	left: $.left,
	top: $.top,
	width: KEY_WIDTH,
	height: $.height ?? KEY_HEIGHT,
	contents: [
		Port($, { left: 0, right: 0, top: 0, bottom: 0, active: true, Behavior: KeyBehavior }),
		Label($, {
			left: 0,
			right: 0,
			top: 0,
			bottom: 4,
			style: $.caption.length === 1 ? digitStyle : wordStyle,
			string: $.caption,
		}),
	],
}));

const keys = rows.flatMap((row, r) =>
	row.map((key, c) => ({ ...key, left: 26 + c * (KEY_WIDTH + 8), top: 300 + r * (KEY_HEIGHT + 8) })),
);

class TerminalBehavior extends DeviceBehavior {
	onCreate(container, device) {
		super.onCreate(container, device);
		this.cards = groups[0].cards;
		this.card = this.cards[0].value;
		this.fault = faults[0].value;
		this.faults = [];
		this.inserted = false;
		this.moving = false;
		this.line = true;
	}
	onConfigure(container) {
		this.postJSON(container, { line: this.line });
		this.postJSON(container, { faults: this.faults });
		this.postJSON(container, { card: this.inserted ? this.card : null });
	}
	onPadKey(container, key) {
		this.postJSON(container, { key });
	}
	onGroupChosen(container, data) {
		this.cards = groups.find(({ group }) => group === data.value).cards;
		showItems(this.CARDS, this.cards);
		this.onCardChosen(container, this.cards[0]);
	}
	onCardChosen(container, data) {
		this.card = data.value;
		if (!this.inserted) return;
		this.onRemove(container);
	}
	onInsert(container) {
		if (this.inserted || this.moving) return;
		this.moving = true;
		const holder = container.first;
		holder.last.string = this.cards.find(({ value }) => value === this.card).title;
		holder.behavior.slide(holder, CARD_OUT, CARD_IN, () => {
			this.moving = false;
			this.inserted = true;
			this.postJSON(container, { card: this.card });
			this.showStatus("SLOT", 1);
		});
	}
	onRemove(container) {
		if (!this.inserted || this.moving) return;
		this.postJSON(container, { card: null });
		this.slideOut(container);
	}
	slideOut(container) {
		this.moving = true;
		this.inserted = false;
		this.showStatus("SLOT", 0);
		const holder = container.first;
		holder.behavior.slide(holder, CARD_IN, CARD_OUT, () => {
			this.moving = false;
			holder.visible = false;
		});
	}
	onFaultChosen(_container, data) {
		this.fault = data.value;
	}
	onArm(container) {
		this.armFaults(container, [...this.faults, this.fault]);
	}
	onDisarm(container) {
		this.armFaults(container, []);
	}
	armFaults(container, armed) {
		this.faults = armed;
		this.postJSON(container, { faults: armed });
		this.ARMED.string = armed.map(({ fault }) => fault).join(", ") || NO_FAULTS;
	}
	onOpenCase(container) {
		this.postJSON(container, { case: "opened" });
		this.drawFor(container, 500);
	}
	onLine(container, data) {
		this.line = data.value;
		this.postJSON(container, { line: this.line });
	}
	onJSON(container, { bank, card }) {
		if (card === null && this.inserted) this.slideOut(container);
		if (!bank) return;
		this.showStatus("BANK", bank);
		this.drawFor(container, 1);
	}
	/** mcsim does not draw because of a message alone; a clock that runs makes it. */
	drawFor(container, ms) {
		container.duration = ms;
		container.time = 0;
		container.start();
	}
	showStatus(name, value) {
		const row = this[name];
		if (!row) return;
		row.behavior.data.value = value;
		row.delegate("onDataChanged");
	}
}

export default {
	applicationName: "kassa",
	title: "Kassa payment terminal",
	Workers: {},
	ControlsTemplate: ControlsColumn.template(() => ({
		contents: [
			menuRow({
				label: "Cards",
				event: "onGroupChosen",
				value: groups[0].group,
				items: groups.map(({ group }) => ({ value: group, title: group })),
			}),
			menuRow({
				name: "CARDS",
				label: "Card",
				event: "onCardChosen",
				value: groups[0].cards[0].value,
				items: groups[0].cards,
			}),
			ButtonsRow({
				label: "Card slot",
				buttons: [
					{ event: "onInsert", label: "Insert" },
					{ event: "onRemove", label: "Remove" },
				],
			}),
			StatusRow({
				name: "SLOT",
				label: "",
				value: 0,
				items: [
					{ value: 0, title: "The slot is empty" },
					{ value: 1, title: "A card is in the slot" },
				],
			}),
			SwitchRow({ event: "onLine", label: "Line to the bank", on: "Up", off: "Cut", value: true }),
			StatusRow({
				name: "BANK",
				label: "Test bank",
				value: "unknown",
				items: [
					{ value: "unknown", title: "Not called yet" },
					{ value: "reached", title: "Reached" },
					{ value: "not reached", title: "Not reached" },
				],
			}),
			menuRow({ label: "Card fault", event: "onFaultChosen", value: faults[0].value, items: faults }),
			ButtonsRow({
				label: "",
				buttons: [
					{ event: "onArm", label: "Add" },
					{ event: "onDisarm", label: "None" },
				],
			}),
			InfoRow({ name: "ARMED", label: "", value: NO_FAULTS }),
			ButtonsRow({ label: "Case", buttons: [{ event: "onOpenCase", label: "Open" }] }),
			InfoRow({ label: "PIN", value: "1234; the merchant's card: 2580" }),
		],
	})),
	DeviceTemplates: {
		0: DeviceContainer.template($ => ({
			width: WIDTH,
			height: BODY_HEIGHT + 52,
			clip: true,
			Behavior: TerminalBehavior,
			contents: [
				CardHolder($),
				Port($, { left: 0, top: 0, width: WIDTH, height: BODY_HEIGHT, Behavior: BodyBehavior }),
				DeviceScreen($, { left: 26, width: 320, top: 26, height: 240, rotation: 0 }),
				Label($, { left: 0, right: 0, top: 278, height: 18, style: brandStyle, string: "K A S S A" }),
				keys.map(key => new PadKey(key)),
			],
		})),
	},
};
