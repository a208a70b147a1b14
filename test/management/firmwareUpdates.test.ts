import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nodeCrypto } from "../../sim/world/nodeCrypto.js";
import { equal } from "../../src/bytes/bytes.js";
import { chunkAt, openManifest } from "../../src/update/manifest.js";
import { BANK, STRANGER, testUpdate, UpdateWorld } from "../update/updateWorld.js";
import { eventually, LinkWorld, TERMINAL } from "./linkWorld.js";

const NEW = testUpdate("2.0.0");
const OTHER = testUpdate("2.1.0", { rollbackCounter: 2 });
let updates: UpdateWorld;
let world: LinkWorld;

beforeEach(async () => {
	updates = new UpdateWorld();
	world = new LinkWorld();
	world.chunkOf = (digest, chunk) => {
		const update = [NEW, OTHER].find(({ image }) => equal(nodeCrypto.sha256(image), digest));
		if (!update) return undefined;
		const { offset, length } = chunkAt(openManifest(nodeCrypto, update.manifest, [BANK.publicKey]), chunk);
		return update.image.slice(offset, offset + length);
	};
	world.firmware = updates.update;
	world.boot();
	await world.service.start();
});

afterEach(() => world.close());

const offer = (manifest: Uint8Array | undefined) =>
	world.service.order(TERMINAL, "updateOffer", { ...(manifest && { manifest }) });
const answerTo = async ({ sequence }: { readonly sequence: number }) => {
	await eventually(() => world.store.order(TERMINAL, "updateOffer", sequence)?.answer !== undefined);
	return world.store.order(TERMINAL, "updateOffer", sequence)!.answer!;
};
const kinds = () => world.broker.published.map(({ topic }) => topic.split("/").at(-1)!);

describe("firmware over the link", () => {
	test("is offered, fetched chunk after chunk and then ready", async () => {
		world.start();
		expect(await answerTo(await offer(NEW.manifest))).toMatchObject({
			...{ done: true, reason: "version 2.0.0 is being fetched: 0 of 3 chunks" },
		});
		await eventually(() => updates.update.isReady);
		expect(kinds().filter(kind => kind === "updateRequest")).toHaveLength(3);
		expect(kinds().filter(kind => kind === "updateChunk")).toHaveLength(3);
	});

	test("comes to a terminal that was away when it was offered, and is withdrawn as it was offered", async () => {
		await offer(NEW.manifest);
		world.start();
		await eventually(() => updates.update.isReady);
		expect(await answerTo(await offer(undefined))).toMatchObject({ done: true, reason: "no update is offered" });
		expect(updates.update.urgency).toBe("none");
	});

	test("goes on where it was, over a line that breaks and a terminal that loses its power", async () => {
		let asked = 0;
		world.broker.onPublish = (message, clientId) => {
			if (!message.topic.endsWith("/up/updateRequest")) return message;
			asked++;
			if (asked === 2) {
				world.broker.cut(clientId);
				return undefined;
			}
			return message;
		};
		await offer(NEW.manifest);
		world.start();
		await eventually(() => updates.update.held === 1_024);
		await world.stop();
		updates.boot();
		expect(updates.update.held).toBe(1_024);
		world.firmware = updates.update;
		world.boot();
		world.start();
		await eventually(() => updates.update.isReady);
		expect(asked).toBeLessThanOrEqual(4); // the one that was lost, and no chunk twice
	});

	test("that somebody at the bank has altered is not kept, and is asked for again a minute later", async () => {
		let spoils = true;
		const good = world.chunkOf!;
		world.chunkOf = (digest, chunk) => good(digest, chunk)?.map(byte => (spoils ? byte ^ 1 : byte));
		world.start();
		await answerTo(await offer(NEW.manifest));
		await eventually(() => world.log.some(line => line.includes("chunk 0 of the update is not what was signed")));
		expect(updates.update.held).toBe(0);
		spoils = false;
		await eventually(() => updates.update.isReady);
	});

	test("of a stranger, of an older counter or that the bank does not have is refused in a sentence", async () => {
		world.start();
		const strange = testUpdate("2.0.0", {}, STRANGER.signer);
		expect(await answerTo(await offer(strange.manifest))).toMatchObject({
			...{ done: false, reason: "update manifest: the message is signed by somebody who is not known here" },
		});
		expect(await answerTo(await offer(testUpdate("1.0.0").manifest))).toMatchObject({ done: false });
		const unknown = testUpdate("9.0.0", { chunkSize: 512 });
		await answerTo(await offer(unknown.manifest));
		world.chunkOf = undefined;
		await eventually(() => world.log.some(line => line.includes("the bank does not have the image that it offers")));
	});

	test("that is replayed is not taken: an offer of before does not come back", async () => {
		world.start();
		const first = await offer(NEW.manifest);
		await answerTo(first);
		await answerTo(await offer(OTHER.manifest));
		const replayed = world.broker.published.find(({ topic }) => topic.endsWith("/down/updateOffer"))!;
		world.broker.deliver(replayed);
		await eventually(() => world.log.some(line => line.includes('older than another "updateOffer"')));
		await eventually(() => updates.update.isReady);
		expect(updates.update.offer?.version).toBe("2.1.0");
	});

	test("is not for a terminal that has no place for it", async () => {
		world.firmware = undefined;
		world.boot();
		world.start();
		expect(await answerTo(await offer(NEW.manifest))).toMatchObject({
			...{ done: false, reason: "this terminal cannot install other firmware" },
		});
	});

	test("waits for whoever is at the terminal: no chunk is fetched during a transaction", async () => {
		let free = () => {};
		world.busy = new Promise(resolve => {
			free = resolve;
		});
		await offer(NEW.manifest);
		world.start();
		await new Promise(resolve => setTimeout(resolve, 100));
		expect(kinds()).not.toContain("updateRequest");
		free();
		await eventually(() => updates.update.isReady);
	});
});
