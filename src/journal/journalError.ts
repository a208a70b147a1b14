/** The journal cannot be read or written as it must be. The message says which record and what to do. */
export class JournalError extends Error {
	override readonly name = "JournalError";
}
