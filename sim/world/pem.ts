const LINE = 64;
const BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** DER as PEM (RFC 7468) without a string on the way, which could not be wiped. */
export function pem(der: Uint8Array, label: "CERTIFICATE" | "CERTIFICATE REQUEST" | "PRIVATE KEY"): Buffer {
	const digits = Math.ceil(der.length / 3) * 4;
	const result = Buffer.alloc(2 * (label.length + 18) + digits + Math.ceil(digits / LINE));
	let at = result.write(`-----BEGIN ${label}-----\n`, "latin1");
	for (let i = 0, column = 0; i < der.length; i += 3) {
		const three = (der[i]! << 16) | ((der[i + 1] ?? 0) << 8) | (der[i + 2] ?? 0);
		for (let digit = 0; digit < 4; digit++)
			result[at++] = i + digit > der.length ? 0x3d : BASE64.charCodeAt((three >> (18 - 6 * digit)) & 0x3f);
		column += 4;
		if (column === LINE || i + 3 >= der.length) {
			result[at++] = 0x0a;
			column = 0;
		}
	}
	at += result.write(`-----END ${label}-----\n`, at, "latin1");
	return result.subarray(0, at);
}
