import type { Binding } from "../binding/binding.js";
import type { Dated } from "../monitor/checks.js";

/** From when until when the binding, the acquirer's certificate and its licence hold; none without a binding. */
export function bindingDates({ certificate, acquirer }: Pick<Binding, "certificate" | "acquirer">): Dated[] {
	if (!certificate || !acquirer) return [];
	const { licence } = certificate.acquirer;
	const dated = (name: string, from: number, until: number) => ({ name, from: 1_000 * from, until: 1_000 * until });
	return [
		dated("binding", certificate.notBefore, certificate.expires),
		dated("acquirer", acquirer.notBefore, acquirer.expires),
		dated("licence", licence.notBefore, licence.notAfter),
	];
}
