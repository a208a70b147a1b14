/** What Kassa uses of the part of cbor-x without Node's streams, for which the package has no types. */
declare module "cbor-x/encode" {
	interface EncoderOptions {
		useRecords: boolean;
		mapsAsObjects: boolean;
		tagUint8Array: boolean;
		structuredClone: boolean;
		variableMapSize: boolean;
	}
	export class Encoder {
		constructor(options: EncoderOptions);
		encode(value: unknown): Uint8Array;
		decode(bytes: Uint8Array): unknown;
	}
}
