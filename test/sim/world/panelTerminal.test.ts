import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseFault } from "../../../sim/card/faultCheck.js";
import { bankSigningKey } from "../../../sim/world/bankSigningKey.js";
import { nodeCrypto } from "../../../sim/world/nodeCrypto.js";
import { PanelTerminal } from "../../../sim/world/panelTerminal.js";
import { StateFolder } from "../../../sim/world/stateFolder.js";
import { systemRandom } from "../../../sim/world/system.js";
import { openTestWorld } from "../../../sim/world/testWorld.js";
import { ed25519KeyPair } from "../../../src/crypto/ed25519.js";
import { keyCheckValue } from "../../../src/keys/keyCheckValue.js";
import { makeRemoteKeys } from "../../../src/keys/remoteKeyLoading.js";

const folder = mkdtempSync(join(tmpdir(), "kassa-panel-"));
const state = new StateFolder(folder);
let panel: PanelTerminal;
beforeAll(async () => {
	await openTestWorld(state, false, undefined, ["panel"]);
	panel = new PanelTerminal(state, { port: 1 }, () => {});
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function inserted(name: string): Promise<void> {
	panel.insertCard(name);
	while (panel.inserted() !== name) await new Promise(resolve => setTimeout(resolve, 5));
}

test("a key message of the test bank is taken, once; one of another is not", async () => {
	const mac = new Uint8Array(16).fill(0x29);
	const ports = { crypto: nodeCrypto, random: systemRandom };
	const terminal = { serial: "KASSA001", agreementKey: panel.terminal.identity().publicKeys.agreement };
	const key = { slot: "mac", usage: "M0", algorithm: "T", modeOfUse: "C", exportability: "N", key: mac } as const;
	const messageOf = (secretKey: Uint8Array) =>
		makeRemoteKeys(ports, secretKey, terminal, 7, [{ ...key, kcv: keyCheckValue(nodeCrypto, "T", mac) }]);
	const message = messageOf(bankSigningKey(state).secretKey);
	const stranger = ed25519KeyPair(nodeCrypto, new Uint8Array(32).fill(3)).secretKey;
	const told = async (record: Uint8Array) => {
		const from = panel.log.length;
		panel.loadKeys(record);
		while (!panel.log.slice(from).some(({ text }) => /^keys (not )?loaded/.test(text)))
			await new Promise(resolve => setTimeout(resolve, 5));
		return panel.log.at(-1)!.text;
	};
	expect(await told(messageOf(stranger))).toMatch(/^keys not loaded: the key message is not from the bank/);
	expect(await told(message)).toBe("keys loaded: mac");
	expect(await told(message)).toMatch(/^keys not loaded: the key message was used before/);
});

/** A sale up to its end; nobody enters a PIN. */
async function sale(): Promise<{ outcome: string; apdus: number }> {
	const { outcome, apdus } = await panel.terminal.sale(100);
	if (outcome === "cardRemoved") expect(panel.inserted()).toBeUndefined();
	else panel.removeCard();
	return { outcome, apdus };
}

test("the panel's lines tell why, for each decision of the sale", async () => {
	await inserted("no-cvm");
	expect(await sale()).toMatchObject({ outcome: "declined" }); // the bank is not there
	const why = panel.log.filter(({ source }) => source === "why").map(({ text }) => text);
	expect(why).toContainEqual(expect.stringMatching(/^Book 1, 12\.4: final selection/));
	expect(why).toContainEqual(expect.stringMatching(/^Book 3, 10\.9: what does the issuer say \(reason /));
	expect(why.at(-1)).toMatch(/: declined$/);
});

test("faults hold for the card that is in the slot, for those that follow, and no longer than they are armed", async () => {
	await inserted("no-cvm");
	panel.armFaults([parseFault("pull:apdu=4")]);
	expect(panel.faults()).toMatchObject([{ fault: "pull", apdu: 4 }]);
	expect(await sale()).toMatchObject({ outcome: "cardRemoved" });
	await inserted("dda");
	expect(await sale()).toMatchObject({ outcome: "cardRemoved" });
	await inserted("mute-after-selection");
	panel.armFaults([]);
	expect(await sale()).toMatchObject({ outcome: "cardError" });
	await inserted("no-cvm");
	// The bank is not there: the terminal asks for it in vain and declines.
	expect(await sale()).toMatchObject({ outcome: "declined" });
});
