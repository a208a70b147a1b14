import { PopupRow } from "ControlsPane";
import { ScrollerBehavior, VerticalScrollbar } from "piu/Scrollbars";

/** mcsim's PopupRow, whose menu also scrolls: many of ours are longer than the window is high. */
export function menuRow(data) {
	const row = new PopupRow(data);
	const { behavior } = row.last;
	const open = behavior.onTap;
	behavior.onTap = button => {
		open.call(behavior, button);
		const scroller = application.last.first.first;
		scroller.behavior = new ScrollerBehavior();
		scroller.add(new VerticalScrollbar());
	};
	return row;
}

/** Gives a row's menu other items, the first of them chosen. @param button by the row's name */
export function showItems(button, items) {
	const { behavior } = button;
	behavior.data.items = items;
	behavior.data.value = items[0].value;
	behavior.onDisplaying(button);
}
