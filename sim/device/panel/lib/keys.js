/** The PIN pad: what each key sends, its caption and, where it has one, its colour (EN 1332-3: red, yellow, green). */
const RED = [201, 48, 40];
const YELLOW = [226, 168, 0];
const GREEN = [24, 146, 82];
const DARK = [70, 80, 95];

const digit = value => ({ key: value, caption: value, colour: DARK });

export const rows = [
	[digit("1"), digit("2"), digit("3"), { key: "cancel", caption: "Cancel", colour: RED }],
	[digit("4"), digit("5"), digit("6"), { key: "clear", caption: "Clear", colour: YELLOW }],
	[digit("7"), digit("8"), digit("9"), { key: "enter", caption: "Enter", colour: GREEN }],
	[{ key: "up", caption: "Up", colour: DARK }, digit("0"), { key: "down", caption: "Down", colour: DARK }],
];
