/** Why an update is not taken, in one sentence. */
export class UpdateError extends Error {
	override readonly name = "UpdateError";
}
