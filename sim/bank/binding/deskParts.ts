import { BindingError } from "../../../src/binding/bindingError.js";
import { acquirerCertificates } from "../../../src/binding/certificates.js";
import type { CoseSigner } from "../../../src/binding/cose.js";
import {
	type DeskAnswer,
	type DeskRefusal,
	type DeskRequest,
	decodeSealedCard,
	type SealedCard,
} from "../../../src/binding/deskMessages.js";
import { asciiBytes, wipe } from "../../../src/bytes/bytes.js";
import { formatHex } from "../../../src/bytes/hex.js";
import { openSealedBox } from "../../../src/crypto/sealedBox.js";
import { x25519PublicKey } from "../../../src/crypto/x25519.js";
import type { RemoteKey } from "../../../src/keys/remoteKeyLoading.js";
import type { Clock, Crypto, Random } from "../../../src/ports.js";
import type { Books } from "../books.js";
import type { Issuer } from "../issuer.js";
import type { AcquirerTerms, RegisteredMerchant } from "./merchantRegistry.js";
import type { BindingRegistry } from "./registry.js";
import { signedRevocations } from "./signedRevocations.js";

export interface BindingDeskOptions {
	readonly crypto: Crypto;
	readonly random: Random;
	readonly clock: Pick<Clock, "now" | "utcOffsetMinutes">;
	readonly registry: BindingRegistry;
	readonly books: Books;
	readonly issuer: Issuer;
	readonly terms: AcquirerTerms;
	readonly signer: CoseSigner & { readonly secretKey: Uint8Array };
	/** X25519, 32 bytes. */
	readonly agreementSecret: Uint8Array;
	/** As the bank root has signed it. */
	readonly acquirerCertificate: Uint8Array;
	/** ISO 4217 numeric. */
	readonly currency: number;
	/** Of one terminal; the desk wipes them. */
	keysOf(terminalId: string): RemoteKey[];
}

/** What a request comes to. */
export type Reply = Omit<DeskAnswer, "request">;
export const refuse = (refusal: DeskRefusal): Reply => ({ refusal });

/** What the desk works with, whatever it is asked. */
export class DeskParts {
	readonly o: BindingDeskOptions;
	readonly issuerName: string;
	readonly agreement: { readonly publicKey: Uint8Array; readonly secretKey: Uint8Array };

	constructor(options: BindingDeskOptions) {
		this.o = options;
		this.issuerName = acquirerCertificates.read(options.acquirerCertificate).subject;
		const secretKey = options.agreementSecret;
		this.agreement = { publicKey: x25519PublicKey(secretKey), secretKey };
	}

	terminal(serial: string): { readonly merchant: RegisteredMerchant; readonly terminalId: string } | undefined {
		for (const merchant of this.o.terms.merchants)
			for (const terminal of merchant.terminals)
				if (terminal.serial === serial) return { merchant, terminalId: terminal.terminalId };
		return undefined;
	}

	openCard({ card }: DeskRequest): SealedCard | undefined {
		const plain = card && openSealedBox(card.sealed, this.agreement);
		if (!plain) return undefined;
		try {
			return decodeSealedCard(plain);
		} catch (error) {
			if (error instanceof BindingError) return undefined;
			throw error;
		} finally {
			wipe(plain); // WIPE
		}
	}

	revocations(): Pick<Reply, "revocations"> {
		const { registry, clock, signer } = this.o;
		const revocations = signedRevocations(registry, this.issuerName, clock.now(), signer);
		return revocations ? { revocations } : {};
	}

	/** Of an activation code, for the registry. */
	hash(code: string): string {
		return formatHex(this.o.crypto.sha256(asciiBytes(`activation code ${code}`)));
	}
}
