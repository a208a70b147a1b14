import { hash as sha256 } from "@stablelib/sha256";
import nacl from "tweetnacl";
import type { Crypto } from "../ports.js";
import { aesCbc, aesEcb } from "./software/aes.js";
import { desCbc, desEcb } from "./software/des.js";
import { sha1 } from "./software/sha1.js";

/**
 * The primitives in JavaScript for an engine that has none of its own: XS in tests. Each is the cheapest on XS of those
 * that `npm run bench` compares. A board and Node never load this file.
 */
export const softwareCrypto: Crypto = {
	sha1,
	sha256,
	sha512: data => nacl.hash(data),
	desEcb,
	desCbc,
	aesEcb,
	aesCbc,
};
