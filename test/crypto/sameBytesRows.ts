import { SeededRandom } from "../../sim/world/seededRandom.js";
import { asciiBytes, concat } from "../../src/bytes/bytes.js";
import { formatHex, parseHex } from "../../src/bytes/hex.js";
import { blake2b } from "../../src/crypto/blake2b.js";
import { aesCipher, tdesCipher } from "../../src/crypto/blockCipher.js";
import { CtrDrbg, knowsItsAnswer } from "../../src/crypto/ctrDrbg.js";
import { ed25519KeyPair, ed25519Sign, ed25519Verify } from "../../src/crypto/ed25519.js";
import { hkdf } from "../../src/crypto/hkdf.js";
import { type HashName, hmac } from "../../src/crypto/hmac.js";
import { cbcMac, cmac, ecbXorMac, padMethod1, padMethod2, padMethod3, retailMac } from "../../src/crypto/mac.js";
import { rsaRecover } from "../../src/crypto/rsa.js";
import { openSealedBox, sealBox } from "../../src/crypto/sealedBox.js";
import { secretbox } from "../../src/crypto/secretbox.js";
import { x25519PublicKey, x25519SharedSecret } from "../../src/crypto/x25519.js";
import type { CipherDirection, Crypto } from "../../src/ports.js";

/** One operation that every implementation of `Crypto` must do alike: in Node, on XS, on a device. */
export interface SameBytesRow {
	readonly name: string;
	readonly run: (crypto: Crypto) => Uint8Array;
	/** What a standard prints, hexadecimal. */
	readonly expected?: string;
}

const HASHES = ["sha1", "sha256", "sha512"] as const;
const DIRECTIONS = ["encipher", "decipher"] as const;

/** The table: vectors of the standards, then operations on inputs from a seeded generator. */
export function sameBytesRows(): SameBytesRow[] {
	return [...standardRows(), ...randomRows(new SeededRandom(20_261_122))];
}

/** The outcome of each row, hexadecimal; a fault is told by its name. */
export function outcomes(crypto: Crypto): string[] {
	return sameBytesRows().map(({ run }) => {
		try {
			return formatHex(run(crypto));
		} catch (error) {
			return String(error);
		}
	});
}

