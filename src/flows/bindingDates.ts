import type { Binding } from "../binding/binding.js";
import type { Dated } from "../monitor/checks.js";

/** From when until when the binding and the acquirer's licence hold; none without a binding. */
export function bindingDates({ certificate }: Pick<Binding, "certificate">): Dated[] {
	if (!certificate) return [];
	const { notBefore, expires, acquirer } = certificate;
	const dated = (name: string, from: number, until: number) => ({ name, from: 1_000 * from, until: 1_000 * until });
	return [
		dated("binding", notBefore, expires),
		dated("licence", acquirer.licence.notBefore, acquirer.licence.notAfter),
	];
}
