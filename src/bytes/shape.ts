/** What a piece of JSON must look like, as data: the decoder reads it, and the JSON Schema is written from it. */
export type Shape =
	| { readonly kind: "text"; readonly pattern: string; readonly says: string }
	| { readonly kind: "integer"; readonly minimum: number; readonly maximum: number }
	| { readonly kind: "boolean" }
	| { readonly kind: "choice"; readonly of: readonly (string | number)[] }
	| { readonly kind: "list"; readonly of: Shape; readonly minimum?: number }
	| {
			readonly kind: "object";
			readonly required: Readonly<Record<string, Shape>>;
			readonly optional?: Readonly<Record<string, Shape>>;
	  }
	/** Any names of a pattern. */
	| { readonly kind: "map"; readonly names: string; readonly says: string; readonly of: Shape }
	| { readonly kind: "either"; readonly of: readonly Shape[]; readonly says: string };

// A shape is written with these.
export const text = (pattern: string, says: string): Shape =>
	Object.freeze({ kind: "text", pattern: `^${pattern}$`, says });
export const integer = (minimum: number, maximum: number): Shape =>
	Object.freeze({ kind: "integer", minimum, maximum });
export const choice = (...of: readonly (string | number)[]): Shape =>
	Object.freeze({ kind: "choice", of: Object.freeze(of) });
export const list = (of: Shape, minimum = 0): Shape => Object.freeze({ kind: "list", of, minimum });
export const object = (
	required: Readonly<Record<string, Shape>>,
	optional: Readonly<Record<string, Shape>> = {},
): Shape => Object.freeze({ kind: "object", required: Object.freeze(required), optional: Object.freeze(optional) });
export const map = (names: string, says: string, of: Shape): Shape =>
	Object.freeze({ kind: "map", names: `^(?:${names})$`, says, of });
export const either = (says: string, ...of: readonly Shape[]): Shape =>
	Object.freeze({ kind: "either", of: Object.freeze(of), says });

/** What is wrong, and where: "operations.sale.carries[3]". */
export interface Problem {
	readonly path: string;
	readonly problem: string;
}

/** Finds everything in which a value departs from its shape. A member that is not known is a problem, too. */
export function shapeProblems(shape: Shape, value: unknown, path = ""): Problem[] {
	const wrong = (problem: string): Problem[] => [{ path: path || "(the whole file)", problem }];
	switch (shape.kind) {
		case "text":
			return typeof value === "string" && new RegExp(shape.pattern, "u").test(value)
				? []
				: wrong(`must be ${shape.says}`);
		case "integer": {
			const { minimum, maximum } = shape;
			const fits = Number.isInteger(value) && (value as number) >= minimum && (value as number) <= maximum;
			return fits ? [] : wrong(`must be a whole number from ${minimum} to ${maximum}`);
		}
		case "boolean":
			return typeof value === "boolean" ? [] : wrong("must be true or false");
		case "choice":
			return shape.of.includes(value as string) ? [] : wrong(`must be one of ${shape.of.join(", ")}`);
		case "list": {
			const { minimum = 0 } = shape;
			if (!Array.isArray(value) || value.length < minimum)
				return wrong(`must be a list${minimum ? ` of at least ${minimum}` : ""}`);
			return value.flatMap((each, i) => shapeProblems(shape.of, each, `${path}[${i}]`));
		}
		case "object": {
			if (!isObject(value)) return wrong("must be an object");
			const { required, optional = {} } = shape;
			const missing = Object.keys(required).filter(name => !Object.hasOwn(value, name));
			const found = Object.entries(value).flatMap(([name, each]) => {
				const member = memberOf(required, name) ?? memberOf(optional, name);
				const at = inside(path, name);
				return member ? shapeProblems(member, each, at) : [{ path: at, problem: "is not known" }];
			});
			return [...missing.map(name => ({ path: inside(path, name), problem: "is missing" })), ...found];
		}
		case "map":
			if (!isObject(value)) return wrong("must be an object");
			return Object.entries(value).flatMap(([name, each]) =>
				new RegExp(shape.names, "u").test(name)
					? shapeProblems(shape.of, each, inside(path, name))
					: [{ path: inside(path, name), problem: `the name must be ${shape.says}` }],
			);
		case "either":
			return shape.of.some(each => shapeProblems(each, value, path).length === 0) ? [] : wrong(`must be ${shape.says}`);
	}
}

export function inside(path: string, name: string): string {
	return path ? `${path}.${name}` : name;
}

function memberOf(members: Readonly<Record<string, Shape>>, name: string): Shape | undefined {
	return Object.hasOwn(members, name) ? members[name] : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}
