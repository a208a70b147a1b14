import type { AddressInfo } from "node:net";
import { createServer, type TLSSocket } from "node:tls";
import { Aedes, type AuthenticateError, type Client, type Connection } from "aedes";
import { mayRead, mayWrite } from "./accessRules.js";

export interface BrokerTls {
	/** PEM: the broker's own, and the root whose clients are let in. */
	readonly key: string;
	readonly cert: string;
	readonly ca: string;
}

export interface Broker {
	readonly port: number;
	/** Clients that are connected now. */
	readonly clients: number;
	/** Breaks off all connections, as a broker does that is started again. */
	dropClients(): void;
	close(): Promise<void>;
}

const NOT_AUTHORIZED = 5;

/**
 * An MQTT broker in this process: TLS with client certificates only; the certificate's common name is the client's name, and
 * the access rules go by it (docs/fleet.md).
 * @param log one line for each thing that was refused
 */
export async function startBroker(
	{ host, port, tls }: { readonly host: string; readonly port: number; readonly tls: BrokerTls },
	log: (text: string) => void = () => {},
): Promise<Broker> {
	// Taken at the handshake: a socket that is gone has no certificate any more, and its last will is still to be judged.
	const names = new WeakMap<Connection, string>();
	const nameOf = (client: Client) => names.get(client.conn) ?? "";
	const refused = (client: Client, what: string) => log(`${nameOf(client)} was refused ${what}`);
	const aedes = await Aedes.createBroker({
		preConnect: (client, packet, done) => {
			const { will } = packet;
			if (!will || mayWrite(nameOf(client), will.topic)) return done(null, true);
			refused(client, `a last will for ${will.topic}`);
			done(new Error("not authorised"), false);
		},
		authenticate: (client, _user, _password, done) => {
			// Else a client could end another one's connection by taking its name.
			if (client.id === nameOf(client)) return done(null, true);
			refused(client, `the name ${client.id}`);
			done(Object.assign(new Error("not authorised"), { returnCode: NOT_AUTHORIZED }) as AuthenticateError, false);
		},
		authorizePublish: (client, packet, done) => {
			if (!client || mayWrite(nameOf(client), packet.topic)) return done(null);
			refused(client, `a message for ${packet.topic}`);
			done(new Error("not authorised"));
		},
		authorizeSubscribe: (client, subscription, done) => {
			if (mayRead(nameOf(client), subscription.topic)) return done(null, subscription);
			refused(client, `to read ${subscription.topic}`);
			done(null, null);
		},
	});
	// A client that breaks off is no event of the broker's.
	aedes.on("clientError", () => {}).on("connectionError", () => {});
	const sockets = new Set<TLSSocket>();
	const server = createServer(
		{ ...tls, requestCert: true, rejectUnauthorized: true, minVersion: "TLSv1.2" },
		socket => {
			sockets.add(socket);
			socket.once("close", () => sockets.delete(socket));
			names.set(socket, commonName(socket));
			aedes.handle(socket);
		},
	);
	server.on("tlsClientError", () => {});
	await new Promise<void>((resolve, reject) => {
		server.once("error", reject);
		server.listen(port, host, resolve);
	});
	const dropClients = () => {
		for (const socket of sockets) socket.destroy();
	};
	return {
		port: (server.address() as AddressInfo).port,
		get clients() {
			return aedes.connectedClients;
		},
		dropClients,
		async close() {
			const closed = new Promise<void>(resolve => server.close(() => resolve()));
			dropClients();
			await closed;
			await new Promise<void>(resolve => aedes.close(() => resolve()));
		},
	};
}

/** In the client's certificate, which TLS has verified. */
function commonName(socket: TLSSocket): string {
	const { CN } = socket.getPeerCertificate().subject ?? {};
	return typeof CN === "string" ? CN : "";
}
