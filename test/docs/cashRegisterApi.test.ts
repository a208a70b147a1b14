import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { httpApi, ROUTES } from "../../sim/register/httpApi.js";
import { registerOptions } from "../../sim/register/registerOptions.js";
import type { CashRegister } from "../../src/register/cashRegister.js";
import { RegisterError } from "../../src/register/problem.js";
import { decodeOrder, REGISTER_OPERATIONS } from "../../src/register/registerOrder.js";
import { decodeRequest } from "../../src/register/registerRequest.js";
import { inlineViolations, OPENAPI, SCHEMA, violations } from "../register/registerSchema.js";

interface Media {
	readonly schema: { readonly $ref?: string };
	readonly example?: unknown;
	readonly examples?: Readonly<Record<string, { readonly value: unknown }>>;
}
interface Response {
	readonly $ref?: string;
	readonly description?: string;
	readonly content?: Readonly<Record<string, Media>>;
}
interface Parameter {
	readonly $ref?: string;
	readonly name: string;
	readonly in: string;
	readonly required: boolean;
	readonly schema: { readonly $ref?: string };
	readonly example: unknown;
}
interface Operation {
	readonly operationId: string;
	readonly parameters?: readonly Parameter[];
	readonly requestBody?: { readonly content: Readonly<Record<string, Media>> };
	readonly responses: Readonly<Record<string, Response>>;
}
interface Document {
	readonly openapi: string;
	readonly info: { readonly title: string; readonly version: string };
	readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
	readonly components: Readonly<Record<string, Readonly<Record<string, object>>>>;
}

const DOCUMENT = OPENAPI as Document;
const OPERATIONS = Object.entries(DOCUMENT.paths).flatMap(([path, methods]) =>
	Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
);
const FILE = "cash-register.schema.json";

function resolve<T extends { readonly $ref?: string }>(value: T): T {
	const match = /^#\/components\/(\w+)\/(\w+)$/.exec(value.$ref ?? "");
	if (!match) return value;
	const found = DOCUMENT.components[match[1]!]?.[match[2]!];
	if (!found) throw new Error(`${value.$ref} leads nowhere`);
	return found as T;
}

/** Every object in the document. */
function* objects(value: unknown, path = "#"): Generator<{ path: string; value: Record<string, unknown> }> {
	if (typeof value !== "object" || value === null) return;
	yield { path, value: value as Record<string, unknown> };
	for (const [name, each] of Object.entries(value)) yield* objects(each, `${path}/${name}`);
}

function mediaViolations({ schema, example, examples }: Media): string[] {
	const definition = schema.$ref?.split("/").at(-1);
	const values = [
		...(example === undefined ? [] : [example]),
		...Object.values(examples ?? {}).map(each => each.value),
	];
	expect(values.length).toBeGreaterThan(0);
	return values.map(value => violations(definition!, value)).filter(Boolean);
}

describe("the OpenAPI document", () => {
	test("is of version 3.1 and every reference in it leads somewhere", () => {
		expect(DOCUMENT.openapi).toMatch(/^3\.1\./);
		const references = [...objects(DOCUMENT)].flatMap(({ value }) =>
			typeof value.$ref === "string" ? [value.$ref] : [],
		);
		expect(references.length).toBeGreaterThan(20);
		for (const reference of references)
			if (reference.startsWith(`${FILE}#/$defs/`))
				expect(SCHEMA.$defs, reference).toHaveProperty(reference.split("/").at(-1)!);
			else expect(resolve({ $ref: reference })).not.toHaveProperty("$ref");
	});

	test("has every route that is served, and no other", () => {
		const documented = OPERATIONS.map(({ method, path }) => `${method} ${path}`).sort();
		const served = ROUTES.map(([method, url]) => `${method} ${url.replace(/:(\w+)/g, "{$1}")}`).sort();
		expect(documented).toEqual(served);
		const api = httpApi({} as CashRegister, () => {}, undefined);
		for (const [method, url] of ROUTES) expect(api.hasRoute({ method, url })).toBe(true);
		const printed =
			api.printRoutes({ commonPrefix: false }).match(/\((?:GET|POST|HEAD|PUT|DELETE|OPTIONS)[^)]*\)/g) ?? [];
		expect(printed).toHaveLength(ROUTES.length);
	});

	test.each(OPERATIONS)("$method $path: names, parameters, answers and examples are as the schema has them", each => {
		const { path, method, operation } = each;
		expect(operation.operationId).toMatch(/^[a-z]+$/);
		const parameters = (operation.parameters ?? []).map(resolve);
		const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(match => match[1]);
		expect(parameters.filter(parameter => parameter.in === "path").map(({ name }) => name)).toEqual(inPath);
		for (const { schema, example, name } of parameters) {
			const definition = schema.$ref?.split("/").at(-1);
			expect(definition ? violations(definition, example) : inlineViolations(schema, example), name).toBe("");
		}
		for (const media of Object.values(operation.requestBody?.content ?? {})) expect(mediaViolations(media)).toEqual([]);
		for (const [status, response] of Object.entries(operation.responses)) {
			const { description, content } = resolve(response);
			expect(description, status).toMatch(/\w/);
			for (const [type, media] of Object.entries(content ?? {})) {
				expect(type).toBe(Number(status) >= 400 ? "application/problem+json" : "application/json");
				expect(mediaViolations(media), `${method} ${path} ${status}`).toEqual([]);
				if (Number(status) >= 400) expect(media.example).toMatchObject({ status: Number(status) });
			}
		}
	});

	test("examples of orders are orders", () => {
		const { examples } = DOCUMENT.paths["/transactions"]!.post!.requestBody!.content["application/json"]!;
		for (const { value } of Object.values(examples!)) {
			const { key: _key, ...order } = value as Record<string, unknown>;
			expect(decodeOrder(order)).toEqual(order);
		}
	});

	test("problem examples are sentences that the code has", () => {
		for (const { value } of objects(DOCUMENT))
			if (typeof value.code === "string" && typeof value.detail === "string") {
				const { problem } = new RegisterError(value.code as never, value.detail);
				expect(value).toEqual(problem);
			}
	});
});

