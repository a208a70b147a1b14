import { readFileSync } from "node:fs";
import { type CoseSigner, kidOf } from "../../src/binding/cose.js";
import { equal } from "../../src/bytes/bytes.js";
import { decodeCbor, encodeCbor } from "../../src/bytes/cbor.js";
import { formatHex } from "../../src/bytes/hex.js";
import { ed25519Sign } from "../../src/crypto/ed25519.js";
import { chunkAt, chunkCount, openManifest, type UpdateManifest } from "../../src/update/manifest.js";
import type { UpdateSettings } from "../../src/update/update.js";
import { UpdateError } from "../../src/update/updateError.js";
import { updateSigningKey } from "../world/bankSigningKey.js";
import { FileStorage } from "../world/fileStorage.js";
import type { TestTerminal } from "../world/merchant.js";
import { nodeCrypto } from "../world/nodeCrypto.js";
import { type StateFolder, UserError } from "../world/stateFolder.js";

export const PRODUCT = "kassa";
export const TARGET = "simulator";

/** An image with its manifest, as `kassa update make` writes it (docs/update.cddl). */
export interface UpdateFile {
	readonly manifest: Uint8Array;
	readonly image: Uint8Array;
}

/** Where the images of a terminal of this world lie. */
export function slotStorage(state: StateFolder, name: TestTerminal): FileStorage {
	return new FileStorage(state.at("firmware", name));
}

/** Whose firmware a terminal of this world takes. */
export function updateSettings(state: StateFolder): UpdateSettings {
	return { keys: [updateSigningKey(state).publicKey], product: PRODUCT, target: TARGET };
}

export function updateSigner(state: StateFolder): CoseSigner {
	const { publicKey, secretKey } = updateSigningKey(state);
	return { kid: kidOf(nodeCrypto, publicKey), sign: message => ed25519Sign(nodeCrypto, message, secretKey) };
}

export function encodeUpdateFile({ manifest, image }: UpdateFile): Uint8Array {
	return encodeCbor({ manifest, image });
}

/** @throws {UserError} when the file is none, or not of this world's key */
export function readUpdateFile(state: StateFolder, path: string): UpdateFile & { readonly claims: UpdateManifest } {
	let bytes: Uint8Array;
	try {
		bytes = readFileSync(path);
	} catch {
		throw new UserError(`cannot read ${path}: name an update, a file of \`kassa update make\``);
	}
	try {
		const { manifest, image } = decodeCbor(bytes) as Partial<UpdateFile>;
		if (!(manifest instanceof Uint8Array) || !(image instanceof Uint8Array)) throw new UpdateError("parts are missing");
		const claims = openManifest(nodeCrypto, manifest, updateSettings(state).keys);
		if (!equal(nodeCrypto.sha256(image), claims.digest))
			throw new UpdateError("its image is not the one that was signed");
		return { manifest: manifest.slice(), image: image.slice(), claims };
	} catch (error) {
		const why = error instanceof Error ? error.message : "unknown";
		throw new UserError(`${path} is no update of this world: ${why}; make one with \`kassa update make\``);
	}
}

/** Where an update lies on the shelf, by the digest of its image. */
export const updateName = (digest: Uint8Array) => `management/firmware/${formatHex(digest)}`;

/** Puts an update where the bank's management service takes its chunks from. */
export function shelve(state: StateFolder, update: UpdateFile): void {
	state.write(updateName(nodeCrypto.sha256(update.image)), encodeUpdateFile(update));
}

/** @returns a piece of an image; undefined where the bank does not have the image, or it is not so long */
export type ChunkOf = (digest: Uint8Array, chunk: number) => Uint8Array | undefined;

/** Chunks of the images that lie in a state folder. */
export function shelf(state: StateFolder): ChunkOf {
	let open: ReturnType<typeof readUpdateFile> | undefined;
	return (digest, chunk) => {
		if (!open || !equal(open.claims.digest, digest))
			open = state.has(updateName(digest)) ? readUpdateFile(state, state.at(updateName(digest))) : undefined;
		if (!open || chunk >= chunkCount(open.claims)) return undefined;
		const { offset, length } = chunkAt(open.claims, chunk);
		return open.image.slice(offset, offset + length);
	};
}
