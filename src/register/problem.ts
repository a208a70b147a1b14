/** What can be wrong with a request, the HTTP status that says so and its phrase. */
const PROBLEMS = Object.freeze({
	/** The request is not as the schema has it. */
	badRequest: Object.freeze([400, "Bad request"] as const),
	unauthorised: Object.freeze([401, "Unauthorised"] as const),
	/** Not from this machine's own programs. */
	forbidden: Object.freeze([403, "Forbidden"] as const),
	/** No such route, or no transaction has this key. */
	notFound: Object.freeze([404, "Not found"] as const),
	/** The terminal does something else. */
	busy: Object.freeze([409, "Busy"] as const),
	/** The key belongs to a transaction that was ordered otherwise. */
	otherOrder: Object.freeze([409, "Key in use"] as const),
	/** The bank was asked, or it has ended. */
	tooLate: Object.freeze([409, "Too late"] as const),
	tooLarge: Object.freeze([413, "Too large"] as const),
	unsupportedMediaType: Object.freeze([415, "Unsupported media type"] as const),
	upgradeRequired: Object.freeze([426, "Upgrade required"] as const),
	/** Our own failure. */
	fault: Object.freeze([500, "Fault"] as const),
	/** The terminal cannot sell. */
	outOfService: Object.freeze([503, "Out of service"] as const),
});

export type ProblemCode = keyof typeof PROBLEMS;

/** RFC 9457, with `code` for programs. */
export interface Problem {
	readonly status: number;
	readonly title: string;
	readonly code: ProblemCode;
	/** One sentence that says what to do. */
	readonly detail: string;
}

/** A request that is not carried out; nothing was charged because of it. */
export class RegisterError extends Error {
	override readonly name = "RegisterError";
	readonly code: ProblemCode;

	/** @param detail one sentence that says what to do; never with what was sent */
	constructor(code: ProblemCode, detail: string) {
		super(detail);
		this.code = code;
	}

	get problem(): Problem {
		const [status, title] = PROBLEMS[this.code];
		return { status, title, code: this.code, detail: this.message };
	}
}

/** A key names one order for good. */
export function otherOrder(): RegisterError {
	return new RegisterError("otherOrder", "this key belongs to another order: give each order a key of its own");
}
