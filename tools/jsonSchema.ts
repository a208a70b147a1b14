import type { Shape } from "../src/bytes/shape.js";

/** The JSON Schema (draft 2020-12) that says the same as a shape. */
export function jsonSchema(shape: Shape): Record<string, unknown> {
	switch (shape.kind) {
		case "text":
			return { type: "string", pattern: shape.pattern, description: shape.says };
		case "integer":
			return { type: "integer", minimum: shape.minimum, maximum: shape.maximum };
		case "boolean":
			return { type: "boolean" };
		case "choice":
			return { enum: shape.of };
		case "list":
			return { type: "array", items: jsonSchema(shape.of), ...(shape.minimum && { minItems: shape.minimum }) };
		case "object":
			return {
				type: "object",
				required: Object.keys(shape.required),
				properties: schemas({ ...shape.required, ...shape.optional }),
				additionalProperties: false,
			};
		case "map":
			return {
				type: "object",
				patternProperties: { [shape.names]: jsonSchema(shape.of) },
				additionalProperties: false,
				description: `each name is ${shape.says}`,
			};
		case "either":
			return { anyOf: shape.of.map(jsonSchema), description: shape.says };
	}
}

function schemas(members: Readonly<Record<string, Shape>>): Record<string, unknown> {
	return Object.fromEntries(Object.entries(members).map(([name, member]) => [name, jsonSchema(member)]));
}