function standardRows(): SameBytesRow[] {
	const abc = asciiBytes("abc");
	const plain = parseHex("6BC1BEE22E409F96E93D7E117393172AAE2D8A571E03AC9C");
	const aesKey = parseHex("2B7E151628AED2A6ABF7158809CF4F3C");
	return [
		...drbgRows(),
		row("SHA-1 of abc (FIPS 180-4)", c => c.sha1(abc), "A9993E364706816ABA3E25717850C26C9CD0D89D"),
		row(
			"SHA-256 of abc (FIPS 180-4)",
			c => c.sha256(abc),
			"BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD",
		),
		row(
			"SHA-512 of abc (FIPS 180-4)",
			c => c.sha512(abc),
			"DDAF35A193617ABACC417349AE20413112E6FA4E89A97EA20A9EEEE64B55D39A2192992A274FC1A836BA3C23A3FEEBBD454D4423643CE80E2A9AC94FA54CA49F",
		),
		row(
			"HMAC-SHA-1 (RFC 2202, 3, case 2)",
			c => hmac(c, "sha1", asciiBytes("Jefe"), asciiBytes("what do ya want for nothing?")),
			"EFFCDF6AE5EB2FA2D27416D5F184DF9C259A7C79",
		),
		row(
			"HMAC-SHA-256 (RFC 4231, 4.3)",
			c => hmac(c, "sha256", asciiBytes("Jefe"), asciiBytes("what do ya want for nothing?")),
			"5BDCC146BF60754E6A042426089575C75A003F089D2739839DEC58B964EC3843",
		),
		row(
			"HMAC-SHA-512 (RFC 4231, 4.3)",
			c => hmac(c, "sha512", asciiBytes("Jefe"), asciiBytes("what do ya want for nothing?")),
			"164B7A7BFCF819E2E395FBE73B56E0A387BD64222E831FD610270CD7EA2505549758BF75C05A994A6D034F65F8F0E6FDCAEAB1A34D4A6B4B636E070A38BCE737",
		),
		row(
			"HMAC-SHA-256 with a key longer than a block (RFC 4231, 4.7)",
			c =>
				hmac(
					c,
					"sha256",
					new Uint8Array(131).fill(0xaa),
					asciiBytes("Test Using Larger Than Block-Size Key - Hash Key First"),
				),
			"60E431591EE0B67F0D8A26AACBF5B77F8E0BC6213728C5140546040F0EE37F54",
		),
		row(
			"HKDF-SHA-256 (RFC 5869, A.1)",
			c =>
				hkdf(c, "sha256", {
					inputKey: new Uint8Array(22).fill(0x0b),
					salt: parseHex("000102030405060708090A0B0C"),
					info: parseHex("F0F1F2F3F4F5F6F7F8F9"),
					length: 42,
				}),
			"3CB25F25FAACD57A90434F64D0362F2A2D2D0A90CF1A5A4C5DB02D56ECC4C5BF34007208D5B887185865",
		),
		row(
			"HKDF-SHA-256 without salt and info (RFC 5869, A.3)",
			c =>
				hkdf(c, "sha256", {
					inputKey: new Uint8Array(22).fill(0x0b),
					salt: new Uint8Array(0),
					info: new Uint8Array(0),
					length: 42,
				}),
			"8DA4E775A563C18F715F802A063C5A31B8A11F5C5EE1879EC3454E5F3C738D2D9D201395FAA4B61A96C8",
		),
		row(
			"DES (FIPS 81, table B1)",
			c => c.desEcb(parseHex("0123456789ABCDEF"), asciiBytes("Now is t"), "encipher"),
			"3FA40E8A984D4815",
		),
		row(
			"triple DES (SP 800-67, B.1)",
			c =>
				c.desEcb(
					parseHex("0123456789ABCDEF23456789ABCDEF01456789ABCDEF0123"),
					asciiBytes("The qufck brown fox jump"),
					"encipher",
				),
			"A826FD8CE53B855FCCE21C8112256FE668D5C05DD9B6B900",
		),
		...(
			[
				[16, "69C4E0D86A7B0430D8CDB78070B4C55A"],
				[24, "DDA97CA4864CDFE06EAF70A0EC0D7191"],
				[32, "8EA2B7CA516745BFEAFC49904B496089"],
			] as const
		).map(([length, expected]) =>
			row(
				`AES with ${length} bytes of key (FIPS 197, C)`,
				c =>
					c.aesEcb(
						Uint8Array.from({ length }, (_, i) => i),
						parseHex("00112233445566778899AABBCCDDEEFF"),
						"encipher",
					),
				expected,
			),
		),
		row(
			"AES-CBC (SP 800-38A, F.2.1)",
			c =>
				c.aesCbc(
					aesKey,
					Uint8Array.from({ length: 16 }, (_, i) => i),
					plain.slice(0, 16),
					"encipher",
				),
			"7649ABAC8119B246CEE98E9B12E9197D",
		),
		row(
			"AES-CMAC of nothing (RFC 4493, 4, example 1)",
			c => cmac(aesCipher(c), aesKey, new Uint8Array(0)),
			"BB1D6929E95937287FA37D129B756746",
		),
		row(
			"AES-CMAC of a block (RFC 4493, 4, example 2)",
			c => cmac(aesCipher(c), aesKey, plain.slice(0, 16)),
			"070A16B46B4D4144F79BDD9DD04A287C",
		),
		row(
			"BLAKE2b of abc (RFC 7693, A)",
			() => blake2b(abc, 64),
			"BA80A53F981C4D0D6A2797B69F12F6E94C212F14685AC4B74B12BB6FDBFFA2D17D87C5392AAB792DC252D5DE4533CC9518D38AA8DBF1925AB92386EDD4009923",
		),
		...ED25519_VECTORS.flatMap(([name, seed, publicKey, message, signature]) => [
			row(`Ed25519 public key (RFC 8032, 7.1, ${name})`, c => ed25519KeyPair(c, parseHex(seed)).publicKey, publicKey),
			row(
				`Ed25519 signature (RFC 8032, 7.1, ${name})`,
				c => ed25519Sign(c, parseHex(message), parseHex(seed + publicKey)),
				signature,
			),
			row(
				`Ed25519 check (RFC 8032, 7.1, ${name})`,
				c => truth(ed25519Verify(c, parseHex(message), parseHex(signature), parseHex(publicKey))),
				"01",
			),
		]),
		row(
			"X25519 (RFC 7748, 5.2)",
			() =>
				x25519SharedSecret(
					parseHex("A546E36BF0527C9D3B16154B82465EDD62144C0AC1FC5A18506A2244BA449AC4"),
					parseHex("E6DB6867583030DB3594C1A424B15F7C726624EC26B3353B10A903A6D0AB1C4C"),
				)!,
			"C3DA55379DE9C6908E94EA4DF28D084F32ECCF03491C71F754B4075577A28552",
		),
		row(
			"X25519 public key (RFC 7748, 6.1)",
			() => x25519PublicKey(parseHex("77076D0A7318A57D3C16C17251B26645DF4C2F87EBC0992AB177FBA51DB92C2A")),
			"8520F0098930A754748B7DDCB43EF75A0DBF3A0D26381AF4EBA4A98EAA9B4E6A",
		),
		row(
			"secretbox (libsodium 1.0.18)",
			() =>
				secretbox(
					asciiBytes("Kassa: a key for one terminal"),
					Uint8Array.from({ length: 24 }, (_, i) => 100 + i),
					Uint8Array.from({ length: 32 }, (_, i) => i),
				),
			"37D9258947F1C15E96A0DAE80BB67F2349D8EABA5B8CEE88909646ED17E2CC6A1EC556C2C4D22E69CB652CF566",
		),
		row(
			"sealed box (libsodium 1.0.18)",
			() =>
				openSealedBox(
					parseHex(
						"2ECC89733AAB2445769EB018D6C35E1F28498C0AFD9E3E6C41C175CFBEE5C51CBEDE8AF8E555DC26ED1EF4F54140399450328E0AAD13F0F754DBA3D2622B36CA6EDC77974FA18840C98C8A17B1",
					),
					{
						secretKey: parseHex("77788F1A0CEA001A2631DAE5D05DBD062008D5B30F50B9E29BEB2A7822289004"),
						publicKey: parseHex("4A3807D064D077181CC070989E76891D20DCA5559548DC2C77C1A50273882B38"),
					},
				)!,
			formatHex(asciiBytes("Kassa: a key for one terminal")),
		),
	];
}

