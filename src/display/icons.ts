/** The pictures of the icon font; the first is U+E000, the start of Unicode's private use area. */
export const ICONS = Object.freeze(["check", "cross", "attention", "card", "clock"] as const);
export type Icon = (typeof ICONS)[number];
export const FIRST_ICON = 0xe000;
