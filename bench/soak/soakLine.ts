import { BankServer, type BankTls } from "../../sim/bank/bankServer.js";
import { FaultPlan } from "../../sim/bank/fault.js";
import { makeTestPki, type PemPair, type TestPki } from "../../sim/world/pki.js";
import { tlsHostSocket } from "../../sim/world/tlsHostSocket.js";
import type { HostProfile } from "../../src/host/profiles/hostProfile.js";
import type { HostConnection, HostSocket } from "../../src/ports.js";
import type { SaleBench } from "../../test/flows/bench.js";
import { clientPair } from "../../test/sim/bank/clientPair.js";
import type { SoakBank } from "./soakBank.js";

/** What a terminal reaches its bank by, and what can go wrong on it. */
export interface SoakLine {
	readonly faults: FaultPlan;
	readonly socket: HostSocket;
	/** The bank is switched off and on, with all connections to it. */
	restartBank(): Promise<void>;
	close(): void;
}

/** Without a network. */
export function localLine(bench: SaleBench, house: SoakBank): SoakLine {
	return {
		faults: bench.bank.faults,
		socket: bench.bank,
		restartBank: async () => house.restart(),
		close: () => {},
	};
}

/** A silent bank is given up after so many real milliseconds: the soak's clock stands still. */
const PATIENCE_MS = 250;

/** TLS with client certificates over the loopback. */
export async function tlsLine(house: SoakBank, profile: HostProfile): Promise<SoakLine> {
	world ??= makeTestPki().then(async pki => ({ ...pki, terminal: await clientPair(pki) }));
	const { bank, terminal, rootPem } = await world;
	const faults = new FaultPlan();
	let server: BankServer;
	let port = 0;
	const listen = async () => {
		server = new BankServer({
			...{ acquirer: house.acquirer(profile), faults, log: () => {} },
			...{ tls: { key: bank.keyPem, cert: bank.certPem, ca: rootPem }, strangerTls },
		});
		port = await server.listen("127.0.0.1", 0);
	};
	await listen();
	return {
		faults,
		socket: {
			connect: async timeoutMs => {
				const client = { key: terminal.keyPem, cert: terminal.certPem };
				const line = tlsHostSocket({ host: "127.0.0.1", port, ca: rootPem, ...client });
				return impatient(await line.connect(timeoutMs));
			},
		},
		async restartBank() {
			server.close();
			house.restart();
			await listen();
		},
		close: () => server.close(),
	};
}

let world: Promise<TestPki & { readonly terminal: PemPair }> | undefined;
let strangers: Promise<BankTls> | undefined;

function strangerTls(): Promise<BankTls> {
	strangers ??= makeTestPki().then(({ bank, rootPem }) => ({ key: bank.keyPem, cert: bank.certPem, ca: rootPem }));
	return strangers;
}

function impatient(connection: HostConnection): HostConnection {
	return {
		send: bytes => connection.send(bytes),
		receive: timeoutMs => connection.receive(Math.min(timeoutMs, PATIENCE_MS)),
		close: () => connection.close(),
	};
}
