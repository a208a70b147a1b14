/** Where something listens. */
export interface Address {
	/** A name or an address; IPv6 without its brackets. */
	readonly host: string;
	readonly port: number;
}

/** "pay.example:8583", "192.0.2.7:8583", "[2001:db8::7]:8583". @returns undefined for what is none */
export function parseAddress(text: string): Address | undefined {
	const [, bracketed, plain, digits] = /^(?:\[([0-9A-Fa-f:.]+)\]|([^:\s[\]]+)):([0-9]{1,5})$/.exec(text) ?? [];
	const host = bracketed ?? plain;
	const port = Number(digits);
	return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

export function formatAddress({ host, port }: Address): string {
	return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}
