import { readFileSync } from "node:fs";
import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";

const read = (name: string): object =>
	JSON.parse(readFileSync(new URL(`../../docs/${name}`, import.meta.url), "utf8")) as object;

export const SCHEMA = read("cash-register.schema.json") as { readonly $defs: Readonly<Record<string, object>> };
export const OPENAPI = read("cash-register.openapi.json");

const ajv = new Ajv2020({ strict: true, strictRequired: false, allErrors: true, validateFormats: false });
ajv.addSchema(SCHEMA);

/** Everything in a value that is not as docs/cash-register.schema.json has it, as text; empty when all is well. */
export function violations(definition: string, value: unknown): string {
	const validate = ajv.getSchema(`cash-register.schema.json#/$defs/${definition}`) as ValidateFunction | undefined;
	if (!validate) throw new Error(`the schema has no ${definition}`);
	return validate(value) ? "" : `${ajv.errorsText(validate.errors)} in ${JSON.stringify(value)}`;
}

/** By an inline schema, as the OpenAPI document has them. */
export function inlineViolations(schema: object, value: unknown): string {
	return ajv.validate(schema, value) ? "" : ajv.errorsText();
}
