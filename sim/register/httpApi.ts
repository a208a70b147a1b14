import type { Server } from "node:http";
import type { Socket } from "node:net";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import type { CashRegister } from "../../src/register/cashRegister.js";
import { RegisterError } from "../../src/register/problem.js";
import type { CallerCheck } from "./callerCheck.js";
import { endWithProblem, PROBLEM_TYPE } from "./rawProblem.js";

export const MOST_REQUEST_BYTES = 4096;

/** To send a whole request in. */
const REQUEST_TIMEOUT_MS = 10_000;
/** Without a byte either way: longer than the longest wait for a result. */
const IDLE_TIMEOUT_MS = 75_000;

/** The JSON request of src/register that an HTTP request stands for. @throws {RegisterError} badRequest */
type Translation = (request: FastifyRequest) => unknown;

/** Every route; docs/cash-register.openapi.json has the same. */
export const ROUTES: readonly (readonly ["GET" | "POST", string, Translation])[] = Object.freeze([
	["POST", "/transactions", startRequest],
	["GET", "/transactions/last", without(() => ({ request: "last" }))],
	["GET", "/transactions/:key", transactionRequest],
	["POST", "/transactions/:key/cancel", cancelRequest],
	["POST", "/services", serveRequest],
	["GET", "/services/:key", serviceRequest],
	["GET", "/status", without(() => ({ request: "status" }))],
	["GET", "/events", upgradeRequired],
] as const);

/** The interface over HTTP. @param tls PEM; absent: without TLS */
export function httpApi(
	register: CashRegister,
	check: CallerCheck,
	tls: { readonly key: string; readonly cert: string } | undefined,
): FastifyInstance {
	const options = {
		bodyLimit: MOST_REQUEST_BYTES,
		requestTimeout: REQUEST_TIMEOUT_MS,
		connectionTimeout: IDLE_TIMEOUT_MS,
		exposeHeadRoutes: false,
		forceCloseConnections: true,
		frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) => {
			sendProblem(reply, asRegisterError(error));
		},
		clientErrorHandler: (_error: Error, socket: Socket) =>
			endWithProblem(socket, new RegisterError("badRequest", "the request cannot be read: send HTTP/1.1")),
	};
	const api = (tls ? fastify({ ...options, https: tls }) : fastify(options)) as FastifyInstance<Server>;
	api.addHook("onRequest", async request => check(request.raw));
	api.addHook("onSend", async (_request, reply) => {
		reply.header("cache-control", "no-store").header("x-content-type-options", "nosniff");
	});
	api.setErrorHandler((error, _request, reply) => sendProblem(reply, asRegisterError(error)));
	api.setNotFoundHandler((_request, reply) =>
		sendProblem(reply, new RegisterError("notFound", "there is no such route: docs/cash-register.md lists them")),
	);
	for (const [method, url, translate] of ROUTES)
		api.route({ method, url, handler: async (request, reply) => answer(register, translate(request), reply) });
	return api;
}

async function answer(register: CashRegister, asked: unknown, reply: FastifyReply): Promise<FastifyReply> {
	const { status, body } = await register.answer(asked);
	const isProblem = status >= 400;
	if (!isProblem && "key" in body && "operation" in body) reply.header("location", `/transactions/${body.key}`);
	if (!isProblem && "service" in body) reply.header("location", `/services/${body.key}`);
	return reply
		.code(status)
		.type(isProblem ? PROBLEM_TYPE : "application/json")
		.send(JSON.stringify(body));
}

function sendProblem(reply: FastifyReply, { problem }: RegisterError): FastifyReply {
	if (problem.code === "unauthorised") reply.header("www-authenticate", "Bearer");
	return reply.code(problem.status).type(PROBLEM_TYPE).send(JSON.stringify(problem));
}

function startRequest(request: FastifyRequest): unknown {
	const { key, rest: order } = keyed(request, "the order");
	return { request: "start", key, order };
}

function serveRequest(request: FastifyRequest): unknown {
	const { key, rest: service } = keyed(request, "the service");
	return { request: "serve", key, service };
}

/** The key stands in the header, in the body or in both alike. @param what the body is */
function keyed(request: FastifyRequest, what: string): { readonly key: unknown; readonly rest: object } {
	noQuery(request);
	const header = request.headers["idempotency-key"];
	const { body } = request;
	if (typeof body !== "object" || body === null || Array.isArray(body))
		throw new RegisterError("badRequest", `the body must be a JSON object: ${what}`);
	const { key: inBody, ...rest } = body as { key?: unknown };
	// The header field is a string in quotation marks (draft-ietf-httpapi-idempotency-key-header); bare is clear as well.
	const inHeader = typeof header === "string" ? header.replace(/^"(.*)"$/, "$1") : undefined;
	if (inHeader === undefined && inBody === undefined)
		throw new RegisterError("badRequest", `give ${what} a key: in the header Idempotency-Key or as the member key`);
	if (inHeader !== undefined && inBody !== undefined && inHeader !== inBody)
		throw new RegisterError("badRequest", "the header Idempotency-Key and the member key must be the same");
	return { key: inHeader ?? inBody, rest };
}

function transactionRequest(request: FastifyRequest): unknown {
	return { request: "transaction", key: keyOf(request), ...waiting(request) };
}

function serviceRequest(request: FastifyRequest): unknown {
	return { request: "service", key: keyOf(request), ...waiting(request) };
}

function waiting({ query }: FastifyRequest): { readonly waitSeconds?: unknown } {
	const { wait, ...others } = query as Record<string, unknown>;
	if (Object.keys(others).length) throw new RegisterError("badRequest", "the only parameter of this route is wait");
	if (wait === undefined) return {};
	return { waitSeconds: typeof wait === "string" && /^[0-9]{1,3}$/.test(wait) ? Number(wait) : wait };
}

function cancelRequest(request: FastifyRequest): unknown {
	noQuery(request);
	const { body } = request;
	if (body !== undefined && body !== null && Object.keys(body).length)
		throw new RegisterError("badRequest", "a cancellation has no body: leave it out");
	return { request: "cancel", key: keyOf(request) };
}

function upgradeRequired(): never {
	throw new RegisterError("upgradeRequired", "events come through a WebSocket: connect to this address with one");
}

function without(translate: Translation): Translation {
	return request => {
		noQuery(request);
		return translate(request);
	};
}

function noQuery({ query }: FastifyRequest): void {
	if (Object.keys(query as object).length) throw new RegisterError("badRequest", "this route has no parameters");
}

function keyOf({ params }: FastifyRequest): string {
	return (params as { readonly key: string }).key;
}

function asRegisterError(error: unknown): RegisterError {
	if (error instanceof RegisterError) return error;
	const { code, statusCode } = error as { code?: string; statusCode?: number };
	if (code === "FST_ERR_CTP_BODY_TOO_LARGE")
		return new RegisterError("tooLarge", `a request has at most ${MOST_REQUEST_BYTES} bytes`);
	if (code === "FST_ERR_CTP_INVALID_MEDIA_TYPE")
		return new RegisterError("unsupportedMediaType", "the body must be of the type application/json");
	if (statusCode !== undefined && statusCode < 500)
		return new RegisterError("badRequest", "the request cannot be read: its body must be one JSON object");
	return new RegisterError("fault", "the cash-register interface has failed: ask again with the same key");
}
