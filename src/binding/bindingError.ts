/** What is wrong with a certificate, a list or a message about the binding: one sentence that names the claim. */
export class BindingError extends Error {
	override readonly name = "BindingError";
}