/** RFC 8032, 7.1: seed, public key, message, signature. */
const ED25519_VECTORS = [
	[
		"test 1",
		"9D61B19DEFFD5A60BA844AF492EC2CC44449C5697B326919703BAC031CAE7F60",
		"D75A980182B10AB7D54BFED3C964073A0EE172F3DAA62325AF021A68F707511A",
		"",
		"E5564300C360AC729086E2CC806E828A84877F1EB8E5D974D873E065224901555FB8821590A33BACC61E39701CF9B46BD25BF5F0595BBE24655141438E7A100B",
	],
	[
		"test 2",
		"4CCD089B28FF96DA9DB6C346EC114E0F5B8A319F35ABA624DA8CF6ED4FB8A6FB",
		"3D4017C3E843895A92B70AA74D1B7EBC9C982CCF2EC4968CC0CD55F12AF4660C",
		"72",
		"92A009A9F0D4CAB8720E820B5F642540A2B27B5416503F8FB3762223EBDB69DA085AC1E43E15996E458F3613D0F11D8C387B2EAEB4302AEEB00D291612BB0C00",
	],
	[
		"test 3",
		"C5AA8DF43F9F837BEDB7442F31DCB7B166D38535076F094B85CE3A2E0B4458F7",
		"FC51CD8E6218A1A38DA47ED00230F0580816ED13BA3303AC5DEB911548908025",
		"AF82",
		"6291D657DEEC24024827E69C3ABE01A30CE548A284743A445E3680D7DB5AC3AC18FF9B538D16F290AE67F760984DC6594A7C15E9716ED28DC027BECEEA1EC40A",
	],
] as const;

function randomRows(random: SeededRandom): SameBytesRow[] {
	const rows: SameBytesRow[] = [];
	const add = (name: string, run: SameBytesRow["run"]) => rows.push({ name, run });
	for (const hash of HASHES)
		for (const length of [0, 1, 55, 56, 63, 64, 111, 112, 119, 128, 250]) {
			const data = random.bytes(length);
			add(`${hash} of ${length} bytes`, c => c[hash](data));
		}
	for (const hash of HASHES as readonly HashName[])
		for (const [keyLength, length] of [
			[20, 0],
			[64, 100],
			[200, 33],
		] as const) {
			const [key, data] = [random.bytes(keyLength), random.bytes(length)];
			add(`hmac ${hash}, ${keyLength} bytes of key`, c => hmac(c, hash, key, data));
		}
	for (const direction of DIRECTIONS) addCiphers(add, random, direction);
	for (const [name, cipherOf, keyLength] of [
		["TDES", tdesCipher, 16],
		["AES", aesCipher, 32],
	] as const)
		for (const length of [0, 7, 16, 61]) {
			const [key, data] = [random.bytes(keyLength), random.bytes(length)];
			add(`CMAC ${name} of ${length} bytes`, c => cmac(cipherOf(c), key, data));
			for (const [method, pad] of [padMethod1, padMethod2, padMethod3].entries())
				add(`CBC-MAC ${name} of ${length} bytes, padding ${method + 1}`, c =>
					cbcMac(cipherOf(c), key, pad(data, cipherOf(c).blockLength)),
				);
		}
	for (const length of [0, 8, 29]) {
		const [key, data] = [random.bytes(16), random.bytes(length)];
		add(`retail MAC of ${length} bytes`, c => retailMac(c, key, padMethod2(data)));
		add(`ECB-XOR MAC of ${length} bytes`, c => ecbXorMac(c, key, data));
	}
	for (const [bits, exponent] of [
		[1152, 3],
		[1984, 65537],
		[1021, 3],
	] as const) {
		const length = Math.ceil(bits / 8);
		const modulus = random.bytes(length);
		modulus[0] = (modulus[0]! | 0x80) >> (8 * length - bits);
		modulus[length - 1]! |= 1;
		const input = random.bytes(length);
		input[0] = 0;
		add(`RSA ${bits} bits, exponent ${exponent}`, () => rsaRecover({ modulus, exponent }, input));
	}
	const [seed, message] = [random.bytes(32), random.bytes(250)];
	add("Ed25519 key, signature and check of a changed message", c => {
		const { publicKey, secretKey } = ed25519KeyPair(c, seed);
		const signature = ed25519Sign(c, message, secretKey);
		const isValid = ed25519Verify(c, message.slice(1), signature, publicKey);
		return concat(publicKey, signature, truth(isValid));
	});
	for (const length of [1, 15, 16, 33, 500]) {
		const drbgSeed = random.bytes(48);
		add(`CTR_DRBG, ${length} bytes, reseeded, again`, c => {
			const drbg = new CtrDrbg(c, drbgSeed);
			const first = drbg.bytes(length);
			drbg.reseed(first);
			return concat(first, drbg.bytes(length));
		});
	}
	const [sealSeed, recipientKey] = [random.bytes(4)[0]!, random.bytes(32)];
	add("sealed box", () => sealBox(new SeededRandom(sealSeed), message, x25519PublicKey(recipientKey)));
	return rows;
}

