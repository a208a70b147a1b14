/** A key cannot be loaded or used as asked: a fault of configuration, never a matter of the card or the bank. */
export class KeyError extends Error {
	override readonly name = "KeyError";
}
