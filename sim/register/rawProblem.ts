import type { Duplex } from "node:stream";
import type { RegisterError } from "../../src/register/problem.js";

export const PROBLEM_TYPE = "application/problem+json";

/** Answers where there is no response object yet, and ends the connection. */
export function endWithProblem(socket: Duplex, { problem }: RegisterError): void {
	if (!socket.writable) {
		socket.destroy();
		return;
	}
	const body = JSON.stringify(problem);
	const head = [
		`HTTP/1.1 ${problem.status} ${problem.title}`,
		`content-type: ${PROBLEM_TYPE}`,
		`content-length: ${Buffer.byteLength(body)}`,
		"connection: close",
	];
	socket.end(`${head.join("\r\n")}\r\n\r\n${body}`);
}
