/** What Kassa uses of des.js, which ships no types. */
declare module "des.js" {
	interface CipherOptions {
		type: "encrypt" | "decrypt";
		key: readonly number[];
		iv?: readonly number[];
		padding: boolean;
	}
	interface Cipher {
		update(data: Uint8Array): number[];
		final(): number[];
	}
	interface CipherClass {
		create(options: CipherOptions): Cipher;
	}
	const des: { DES: CipherClass; EDE: CipherClass; CBC: { instantiate(cipher: CipherClass): CipherClass } };
	export default des;
}
