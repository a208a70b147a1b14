// CRC-32 of each value of 4 bits: two steps a byte from a table that is small enough for a board.
const NIBBLES: readonly number[] = Object.freeze([
	0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c, 0xedb88320,
	0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
]);

/** CRC-32 of ISO/IEC 13239 (reflected, polynomial 04C11DB7), as an unsigned number. */
export function crc32(bytes: Uint8Array): number {
	let crc = 0xffffffff;
	for (let i = 0; i < bytes.length; i++) {
		crc ^= bytes[i]!;
		crc = (crc >>> 4) ^ NIBBLES[crc & 0x0f]!;
		crc = (crc >>> 4) ^ NIBBLES[crc & 0x0f]!;
	}
	return ~crc >>> 0;
}