/** Vectors of NIST's CAVP, CTR_DRBG AES-256 with the derivation function, count 0. */
function drbgRows(): SameBytesRow[] {
	return [
		row(
			"CTR_DRBG without reseeding, second request (CAVP)",
			c => {
				const entropyInput = "36401940FA8B1FBA91A1661F211D78A0B9389A74E5BCCFECE8D766AF1A6D3B14";
				const drbg = new CtrDrbg(c, parseHex(`${entropyInput}496F25B0F1301B4F501BE30380A137EB`));
				drbg.bytes(64);
				return drbg.bytes(64);
			},
			"5862EB38BD558DD978A696E6DF164782DDD887E7E9A6C9F3F1FBAFB78941B535A64912DFD224C6DC7454E5250B3D97165E16260C2FAF1CC7735CB75FB4F07E1D",
		),
		row(
			"CTR_DRBG with reseeding before each request, second request (CAVP)",
			c => {
				const entropyInput = "C18081A65D44021619B3F180B1C920026A546F0C7081498B6EA662526D51B1CB";
				const drbg = new CtrDrbg(c, parseHex(`${entropyInput}D254FCFF021E69D229C9CFAD85FA486C`));
				drbg.reseed(parseHex("583BFAD5375FFBC9FF46D219C7223E95459D82E1E7229F633169D26B57474FA3"));
				drbg.bytes(16);
				drbg.reseed(parseHex("37C9981C0BFB91314D55B9E91C5A5EE49392CFC52312D5562C4A6EFFDC10D068"));
				return drbg.bytes(16);
			},
			"34011656B429008F3563ECB5F2590723",
		),
		row("CTR_DRBG's known-answer test at start", c => truth(knowsItsAnswer(c)), "01"),
	];
}

function addCiphers(
	add: (name: string, run: SameBytesRow["run"]) => void,
	random: SeededRandom,
	direction: CipherDirection,
): void {
	for (const keyLength of [8, 16, 24])
		for (const length of [0, 8, 64]) {
			const [key, iv, data] = [random.bytes(keyLength), random.bytes(8), random.bytes(length)];
			add(`DES-ECB ${direction} ${length} bytes, key of ${keyLength}`, c => c.desEcb(key, data, direction));
			add(`DES-CBC ${direction} ${length} bytes, key of ${keyLength}`, c => c.desCbc(key, iv, data, direction));
		}
	for (const keyLength of [16, 24, 32])
		for (const length of [0, 16, 64]) {
			const [key, iv, data] = [random.bytes(keyLength), random.bytes(16), random.bytes(length)];
			add(`AES-ECB ${direction} ${length} bytes, key of ${keyLength}`, c => c.aesEcb(key, data, direction));
			add(`AES-CBC ${direction} ${length} bytes, key of ${keyLength}`, c => c.aesCbc(key, iv, data, direction));
		}
}

function row(name: string, run: SameBytesRow["run"], expected?: string): SameBytesRow {
	return expected === undefined ? { name, run } : { name, run, expected };
}

function truth(value: boolean): Uint8Array {
	return Uint8Array.of(value ? 1 : 0);
}
