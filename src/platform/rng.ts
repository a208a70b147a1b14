/**
 * Stands in for the SDK's module `rng`, from which its TLS takes keys and nonces: that one is seeded from `rand()`, which
 * gives the same bytes at each start of the simulator. A terminal whose source failed its health test opens no connection.
 */
export default Object.freeze({
	get: (length: number): ArrayBuffer => native("xs_kassa_entropy").call(undefined, length) as ArrayBuffer,
	/** The source needs no seed. */
	init(): void {},
});
