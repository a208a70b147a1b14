import type { TlsKey } from "../keys/tlsKey.js";
import type { Clock, HostSocket, ManagementLink, Storage } from "../ports.js";
import { SdkMqttLink } from "./mqttLink.js";
import type { DeviceSettings } from "./settings.js";
import { tlsSockets } from "./tls.js";

interface BankLines {
	readonly socket: HostSocket;
	readonly backupSocket?: HostSocket;
	readonly desk?: HostSocket;
	readonly managementLink?: ManagementLink;
}

/** All lines to the bank that the settings name. @param tlsKey asked at each connection */
export function bankLines(storage: Storage, clock: Clock, settings: DeviceSettings, tlsKey: () => TlsKey): BankLines {
	const { managementHost } = settings;
	return {
		...tlsSockets(storage, clock, settings, tlsKey),
		...(managementHost && { managementLink: new SdkMqttLink(storage, clock, managementHost, tlsKey) }),
	};
}
