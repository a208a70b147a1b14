import files from "embedded:storage/files";
import { asciiBytes, latin1Text } from "../../../src/bytes/bytes.js";
import { DeviceRandom } from "../../../src/crypto/deviceRandom.js";
import { KeySlots } from "../../../src/keys/keySlots.js";
import { TlsKey } from "../../../src/keys/tlsKey.js";
import { systemClock } from "../../../src/platform/clock.js";
import { nativeCrypto } from "../../../src/platform/crypto.js";
import { entropy } from "../../../src/platform/entropy.js";
import { FileStorage } from "../../../src/platform/files.js";
import { readSettings } from "../../../src/platform/settings.js";
import { TlsHostSocket } from "../../../src/platform/tls.js";

const TIMEOUT_MS = 20_000;

/** Logs on at the bank as the board does, out of its key store, and tells the answer to "ping". */
export default function main(): void {
	answer().then(tell, (error: Error) => tell(error.message));
}

async function answer(): Promise<string> {
	const storage = new FileStorage(files.openDirectory({ path: "panel" }));
	const { host, deviceKeySecret, utcOffsetMinutes } = readSettings(storage);
	const ports = { storage, random: new DeviceRandom(entropy, nativeCrypto), crypto: nativeCrypto };
	const tlsKey = new TlsKey(new KeySlots(ports, deviceKeySecret), ports);
	const connection = await new TlsHostSocket(storage, systemClock(utcOffsetMinutes), host, () => tlsKey).connect(
		TIMEOUT_MS,
	);
	await connection.send(asciiBytes("ping"));
	const bytes = await connection.receive(TIMEOUT_MS);
	connection.close();
	return bytes ? latin1Text(bytes) : "no answer";
}

/** Prints one line and ends the program. */
function tell(line: string): void {
	native("xs_kassa_tell").call(undefined, line);
}