const KEY = "order-0001";
const VALUES: readonly unknown[] = [
	undefined,
	null,
	0,
	1,
	-1,
	1.5,
	999_999,
	1_000_000,
	999_999_999,
	1_000_000_000,
	"1",
	true,
	[],
	{},
];

describe("schema and decoder", () => {
	test.each(REGISTER_OPERATIONS)("agree on every order of %s", operation => {
		let accepted = 0;
		const members = ["amountMinor", "cashbackMinor", "tipMinor", "invoice", "unknown"] as const;
		const plain = { amountMinor: 1_000, cashbackMinor: 100, tipMinor: 100, invoice: 7, unknown: 1 };
		for (let used = 0; used < 1 << members.length; used++) {
			const some = members.filter((_, i) => used & (1 << i));
			const order = Object.fromEntries([["operation", operation], ...some.map(name => [name, plain[name]])]);
			for (const name of [undefined, ...some])
				for (const value of name ? VALUES : [undefined]) {
					const changed = name ? JSON.parse(JSON.stringify({ ...order, [name]: value })) : order;
					const isValid = violations("order", changed) === "";
					const refusal = refused(() => decodeOrder(changed));
					if (isValid && refusal) expect(refusal).toMatch(/^cashback and tip are contained/);
					else expect(refusal === undefined, `${JSON.stringify(changed)}: ${refusal}`).toBe(isValid);
					if (isValid) accepted++;
				}
		}
		expect(accepted).toBeGreaterThan(0);
	});

	test.each([
		{ request: "status" },
		{ request: "last" },
		{ request: "last", key: KEY },
		{ request: "cancel", key: KEY },
		{ request: "cancel" },
		{ request: "cancel", key: KEY, order: {} },
		{ request: "transaction", key: KEY },
		...[0, 60, 61, -1, 0.5, "1", null].map(waitSeconds => ({ request: "transaction", key: KEY, waitSeconds })),
		...["1234567", "a".repeat(64), "a".repeat(65), "with space", "../../etc", "", 12345678, null].map(key => ({
			request: "cancel",
			key,
		})),
		{ request: "start", key: KEY, order: { operation: "sale", amountMinor: 1 } },
		{ request: "start", key: KEY, order: { operation: "sale" } },
		{ request: "start", order: { operation: "sale", amountMinor: 1 } },
		{ request: "start", key: KEY },
		{ request: "settle" },
		...["settle", "signIn", "signOff", "echo", "deliver", "download", "totals", "query", "reprint", 7].flatMap(
			service =>
				[{}, { operator: "001" }, { operator: "1234" }, { invoice: 1 }, { invoice: 0 }, { unknown: 1 }].map(more => ({
					...{ request: "serve", key: KEY },
					service: { service, ...more },
				})),
		),
		{ request: "serve", service: { service: "settle" } },
		{ request: "serve", key: KEY },
		{ request: "service", key: KEY },
		{ request: "service", key: KEY, waitSeconds: 61 },
		{},
		[],
		"status",
		null,
		7,
	])("agree on %j", asked => {
		expect(refused(() => decodeRequest(asked)) === undefined).toBe(violations("request", asked) === "");
	});

	test("what only the decoder can say: a key that is a card number", () => {
		expect(refused(() => decodeRequest({ request: "cancel", key: "4111111111111111" }))).toMatch("card number");
	});
});

test("the page for people has each route, operation, status and option", () => {
	const page = readFileSync(new URL("../../docs/cash-register.md", import.meta.url), "utf8");
	for (const operation of REGISTER_OPERATIONS) expect(page).toContain(`\`${operation}\``);
	for (const [, url] of ROUTES) expect(page).toContain(url.split("/:")[0]);
	for (const option of registerOptions(Number)) expect(page).toContain(`\`${option.flags}\``);
	const { status } = (SCHEMA.$defs.transaction as { properties: { status: { enum: string[] } } }).properties;
	for (const word of status.enum) expect(page).toContain(`| \`${word}\` |`);
});

/** The sentence; undefined when it was taken. */
function refused(decode: () => unknown): string | undefined {
	try {
		decode();
		return undefined;
	} catch (error) {
		if (error instanceof RegisterError && error.code === "badRequest") return error.message;
		throw error;
	}
}
