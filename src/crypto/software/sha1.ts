/**
 * SHA-1 (FIPS 180-4, 6.1) of the parts one after another. Own code because of its cost on XS: 48 k compute units for 250 bytes, where @noble/hashes takes
 * 95 k.
 */
export function sha1(...parts: readonly Uint8Array[]): Uint8Array {
	let length = 0;
	for (let i = 0; i < parts.length; i++) length += parts[i]!.length;
	const padded = new Uint8Array(((length + 8) & ~63) + 64); // 5.1.1
	for (let i = 0, at = 0; i < parts.length; i++) {
		padded.set(parts[i]!, at);
		at += parts[i]!.length;
	}
	padded[length] = 0x80;
	const view = new DataView(padded.buffer);
	view.setUint32(padded.length - 8, Math.floor(length / 0x20000000));
	view.setUint32(padded.length - 4, length << 3);
	const w = new Int32Array(80);
	let h0 = 0x67452301;
	let h1 = 0xefcdab89 | 0;
	let h2 = 0x98badcfe | 0;
	let h3 = 0x10325476;
	let h4 = 0xc3d2e1f0 | 0;
	for (let at = 0; at < padded.length; at += 64) {
		for (let t = 0; t < 16; t++) w[t] = view.getInt32(at + 4 * t);
		for (let t = 16; t < 80; t++) {
			const word = w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!;
			w[t] = (word << 1) | (word >>> 31);
		}
		let a = h0;
		let b = h1;
		let c = h2;
		let d = h3;
		let e = h4;
		let t = 0;
		// One loop for each of the four functions of 4.1.1 instead of a choice in each step.
		for (; t < 20; t++) {
			const sum = (((a << 5) | (a >>> 27)) + (d ^ (b & (c ^ d))) + e + 0x5a827999 + w[t]!) | 0;
			e = d;
			d = c;
			c = (b << 30) | (b >>> 2);
			b = a;
			a = sum;
		}
		for (; t < 40; t++) {
			const sum = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0x6ed9eba1 + w[t]!) | 0;
			e = d;
			d = c;
			c = (b << 30) | (b >>> 2);
			b = a;
			a = sum;
		}
		for (; t < 60; t++) {
			const sum = (((a << 5) | (a >>> 27)) + ((b & c) | (d & (b | c))) + e + 0x8f1bbcdc + w[t]!) | 0;
			e = d;
			d = c;
			c = (b << 30) | (b >>> 2);
			b = a;
			a = sum;
		}
		for (; t < 80; t++) {
			const sum = (((a << 5) | (a >>> 27)) + (b ^ c ^ d) + e + 0xca62c1d6 + w[t]!) | 0;
			e = d;
			d = c;
			c = (b << 30) | (b >>> 2);
			b = a;
			a = sum;
		}
		h0 = (h0 + a) | 0;
		h1 = (h1 + b) | 0;
		h2 = (h2 + c) | 0;
		h3 = (h3 + d) | 0;
		h4 = (h4 + e) | 0;
	}
	const hash = new DataView(new ArrayBuffer(20));
	[h0, h1, h2, h3, h4].forEach((word, i) => {
		hash.setInt32(4 * i, word);
	});
	return new Uint8Array(hash.buffer);
}
