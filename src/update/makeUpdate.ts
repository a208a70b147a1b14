import type { CoseSigner } from "../binding/cose.js";
import { concat } from "../bytes/bytes.js";
import type { Crypto } from "../ports.js";
import { signManifest, type UpdateManifest } from "./manifest.js";

/** What an image's maker says of it; the rest follows from the image. */
export type UpdateTerms = Omit<UpdateManifest, "size" | "chunks" | "digest">;

/** The signed manifest of an image. @throws {BindingError} {TypeError} on terms that nobody would take */
export function makeUpdate(crypto: Crypto, image: Uint8Array, terms: UpdateTerms, signer: CoseSigner): Uint8Array {
	const digests: Uint8Array[] = [];
	for (let at = 0; at < image.length; at += terms.chunkSize)
		digests.push(crypto.sha256(image.subarray(at, at + terms.chunkSize)));
	const size = image.length;
	return signManifest({ ...terms, size, chunks: concat(...digests), digest: crypto.sha256(image) }, signer);
}
