import { expect, test } from "vitest";
import { formatHex } from "../../src/bytes/hex.js";
import { CardSession } from "../../src/card/cardSession.js";
import { ContactReader } from "../../src/card/contactReader.js";
import { bytes } from "../emv/scriptedCard.js";
import { ScriptedSlot } from "./scriptedSlot.js";

const GOOD = "3B600000";

// [SEC-01]
test("who listens never sees the body of a VERIFY", async () => {
	const slot = new ScriptedSlot(
		[GOOD],
		[
			["0020008008", "20"],
			["241234FFFFFFFFFF", "9000"],
			["0084000000", "6C01"],
			["0084000001", "84 AA 9000"],
		],
	);
	const seen: string[] = [];
	const sent: Uint8Array[] = [];
	const reader = new ContactReader(slot);
	const transmit = reader.transmit.bind(reader);
	reader.transmit = command => {
		sent.push(command);
		return transmit(command);
	};
	const session = new CardSession(reader, (command, response) =>
		seen.push(`${formatHex(command.data ?? new Uint8Array(0))}/${formatHex(response.data)}`),
	);
	await session.activate();
	await session.transmit({ cla: 0, ins: 0x20, p1: 0, p2: 0x80, data: bytes("241234FFFFFFFFFF") });
	await session.transmit({ cla: 0, ins: 0x84, p1: 0, p2: 0, le: 256 });
	expect(seen).toEqual(["0000000000000000/", "/AA"]);
	expect([session.apdus, session.bytesToCard, session.bytesFromCard]).toEqual([2, 18, 5]);
	expect(formatHex(sent[0]!), "nothing of the PIN stays behind in what was sent").toMatch(/^(00)*$/);
});

// [ISO-APDU-02]
test("a response without a status word is no response", async () => {
	const reader = {
		present: true,
		onChange: undefined,
		activate: async () => bytes(GOOD),
		transmit: async () => Uint8Array.of(0x90),
		deactivate: async () => {},
	};
	const session = new CardSession(reader);
	await expect(session.transmit({ cla: 0, ins: 0x84, p1: 0, p2: 0 })).rejects.toMatchObject({ reason: "protocol" });
});
