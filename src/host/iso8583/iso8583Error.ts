/**
 * A message or a value that the specification does not allow. The text names the field ("field 4: …") and
 * never carries its content: it may be a card number.
 */
export class Iso8583Error extends Error {
	override readonly name = "Iso8583Error";
}
